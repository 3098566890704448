"""Notices: what they say, when they are tried, and what is kept of a failure."""

import smtplib
import traceback
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from django.utils.formats import date_format
from django_q.models import OrmQ

from enquiries import notices, outbox, work
from enquiries.actions.submit import Answers, submit
from enquiries.models import Enquiry, Notification
from enquiries.sealing.receipt import new_token
from enquiries.work import WorkFailed
from tests.content.factories import make_user
from tests.enquiries.factories import make_enquiry, make_key, make_member, make_team
from tests.pages import texts, tree

pytestmark = pytest.mark.django_db
ADDRESS = "quorvane@merrowgate.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def nurse():
    make_key()
    return make_member(make_team(is_fallback=True))


def send(held=False, **answers):
    said = {"audience": "me", "way": "return", "urgent": False, "name": "Robin", "message": "Quorvane", **answers}
    return submit(answers=Answers(**said), token=new_token(), held=held)[0]


@pytest.fixture
def broken(monkeypatch):
    """A mail server that refuses, and quotes the address as it does."""

    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)


def test_mail_to_staff_holds_a_reference_and_a_link(nurse, settings):
    settings.SITE_URL, settings.STAFF_URL = "https://clinic.example", "https://staff.clinic.example"
    enquiry = send()
    outbox.send_due()

    [sent] = mail.outbox
    assert sent.to == [nurse.user.email]
    assert sent.subject == f"{enquiry.reference}: new"
    assert sent.body.split() == [
        enquiry.reference,
        f"https://staff.clinic.example/admin/enquiries/enquiry/{enquiry.reference}/",
    ]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_every_member_gets_a_mail_of_their_own(nurse):
    make_member(nurse.user.teams.get())
    send()
    outbox.send_due()

    assert [len(sent.to + sent.cc + sent.bcc) for sent in mail.outbox] == [1, 1]


def test_enquirer_gets_a_neutral_mail_and_the_address_goes_with_it(nurse, settings):
    settings.DEFAULT_FROM_EMAIL = "The ketamine clinic <noreply@clinic.example>"
    send(way="email", email=ADDRESS, email_safe=True)
    notice = Notification.objects.get(recipient=None)
    assert ADDRESS.encode() not in bytes(notice.sealed_address)
    outbox.send_due()

    sent = next(message for message in mail.outbox if message.to == [ADDRESS])
    said = f"{sent.subject} {sent.body} {sent.from_email}".lower()
    assert [word for word in ("ketamine", "clinic ", "robin", "enquiry", "treatment", "http") if word in said] == []
    notice.refresh_from_db()
    assert bytes(notice.sealed_address) == b""


@pytest.mark.parametrize("unsafe", [{"way": "email", "email": ADDRESS}, {"way": "phone", "phone": "1"}, {"way": "return"}])
def test_nobody_is_mailed_who_did_not_say_that_it_is_safe(nurse, unsafe):
    send(**unsafe)
    outbox.send_due()

    assert [sent.to for sent in mail.outbox] == [[nurse.user.email]]


def test_what_may_be_spam_has_nobody_outside_mailed(nurse):
    send(held=True, way="email", email=ADDRESS, email_safe=True)
    outbox.send_due()

    assert [sent.to for sent in mail.outbox] == [[nurse.user.email]]
    assert not Notification.objects.filter(recipient=None).exists()


def test_failure_keeps_the_kind_of_error_and_tries_at_growing_intervals(nurse, broken):
    send(way="email", email=ADDRESS, email_safe=True)
    notice = Notification.objects.get(recipient=None)
    waits = []
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        for _ in range(8):
            assert not outbox.send(notice.pk)
            notice.refresh_from_db()
            waits.append(round((notice.next_attempt_at - timezone.now()) / MINUTE))
            assert not outbox.send(notice.pk)  # it is not due
            clock.move_to(notice.next_attempt_at)

    assert waits == [1, 5, 15, 60, 240, 720, 720, 720]
    assert notice.last_error == "SMTPRecipientsRefused"
    assert ADDRESS not in str(vars(notice))


def test_recovered_mail_server_gets_everything_that_waited(nurse, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_: _refuse())
        send()
        outbox.send_due()
    assert mail.outbox == []

    with time_machine.travel(timezone.now() + 2 * MINUTE):
        assert outbox.send_due() == 1
    assert Notification.objects.get().last_error == ""


def test_address_that_cannot_be_encoded_is_a_failure_and_stops_no_other(nurse):
    send(way="email", email=f"a@{'ü' * 60}.de", email_safe=True)
    poisoned = Notification.objects.get(recipient=None)
    Notification.objects.filter(pk=poisoned.pk).update(next_attempt_at=timezone.now() - MINUTE)  # it is tried first
    outbox.send_due()

    poisoned.refresh_from_db()
    assert (poisoned.attempts, poisoned.last_error) == (1, "UnicodeError")
    assert [sent.to for sent in mail.outbox] == [[nurse.user.email]]


