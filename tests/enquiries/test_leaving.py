"""Somebody leaves a team while others give out its keys: whoever is first, nothing is left to who has left."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections, transaction

from enquiries.actions import handle
from enquiries.actions.access import grant, make_staff_key
from enquiries.actions.changing import locked
from enquiries.actions.rotation import pending_key, rotate
from enquiries.actions.submit import Answers, submit
from enquiries.models import Enquiry, Membership, WrappedKey
from enquiries.sealing.receipt import new_token
from tests.enquiries.factories import make_enquiry, make_key, make_member, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
SOON = 2  # seconds: long enough for whoever is not held up to be done


def at_once(*works):
    """Do things side by side, each with a connection of its own. What one raises is raised here."""

    def run(work):
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(timeout=30)


def arrive(team, stays):
    submit(answers=Answers(audience="me", way="return", urgent=False), token=new_token())


def be_given(team, stays):
    grant(team=team, to=team.recipients().exclude(pk=stays.key.pk).get(), by=stays)


@pytest.mark.parametrize("give", [arrive, be_given])
def test_who_leaves_while_keys_are_given_keeps_none(monkeypatch, give):
    make_key()
    team = make_team(is_fallback=True)
    stays = make_member(team)
    make_enquiry(team)
    leaver = make_member(team)
    chosen, left = Event(), Event()
    wrap_for = handle.vault.wrap_for

    def wrap(*args):
        chosen.set()
        left.wait(SOON)
        wrap_for(*args)

    def leave():
        chosen.wait(SOON)
        Membership.objects.get(user=leaver.user).delete()
        left.set()

    monkeypatch.setattr("enquiries.vault.wrap_for", wrap)
    at_once(lambda: give(team, stays), leave)

    assert not WrappedKey.objects.filter(recipient=leaver.key).exists()


def start_again(member):
    make_staff_key(user=member.user, passphrase="four calm words here")


def rotate_key(member):
    rotate(old=member, fresh=pending_key(old=member.key)[0])


@pytest.mark.parametrize(("replace", "unreadable"), [(start_again, 1), (rotate_key, 0)])
def test_key_that_is_replaced_while_an_enquiry_arrives_is_sealed_to_no_more(monkeypatch, replace, unreadable):
    """What is sealed to a key that nobody holds would look as if it could be read."""
    make_key()
    member = make_member(make_team(is_fallback=True))
    chosen, replaced = Event(), Event()
    wrap_for = handle.vault.wrap_for

    def wrap(*args):
        chosen.set()
        replaced.wait(SOON)
        wrap_for(*args)

    def replace_meanwhile():
        chosen.wait(SOON)
        replace(member)
        replaced.set()

    monkeypatch.setattr("enquiries.vault.wrap_for", wrap)
    at_once(lambda: arrive(None, None), replace_meanwhile)

    assert not WrappedKey.objects.filter(recipient__state="retired").exists()
    assert Enquiry.objects.unreadable().count() == unreadable


def test_two_who_leave_at_once_and_a_colleague_who_hands_over_do_not_wait_for_each_other(monkeypatch):
    team, other = make_team(is_fallback=True), make_team()
    keyless, leaver, colleague = (make_member(team) for _ in range(3))
    keyless.key.delete()
    make_member(other)
    enquiry, _, _ = make_enquiry(team)
    one_left, handed_over = Event(), Event()
    set_due = handle.set_due

    def set_due_and_say(current):
        handed_over.set()
        set_due(current)

    @transaction.atomic
    def leave():
        Membership.objects.get(user=keyless.user).delete()
        one_left.set()
        handed_over.wait(SOON)
        Membership.objects.get(user=leaver.user).delete()

    def hand_over():
        one_left.wait(SOON)
        handle.move(enquiry=enquiry, to=other, desk=colleague, version=1)

    monkeypatch.setattr(handle, "set_due", set_due_and_say)
    at_once(leave, hand_over)

    enquiry.refresh_from_db()
    assert (enquiry.team, list(team.members.all())) == (other, [colleague.user])


def test_colleague_is_given_keys_while_an_enquiry_is_answered():
    """The rows that give the keys point to the enquiry, which whoever answers has locked."""
    make_key()
    team = make_team(is_fallback=True)
    stays = make_member(team)
    enquiry, _, _ = make_enquiry(team)
    newcomer = make_member(team)
    answering, given = Event(), Event()

    def answer():
        with transaction.atomic():
            locked(enquiry)
            answering.set()
            assert given.wait(SOON)  # nothing holds the other up

    def give():
        answering.wait(SOON)
        grant(team=team, to=newcomer.key, by=stays)
        given.set()

    at_once(answer, give)

    assert WrappedKey.objects.filter(recipient=newcomer.key).exists()
