"""Words that follow the enquiry: nobody's are lost, overwritten or counted twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from enquiries import vault
from enquiries.actions.changing import A_DAY, ChangedMeanwhile, TooMuchToday
from enquiries.actions.handle import mark_contacted, open_enquiry
from enquiries.actions.submit import Answers, submit
from enquiries.actions.thread import add_note, reply, write_again
from enquiries.models import AccessEntry, Enquiry, Notification
from enquiries.sealing.receipt import new_token
from enquiries.transit import open_address
from tests.enquiries.factories import make_member, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return make_member(make_team(is_fallback=True), role="Nurse")


def send(held=False, **given):
    answers = {"audience": "me", "way": "return", "urgent": False, "message": "Hello"}
    return submit(answers=Answers(**(answers | given)), token=new_token(), held=held)


def texts(enquiry, keys, kind):
    return [vault.read(document, enquiry, keys)["text"] for document in enquiry.documents.filter(kind=kind)]


def test_reply_is_read_by_receipt_and_stops_the_clock(member):
    enquiry, receipt = send()

    reply(enquiry=enquiry, desk=member, text="We can help.", version=1)

    enquiry.refresh_from_db()
    assert texts(enquiry, vault.keys_by_receipt(enquiry, receipt), "reply") == ["We can help."]
    assert (enquiry.state, enquiry.version) == ("answered", 2)
    assert list(Enquiry.objects.waiting()) == []
    entry = AccessEntry.objects.of(enquiry).first()
    assert (entry.act, entry.actor, entry.role) == ("replied", member.user, "Nurse")


def test_second_reply_to_the_same_state_is_not_stored_over_the_first(member):
    enquiry, receipt = send()
    colleague = make_member(enquiry.team)
    vault.wrap_for(enquiry, vault.keys_for(enquiry, member), [colleague.key])
    reply(enquiry=enquiry, desk=member, text="First", version=1)

    with pytest.raises(ChangedMeanwhile):
        reply(enquiry=enquiry, desk=colleague, text="Second", version=1)
    reply(enquiry=enquiry, desk=colleague, text="Second", version=2)

    assert texts(enquiry, vault.keys_by_receipt(enquiry, receipt), "reply") == ["First", "Second"]


def test_reply_of_another_team_is_refused(member):
    enquiry, _ = send()

    with pytest.raises(PermissionDenied):
        reply(enquiry=enquiry, desk=make_member(make_team()), text="No", version=1)
    assert list(enquiry.documents.filter(kind="reply")) == []


@pytest.mark.parametrize(("safe", "addresses"), [(True, ["brevolith@example.org"]), (False, [])])
def test_enquirer_is_told_of_a_reply_only_where_mail_is_safe(member, safe, addresses):
    enquiry, _ = send(way="email", email="brevolith@example.org", email_safe=safe)

    reply(enquiry=enquiry, desk=member, text="We can help.", version=1)

    notices = enquiry.notifications.filter(kind="answered")
    assert [open_address(bytes(n.sealed_address), enquiry=enquiry.uid) for n in notices] == addresses


def test_writing_again_starts_the_clock_and_tells_the_team(member):
    enquiry, receipt = send()
    reply(enquiry=enquiry, desk=member, text="We can help.", version=1)

    write_again(enquiry=enquiry, receipt=receipt, text="When?", uid=uuid4())

    assert list(Enquiry.objects.waiting()) == [enquiry]
    assert texts(enquiry, vault.keys_for(enquiry, member), "message") == ["When?"]
    assert [n.recipient for n in enquiry.notifications.filter(kind="message")] == [member.user]


def test_further_words_sent_twice_count_once(member):
    (enquiry, receipt), uid = send(), uuid4()

    for _ in range(2):
        write_again(enquiry=enquiry, receipt=receipt, text="When?", uid=uid)

    assert texts(enquiry, vault.keys_for(enquiry, member), "message") == ["When?"]


def test_changed_words_of_a_form_that_is_sent_again_are_kept_once(member):
    (enquiry, receipt), uid = send(), uuid4()

    for text in ("First", "First, and more", "First, and more", "First"):
        write_again(enquiry=enquiry, receipt=receipt, text=text, uid=uid)

    assert texts(enquiry, vault.keys_for(enquiry, member), "message") == ["First", "First, and more"]


def test_team_is_told_once_until_somebody_looks(member):
    enquiry, receipt = send()
    told = []
    for look in (False, False, True, False):
        if look:
            open_enquiry(enquiry=enquiry, desk=member)
        write_again(enquiry=enquiry, receipt=receipt, text="Hello?", uid=uuid4())
        told.append(enquiry.notifications.filter(kind="message").count())

    assert told == [1, 1, 2, 2]


def test_team_is_told_of_what_may_be_spam_once_an_hour(member):
    (enquiry, receipt), (other, other_receipt) = send(held=True), send(held=True)
    write_again(enquiry=enquiry, receipt=receipt, text="Hello?", uid=uuid4())
    assert Notification.objects.filter(kind="message").count() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        write_again(enquiry=enquiry, receipt=receipt, text="Hello?", uid=uuid4())
        write_again(enquiry=other, receipt=other_receipt, text="Hello?", uid=uuid4())

    assert [notice.enquiry for notice in Notification.objects.filter(kind="message")] == [enquiry]


def answer(enquiry, desk):
    reply(enquiry=enquiry, desk=desk, text="We can help.", version=1)


def call(enquiry, desk):
    mark_contacted(enquiry=enquiry, desk=desk, version=1)


@pytest.mark.parametrize("act", [answer, call])
def test_who_was_answered_is_no_spam_and_waits_with_the_others_when_they_write_again(member, act):
    (enquiry, receipt), _ = send(held=True), send(held=True)
    act(enquiry, member)
    write_again(enquiry=enquiry, receipt=receipt, text="Thank you", uid=uuid4())

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.screening) == ("waiting", "accepted")
    assert enquiry.notifications.filter(kind="message").count() == 1


def test_flood_of_one_enquirer_ends_with_its_day(member):
    enquiry, receipt = send()

    def write():
        write_again(enquiry=enquiry, receipt=receipt, text="Hello?", uid=uuid4())

    for _ in range(A_DAY - 1):
        write()
    with pytest.raises(TooMuchToday):
        write()
    assert enquiry.documents.count() == A_DAY
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        write()
    assert enquiry.documents.count() == A_DAY + 1


def test_words_that_arrive_while_a_reply_is_written_are_noticed(member):
    enquiry, receipt = send()
    write_again(enquiry=enquiry, receipt=receipt, text="One more thing", uid=uuid4())

    with pytest.raises(ChangedMeanwhile):
        reply(enquiry=enquiry, desk=member, text="We can help.", version=1)


def test_note_is_read_by_staff_and_by_no_receipt(member):
    enquiry, receipt = send()

    add_note(enquiry=enquiry, desk=member, text="Call at noon")

    assert texts(enquiry, vault.keys_for(enquiry, member), "note") == ["Call at noon"]
    with pytest.raises(PermissionDenied):
        texts(enquiry, vault.keys_by_receipt(enquiry, receipt), "note")