@pytest.mark.parametrize("answer", ["takes it", "refuses"])
def test_notice_whose_enquiry_is_erased_while_the_mail_server_answers_stops_no_other(nurse, monkeypatch, answer):
    first, second = send(), send()

    def erase_meanwhile(self, messages):
        if first.reference not in messages[0].subject:
            return mail.outbox.extend(messages)
        first.delete()
        return _refuse() if answer == "refuses" else mail.outbox.extend(messages)

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", erase_meanwhile)
    outbox.send_due()

    assert list(Notification.objects.unsent()) == []
    assert mail.outbox[-1].subject == f"{second.reference}: new"


def _refuse():
    raise ConnectionRefusedError


def test_claimed_notice_is_nobody_elses_until_the_claim_runs_out(nurse):
    send()
    notice = Notification.objects.get()
    Notification.objects.filter(pk=notice.pk).update(next_attempt_at=timezone.now() + outbox.LEASE, attempts=1)

    assert not outbox.send(notice.pk)
    with time_machine.travel(timezone.now() + outbox.LEASE + MINUTE):
        assert outbox.send(notice.pk)
        assert not outbox.send(notice.pk)
    assert len(mail.outbox) == 1


def test_same_message_id_when_a_mail_is_sent_twice(nurse):
    send()
    notice = Notification.objects.select_related("enquiry", "recipient").get()

    assert outbox.compose(notice).extra_headers["Message-ID"] == outbox.compose(notice).extra_headers["Message-ID"]


def test_people_who_left_and_late_mails_to_enquirers_are_dropped(nurse, broken):
    send(way="email", email=ADDRESS, email_safe=True)
    nurse.user.is_active = False
    nurse.user.save()
    outbox.send_due()
    assert Notification.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        outbox.send_due()

    assert Notification.objects.count() == 0


def test_queue_holds_the_key_of_a_row_and_nothing_else(nurse, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send()

    task = OrmQ.objects.get().task
    assert (task["func"], task["args"], task["kwargs"]) == ("enquiries.work.send", (Notification.objects.get().pk,), {})


def test_queue_that_fails_does_not_fail_the_enquiry(nurse, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("enquiries.notices.async_task", lambda *_: _refuse())
    with django_capture_on_commit_callbacks(execute=True):
        enquiry = send()

    assert Enquiry.objects.filter(pk=enquiry.pk).exists()
    assert outbox.send_due() == 1


def test_failed_work_keeps_no_word_of_what_went_wrong(monkeypatch):
    def fail():
        raise RuntimeError(ADDRESS)

    monkeypatch.setattr("enquiries.outbox.send_due", fail)
    with pytest.raises(WorkFailed) as caught:
        work.send_due()

    kept = "".join(traceback.format_exception(caught.value))  # as the worker writes it into its table
    assert kept.splitlines()[-1] == "enquiries.work.WorkFailed: RuntimeError"
    assert ADDRESS not in kept


def test_flood_of_what_may_be_spam_is_one_mail_an_hour(nurse):
    for _ in range(4):
        send(held=True)
    assert Notification.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        send(held=True)
    assert Notification.objects.count() == 2
    send()
    assert Notification.objects.count() == 3


def test_enquiry_that_nobody_can_read_alarms_at_once(db):
    make_key()
    team = make_team(is_fallback=True)
    boss = make_member(make_team())
    boss.user.is_superuser = True
    boss.user.save()
    send()

    assert [(notice.kind, notice.recipient) for notice in Notification.objects.all()] == [("unreadable", boss.user)]
    assert team.enquiries.get().wraps.count() == 2  # the recovery key and the receipt


def test_notices_go_with_their_enquiry(nurse):
    enquiry, _, _ = make_enquiry(nurse.user.teams.get())
    notices.tell_team(enquiry, "new")
    enquiry.delete()

    assert not Notification.objects.exists()


def test_next_attempt_is_named_only_for_what_has_not_gone_out(nurse, client):
    waits, sent = send(), send()
    later = timezone.now() + 60 * MINUTE
    Notification.objects.filter(enquiry=waits).update(next_attempt_at=later)
    Notification.objects.filter(enquiry=sent).update(next_attempt_at=later, sent_at=timezone.now())
    client.force_login(make_user("manager"))

    listed = tree(client.get("/admin/enquiries/notification/")).xpath("//tbody/tr")
    in_list = {row.xpath("string(th)"): row.xpath("string(td[contains(@class, 'field-next_attempt')])") for row in listed}
    pages = {notice: client.get(f"/admin/enquiries/notification/{notice.pk}/change/") for notice in Notification.objects.all()}
    alone = {
        notice.enquiry.reference: texts(page, "//div[contains(@class, 'field-next_attempt')]//div[@class='readonly']")[0]
        for notice, page in pages.items()
    }

    said = date_format(timezone.localtime(later), "DATETIME_FORMAT")
    assert in_list == {waits.reference: said, sent.reference: "-"}
    assert alone == {waits.reference: said, sent.reference: ""}
