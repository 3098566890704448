"""The command that looks after keys, typed as an administrator types it."""

import io

import pytest
from django.core.management import CommandError, call_command

from enquiries import vault
from enquiries.actions import rotation
from enquiries.actions.access import change_passphrase
from enquiries.actions.unlock import unlock
from enquiries.models import AccessEntry, Membership, RecipientKey, WrappedKey
from enquiries.sealing import passphrase, recovery
from enquiries.vault import Unlocked
from staff.models import User
from tests.enquiries.factories import make_enquiry, make_member, make_team

pytestmark = pytest.mark.django_db

WORDS = "four calm words here"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command with lines to type, and return what it prints."""

    def start(*arguments, typed=()):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        call_command("enquiry_keys", *arguments)
        return capsys.readouterr().out

    return start


def make_recovery(run):
    code = run("recovery").split("\n\n")[1].strip()
    return code, Unlocked(RecipientKey.objects.recovery().get(state="active"), recovery.typed(code))


@pytest.fixture
def person():
    user = User.objects.create_user("desk@clinic.example", name="Desk")
    Membership.objects.create(team=make_team(is_fallback=True), user=user)
    return user


def test_printed_recovery_key_opens_enquiries(run):
    _, hand = make_recovery(run)
    enquiry, keys, _ = make_enquiry(make_team())

    assert vault.keys_for(enquiry, hand) == keys


def test_second_recovery_key_is_refused(run):
    run("recovery")

    with pytest.raises(CommandError, match="There is a recovery key already"):
        run("recovery")


def test_key_is_made_under_a_typed_passphrase(run, person):
    run("make", "DESK@clinic.example", typed=[WORDS, WORDS])

    key = RecipientKey.objects.get(user=person)
    assert passphrase.unlock(bytes(key.locked_private), WORDS, key_id=key.uid).public == bytes(key.public)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["short", "short"], "at least 16"),
        (["a" * 16, "a" * 16], "at least 16"),
        (["the word at sign-in", "the word at sign-in"], "This is your password"),
        ([WORDS, "four calm words hear"], "not the same"),
    ],
)
def test_poor_or_mistyped_passphrase_is_refused(run, person, typed, message):
    person.set_password("the word at sign-in")
    person.save()

    with pytest.raises(CommandError, match=message):
        run("make", person.email, typed=typed)
    assert RecipientKey.objects.count() == 0


def test_nobody_with_that_address_is_said(run):
    with pytest.raises(CommandError, match=r"Nobody has the address who@clinic\.example"):
        run("make", "who@clinic.example", typed=[WORDS, WORDS])


def test_drill_opens_everything_and_is_remembered(run):
    code, _ = make_recovery(run)
    for _ in range(3):
        make_enquiry(make_team())

    assert run("drill", typed=[code.lower()]) == "The recovery key works. Enquiries opened: 3.\n"
    assert RecipientKey.objects.get().drilled_at is not None
    assert AccessEntry.objects.first().act == "drilled"


def test_drill_fails_on_a_damaged_enquiry(run):
    code, _ = make_recovery(run)
    enquiry, _, _ = make_enquiry(make_team())
    enquiry.documents.update(sealed=b"\x01" + bytes(60))

    with pytest.raises(CommandError, match="The document did not open"):
        run("drill", typed=[code])
    assert RecipientKey.objects.get().drilled_at is None


@pytest.mark.parametrize("typed", ["", "GRTG-HX59", recovery.printed(rotation.PrivateKey(b"x" * 32))])
def test_wrong_recovery_key_is_refused(run, typed):
    run("recovery")

    with pytest.raises(CommandError, match="not the clinic's recovery key"):
        run("drill", typed=[typed])


def test_regrant_gives_members_what_they_lack(run, person):
    code, _ = make_recovery(run)
    team = person.teams.get()
    enquiries = [make_enquiry(team)[0] for _ in range(2)]
    run("make", person.email, typed=[WORDS, WORDS])

    assert run("regrant", typed=[code]) == f"Desk in {team}: 2 given.\n"
    assert set(WrappedKey.objects.filter(recipient__user=person).values_list("enquiry", flat=True)) == {
        enquiry.pk for enquiry in enquiries
    }


def test_regrant_says_how_many_the_recovery_key_does_not_open(run, person):
    code, _ = make_recovery(run)
    team = person.teams.get()
    damaged, sound = (make_enquiry(team)[0] for _ in range(2))
    damaged.wraps.filter(recipient__user=None).exclude(recipient=None).update(wrapped=bytes(1200))
    run("make", person.email, typed=[WORDS, WORDS])

    assert run("regrant", typed=[code]) == f"Desk in {team}: 1 given. The recovery key does not open 1 more.\n"
    assert WrappedKey.objects.get(recipient__user=person).enquiry == sound


def test_rotated_staff_key_opens_what_the_old_one_opened(run, person):
    run("make", person.email, typed=[WORDS, WORDS])
    enquiry, keys, _ = make_enquiry(person.teams.get())
    old = RecipientKey.objects.get()

    assert run("rotate", person.email, typed=[WORDS]) == "The key is replaced. Enquiries moved to it: 1.\n"

    fresh = RecipientKey.objects.get(user=person, state="active")
    private = passphrase.unlock(bytes(fresh.locked_private), WORDS, key_id=fresh.uid)
    assert vault.keys_for(enquiry, Unlocked(fresh, private)) == keys
    old.refresh_from_db()
    assert (old.state, bytes(old.locked_private), old.wraps.count()) == ("retired", b"", 0)


def test_wrong_passphrase_rotates_nothing(run, person):
    run("make", person.email, typed=[WORDS, WORDS])

    with pytest.raises(CommandError, match="does not open the key"):
        run("rotate", person.email, typed=["another passphrase"])
    assert RecipientKey.objects.get().state == "active"


def test_rotated_recovery_key_replaces_the_old_one(run):
    code, hand = make_recovery(run)
    enquiry, keys, _ = make_enquiry(make_team())
    fresh, private = rotation.pending_key(old=hand.key)

    run("rotate-recovery", typed=[code, recovery.printed(private)])

    fresh.refresh_from_db()
    assert (fresh.state, vault.keys_for(enquiry, Unlocked(fresh, private))) == ("active", keys)
    with pytest.raises(vault.NotForYou):
        vault.keys_for(enquiry, hand)


@pytest.mark.parametrize("stop_at", [1, 2, 3, 4, 5, 6])
def test_rotation_that_was_killed_goes_on_where_it_was(run, monkeypatch, stop_at):
    _, hand = make_recovery(run)
    enquiries = {make_enquiry(make_team())[0] for _ in range(5)}
    fresh, private = rotation.pending_key(old=hand.key)
    enquiries.add(make_enquiry(make_team())[0])  # one that arrives meanwhile is sealed to both
    real, calls = vault.wrap_for, []

    def stop(*args):
        calls.append(args)
        if len(calls) == stop_at:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr("enquiries.actions.rotation.vault.wrap_for", stop)
    for _ in range(2):
        try:
            rotation.rotate(old=hand, fresh=fresh, batch=2)
            break
        except KeyboardInterrupt:
            assert hand.key.wraps.count() == 6

    assert {e for e in enquiries if vault.keys_for(e, Unlocked(fresh, private))} == enquiries
    assert dict(RecipientKey.objects.values_list("pk", "state")) == {hand.key.pk: "retired", fresh.pk: "active"}


def test_rotation_that_was_killed_goes_on_under_the_passphrase_of_today(run, person, monkeypatch):
    run("make", person.email, typed=[WORDS, WORDS])
    enquiry, keys, _ = make_enquiry(person.teams.get())
    with monkeypatch.context() as killed:
        killed.setattr("enquiries.actions.rotation.vault.wrap_for", _stop)
        with pytest.raises(KeyboardInterrupt):
            run("rotate", person.email, typed=[WORDS])
    change_passphrase(desk=unlock(user=person, passphrase=WORDS), new="seventeen quiet lanterns")

    run("rotate", person.email, typed=["seventeen quiet lanterns"])

    assert vault.keys_for(enquiry, unlock(user=person, passphrase="seventeen quiet lanterns")) == keys
    assert list(RecipientKey.objects.filter(user=person).values_list("state", flat=True)) == ["retired", "active"]


def test_rotation_that_was_killed_takes_up_the_key_that_waits(run, person):
    run("make", person.email, typed=[WORDS, WORDS])
    waiting, _ = rotation.pending_key(old=RecipientKey.objects.get(), passphrase=WORDS)

    run("rotate", person.email, typed=[WORDS])

    assert RecipientKey.objects.get(user=person, state="active") == waiting


def _stop(*args):
    raise KeyboardInterrupt


def test_list_says_what_each_key_opens(run):
    member = make_member(make_team())
    make_enquiry(member.user.teams.get())

    assert run("list").startswith(f"{member.user} (in use, made ")
    assert run("list").endswith(": opens 1\n")
