"""Who can open what: the team's keyholders, the recovery key and the receipt, and nobody else."""

import pytest

from enquiries import vault
from enquiries.models import Membership, SealedDocument, WrappedKey
from enquiries.sealing.errors import SealBroken
from enquiries.vault import NotForYou
from tests.enquiries.factories import make_enquiry, make_key, make_member, make_team

pytestmark = pytest.mark.django_db

Kind = SealedDocument.Kind


def said(enquiry, keys):
    return [vault.read(document, enquiry, keys) for document in enquiry.documents.all()]


def test_member_of_the_team_reads():
    team = make_team()
    member = make_member(team)
    enquiry, _, _ = make_enquiry(team, "Quorvane")

    assert said(enquiry, vault.keys_for(enquiry, member)) == [{"message": "Quorvane"}]


def test_recovery_key_reads():
    recovery = make_key()
    enquiry, _, _ = make_enquiry(make_team(), "Quorvane")

    assert said(enquiry, vault.keys_for(enquiry, recovery)) == [{"message": "Quorvane"}]


def test_receipt_reads_the_thread_and_not_the_notes():
    team = make_team()
    enquiry, keys, receipt = make_enquiry(team, "Quorvane")
    note = vault.write(enquiry, keys, Kind.NOTE, {"text": "among us"})
    theirs = vault.keys_by_receipt(enquiry, receipt)

    assert vault.read(enquiry.documents.get(kind=Kind.ENQUIRY), enquiry, theirs) == {"message": "Quorvane"}
    with pytest.raises(NotForYou):
        vault.read(note, enquiry, theirs)


def test_member_of_another_team_is_refused():
    enquiry, _, _ = make_enquiry(make_team())

    with pytest.raises(NotForYou):
        vault.keys_for(enquiry, make_member(make_team()))


def test_new_member_is_refused_until_given_the_keys():
    team = make_team()
    member = make_member(team)
    enquiry, _, _ = make_enquiry(team, "Quorvane")
    joined = make_member(team)

    with pytest.raises(NotForYou):
        vault.keys_for(enquiry, joined)
    vault.wrap_for(enquiry, vault.keys_for(enquiry, member), [joined.key])

    assert said(enquiry, vault.keys_for(enquiry, joined)) == [{"message": "Quorvane"}]


def test_who_leaves_the_team_is_refused_though_a_wrap_is_left():
    team = make_team()
    member = make_member(team)
    enquiry, _, _ = make_enquiry(team)
    Membership.objects.filter(user=member.user)._raw_delete("default")  # as at the database, where nothing else is called

    assert WrappedKey.objects.filter(recipient=member.key).count() == 1
    with pytest.raises(NotForYou):
        vault.keys_for(enquiry, member)


def test_whose_account_is_closed_is_refused():
    team = make_team()
    member = make_member(team)
    enquiry, _, _ = make_enquiry(team)
    member.user.is_active = False
    member.user.save()

    with pytest.raises(NotForYou):
        vault.keys_for(enquiry, member)
    assert member.key not in vault.readers(team)


def test_many_are_opened_together_without_those_of_other_teams(django_assert_num_queries):
    team = make_team()
    member = make_member(team)
    mine = [make_enquiry(team)[0] for _ in range(3)]
    other, keys, _ = make_enquiry(make_team())
    vault.wrap_for(other, keys, [member.key])  # as somebody's who has left that team, but for what was taken from them

    with django_assert_num_queries(2):
        keys = vault.keys_for_many([*mine, other], member)

    assert set(keys) == {enquiry.pk for enquiry in mine}


def test_one_that_is_damaged_hides_no_other():
    team = make_team()
    member = make_member(team)
    sound, damaged = make_enquiry(team)[0], make_enquiry(team)[0]
    WrappedKey.objects.filter(enquiry=damaged, recipient=member.key).update(wrapped=b"x" * 40)

    assert set(vault.keys_for_many([sound, damaged], member)) == {sound.pk}


def test_documents_that_change_places_do_not_open():
    team = make_team()
    make_member(team)
    (first, keys, _), (second, _, _) = make_enquiry(team), make_enquiry(team)
    document, other = first.documents.get(), second.documents.get()
    document.sealed = other.sealed
    document.save()

    with pytest.raises(SealBroken):
        vault.read(first.documents.get(), first, keys)


def test_wraps_that_change_places_do_not_open():
    team = make_team()
    member = make_member(team)
    first, second = make_enquiry(team)[0], make_enquiry(team)[0]
    WrappedKey.objects.filter(enquiry=first, recipient=member.key).update(
        wrapped=WrappedKey.objects.get(enquiry=second, recipient=member.key).wrapped
    )

    with pytest.raises(SealBroken):
        vault.keys_for(first, member)


def test_nothing_in_the_rows_says_what_was_written():
    team = make_team()
    make_member(team)
    enquiry, _, _ = make_enquiry(team, "Quorvane")

    stored = [bytes(document.sealed) for document in enquiry.documents.all()]
    stored += [bytes(wrapped.wrapped) for wrapped in enquiry.wraps.all()]
    assert len(stored) == 3
    assert [data for data in stored if b"Quorvane" in data] == []
