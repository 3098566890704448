"""Access is given by a colleague, taken away at once, and never without a line in the record."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from enquiries import vault
from enquiries.actions.access import (
    RecoveryKeyExists,
    change_passphrase,
    grant,
    make_recovery_key,
    make_staff_key,
    missing,
)
from enquiries.models import AccessEntry, Enquiry, Membership, Notification, OpenDesk, RecipientKey, WrappedKey
from enquiries.notices import tell_team
from enquiries.people import desk_workers, insiders, overseers
from enquiries.sealing import passphrase
from enquiries.vault import NotForYou
from staff.models import User
from tests.content.factories import make_user
from tests.enquiries.desks import make_colleague
from tests.enquiries.factories import make_enquiry, make_key, make_member, make_team

pytestmark = pytest.mark.django_db


def unlock(key, words):
    return passphrase.unlock(bytes(key.locked_private), words, key_id=key.uid)


def wraps_of(unlocked):
    return WrappedKey.objects.filter(recipient=unlocked.key).count()


def test_staff_key_opens_with_its_passphrase():
    user = User.objects.create_user("desk@clinic.example", name="Desk")

    made = make_staff_key(user=user, passphrase="four calm words here")

    assert unlock(made.key, "four calm words here") == made.private
    assert made.private.seed not in bytes(made.key.locked_private)


def test_new_key_of_somebody_who_forgot_opens_nothing_old():
    team = make_team()
    member = make_member(team)
    enquiry, _, _ = make_enquiry(team)

    again = make_staff_key(user=member.user, passphrase="another")

    assert wraps_of(member) == 0
    assert list(RecipientKey.objects.usable().filter(user=member.user)) == [again.key]
    with pytest.raises(NotForYou):
        vault.keys_for(enquiry, again)


def test_changed_passphrase_opens_the_same_key():
    user = User.objects.create_user("desk@clinic.example", name="Desk")
    made = make_staff_key(user=user, passphrase="old")

    change_passphrase(desk=made, new="new")

    assert unlock(RecipientKey.objects.get(), "new") == made.private
    with pytest.raises(passphrase.WrongPassphrase):
        unlock(RecipientKey.objects.get(), "old")


def test_there_is_one_recovery_key_and_its_private_half_is_not_kept():
    made = make_recovery_key()

    key = RecipientKey.objects.recovery().get()
    assert (bytes(key.public), bytes(key.locked_private)) == (made.private.public, b"")
    with pytest.raises(RecoveryKeyExists):
        make_recovery_key()


def test_colleague_gives_a_newcomer_all_of_the_teams_enquiries():
    team = make_team()
    member = make_member(team)
    enquiries = [make_enquiry(team)[0] for _ in range(5)]
    newcomer = make_member(team)
    lacking = list(missing(team))

    given = grant(team=team, to=newcomer.key, by=member, batch=2)

    assert (lacking, given, list(missing(team))) == ([(newcomer.key, 5)], 5, [])
    assert set(vault.keys_for_many(enquiries, newcomer)) == {enquiry.pk for enquiry in enquiries}


def test_grant_that_was_stopped_goes_on_where_it_was(monkeypatch):
    team = make_team()
    member = make_member(team)
    for _ in range(5):
        make_enquiry(team)
    newcomer, real, calls = make_member(team), vault.wrap_for, []

    def stop_at_the_fourth(*args):
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr("enquiries.actions.access.vault.wrap_for", stop_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        grant(team=team, to=newcomer.key, by=member, batch=2)
    assert wraps_of(newcomer) == 2

    assert grant(team=team, to=newcomer.key, by=member, batch=2) == 3
    assert wraps_of(newcomer) == 5


def test_damaged_enquiry_is_left_out_and_keeps_no_other_from_being_given():
    team = make_team()
    member = make_member(team)
    enquiries = [make_enquiry(team)[0] for _ in range(3)]
    damaged = WrappedKey.objects.get(enquiry=enquiries[0], recipient=member.key)
    WrappedKey.objects.filter(pk=damaged.pk).update(wrapped=bytes(damaged.wrapped)[:-1] + b"x")
    newcomer = make_member(team)

    assert grant(team=team, to=newcomer.key, by=member, batch=1) == 2
    assert set(vault.keys_for_many(enquiries, newcomer)) == {enquiry.pk for enquiry in enquiries[1:]}
    assert list(missing(team)) == [(newcomer.key, 1)]


def test_recovery_key_gives_access_when_every_passphrase_is_lost():
    recovery, team = make_key(), make_team()
    enquiry, _, _ = make_enquiry(team)
    member = make_member(team)

    assert grant(team=team, to=member.key, by=recovery) == 1
    assert vault.keys_for(enquiry, member) == vault.keys_for(enquiry, recovery)


def test_nobody_outside_the_team_is_given_its_enquiries():
    team = make_team()
    member = make_member(team)
    make_enquiry(team)
    stranger = make_member(make_team())

    with pytest.raises(NotForYou):
        grant(team=team, to=stranger.key, by=member)
    assert wraps_of(stranger) == 0


def end_membership(member):
    Membership.objects.filter(user=member.user).delete()


def close_account(member):
    member.user.is_active = False
    member.user.save()


def take_staff_status_away(member):
    member.user.is_staff = False
    member.user.save()


def test_change_of_roles_that_leaves_the_desks_own_changes_no_team():
    colleague = make_colleague(make_team())
    colleague.user.groups.add(Group.objects.get(name="editor"))

    colleague.user.groups.set([Group.objects.get(name="desk")])

    assert Membership.objects.filter(user=colleague.user).count() == 1


@pytest.mark.parametrize(
    "lose",
    [
        lambda user, desk: user.groups.remove(desk),
        lambda user, desk: user.groups.clear(),
        lambda user, desk: user.groups.set([]),
        lambda user, desk: desk.user_set.remove(user),
        lambda user, desk: desk.user_set.set([]),
        lambda user, desk: desk.user_set.clear(),
        lambda user, desk: desk.delete(),
        lambda user, desk: Group.objects.filter(pk=desk.pk).delete(),
    ],
)
def test_who_loses_the_desks_role_leaves_every_team(lose):
    colleague = make_colleague(make_team(), make_team())
    make_enquiry(colleague.user.teams.first())

    lose(colleague.user, Group.objects.get(name="desk"))

    assert not Membership.objects.exists()
    assert not WrappedKey.objects.filter(recipient__user=colleague.user).exists()


@pytest.mark.parametrize("lose", [lambda desk: desk.user_set.clear(), lambda desk: desk.delete()])
def test_whose_desk_work_comes_from_another_role_as_well_stays_when_one_is_emptied_or_deleted(lose):
    team, desk = make_team(), Group.objects.get(name="desk")
    stays, _ = make_colleague(team), make_colleague(team)
    other = Group.objects.create(name="Night desk")
    other.permissions.set(desk.permissions.all())
    stays.user.groups.add(other)
    make_enquiry(team)

    lose(desk)

    assert [membership.user for membership in team.memberships.all()] == [stays.user]
    assert {wrap.recipient.user for wrap in WrappedKey.objects.exclude(recipient=None)} == {stays.user}


@pytest.mark.parametrize("leave", [close_account, take_staff_status_away])
def test_who_has_left_the_clinic_is_sealed_and_told_nothing_new(leave):
    team = make_team()
    member, stays = make_member(team), make_member(team)
    leave(member)

    enquiry, _, _ = make_enquiry(team)
    tell_team(enquiry, "new")

    assert (wraps_of(member), wraps_of(stays)) == (0, 1)
    assert [notice.recipient for notice in Notification.objects.all()] == [stays.user]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_who_has_left_the_clinic_reads_nothing_any_more(fields):
    """However that came about: no signal tells of a change of many rows at once."""
    team = make_team()
    member = make_member(team)
    enquiry, _, _ = make_enquiry(team)
    User.objects.filter(pk=member.user.pk).update(**fields)
    member.user.refresh_from_db()

    assert list(Enquiry.objects.unreadable()) == [enquiry]
    with pytest.raises(NotForYou):
        vault.keys_for(enquiry, member)
    assert vault.keys_for_many([enquiry], member) == {}


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_who_has_left_the_clinic_is_chosen_for_nothing(fields):
    User.objects.filter(pk__in=[make_user("desk").pk, make_user("manager").pk]).update(**fields)
    boss = User.objects.create_superuser("boss@clinic.example", name="Boss")

    assert [list(people()) for people in (desk_workers, insiders, overseers)] == [[], [], [boss]]


@pytest.mark.parametrize("leave", [end_membership, close_account, take_staff_status_away])
def test_who_leaves_loses_keys_and_open_desk_at_once(leave):
    team = make_team()
    member, stays = make_member(team), make_member(team)
    make_enquiry(team)
    OpenDesk.objects.create(key=member.key, session_digest="x", encrypted_seed=b"x")

    leave(member)

    assert (wraps_of(member), wraps_of(stays), OpenDesk.objects.count()) == (0, 1, 0)
    assert AccessEntry.objects.first().act == "revoked"


def test_who_leaves_one_team_keeps_the_enquiries_of_another():
    first, second = make_team(), make_team()
    member = make_member(first)
    Membership.objects.create(team=second, user=member.user)
    make_enquiry(first)
    kept, _, _ = make_enquiry(second)

    Membership.objects.get(team=first, user=member.user).delete()

    assert list(WrappedKey.objects.filter(recipient=member.key).values_list("enquiry", flat=True)) == [kept.pk]


def test_verify_audit_says_that_the_record_is_sound(capsys):
    make_recovery_key()

    call_command("verify_audit")

    assert capsys.readouterr().out == "The record of access is sound. Entries: 1.\n"


def test_verify_audit_fails_on_a_tampered_record():
    make_recovery_key()
    entry = AccessEntry.objects.get()
    type(entry).objects.filter(pk=entry.pk)._raw_delete("default")

    with pytest.raises(CommandError, match="The record ends with entry 0, and should end with 1"):
        call_command("verify_audit")
