"""An enquiry is stored whole or not at all, once, and sealed to those who may read it."""

from dataclasses import asdict, replace
from functools import partial

import pytest
from django.db import DatabaseError, connection

from enquiries import audit, vault
from enquiries.actions import submit as submissions
from enquiries.actions.changing import due_after
from enquiries.actions.erase import erase
from enquiries.actions.handle import close, mark_contacted, open_enquiry
from enquiries.actions.submit import Answers, ErasedAlready, submit
from enquiries.models import AccessEntry, Enquiry, ErasedEnquiry, Notification, SealedDocument, Team
from enquiries.sealing.receipt import Receipt, new_token
from enquiries.transit import open_address
from tests.enquiries.factories import make_key, make_member, make_team

ANSWERS = Answers(audience="me", way="return", urgent=False, name="Nimbusk", message="Quorvane")


def said(enquiry, keys):
    return [vault.read(document, enquiry, keys) for document in enquiry.documents.all()]


def everything_stored():
    """Return every value of every row of every table, as one piece of bytes."""
    stored = b""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            values = [value for row in cursor.fetchall() for value in row]
            stored += b" ".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values)
    return stored


@pytest.mark.django_db
def test_enquiry_is_read_by_the_team_the_recovery_key_and_the_receipt():
    team = make_team(is_fallback=True)
    member, recovery = make_member(team), make_key()

    enquiry, receipt = submit(answers=ANSWERS, token=new_token())

    for keys in (
        vault.keys_for(enquiry, member),
        vault.keys_for(enquiry, recovery),
        vault.keys_by_receipt(enquiry, Receipt.read(receipt.code)),
    ):
        assert said(enquiry, keys) == [asdict(ANSWERS)]


@pytest.mark.django_db
def test_what_was_written_is_nowhere_in_the_database():
    make_member(make_team(is_fallback=True))
    answers = replace(ANSWERS, way="email", email="brevolith@example.org", email_safe=True, phone="01632 960111")

    _, receipt = submit(answers=answers, token=new_token())

    stored = everything_stored()
    canaries = ("Nimbusk", "Quorvane", "brevolith", "960111", receipt.code, receipt.code.replace("-", ""))
    assert b"Team " in stored
    assert [canary for canary in canaries if canary.encode() in stored] == []


@pytest.mark.django_db
def test_each_member_gets_a_notice_and_someone_who_left_gets_none():
    team = make_team(is_fallback=True)
    members = {make_member(team).user, make_member(team).user}
    left = make_member(team).user
    left.is_active = False
    left.save()

    enquiry, _ = submit(answers=ANSWERS, token=new_token())

    assert {notice.recipient for notice in enquiry.notifications.all()} == members
    assert set(enquiry.notifications.values_list("kind", flat=True)) == {"new"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"way": "email", "email_safe": True}, "brevolith@example.org"),
        ({"way": "email", "email_safe": False}, None),
        ({"way": "phone", "email_safe": True}, None),
    ],
)
def test_enquirer_is_mailed_only_where_they_said_it_is_safe(given, address):
    make_member(make_team(is_fallback=True))

    enquiry, _ = submit(answers=replace(ANSWERS, email="brevolith@example.org", **given), token=new_token())

    notices = Notification.objects.filter(kind="received")
    assert [open_address(bytes(n.sealed_address), enquiry=enquiry.uid) for n in notices] == ([address] if address else [])


@pytest.mark.django_db
def test_same_form_sent_twice_makes_one_enquiry_with_one_receipt():
    make_member(make_team(is_fallback=True))
    token = new_token()

    first, second = submit(answers=ANSWERS, token=token), submit(answers=ANSWERS, token=token)

    assert first == second
    assert (Enquiry.objects.count(), SealedDocument.objects.count(), Notification.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_what_is_changed_in_a_form_that_is_sent_again_is_kept():
    member = make_member(make_team(is_fallback=True))
    token, changed = new_token(), replace(ANSWERS, message="Thessimer", urgent=True)

    enquiry, _ = submit(answers=ANSWERS, token=token)
    again, _ = submit(answers=changed, token=token)

    assert said(again, vault.keys_for(again, member)) == [asdict(ANSWERS), asdict(changed)]
    assert again.urgent
    assert again.due_at <= enquiry.due_at
    assert again.version == enquiry.version + 1


@pytest.mark.django_db
@pytest.mark.parametrize("end", [mark_contacted, partial(close, reason=Enquiry.Reason.CARE)])
def test_changed_form_that_is_sent_again_after_the_end_waits_and_is_told_of(end):
    member = make_member(make_team(is_fallback=True))
    token = new_token()
    enquiry, _ = submit(answers=ANSWERS, token=token)
    end(enquiry=enquiry, desk=member, version=1)

    submit(answers=replace(ANSWERS, message="I need help today", urgent=True), token=token)

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.erase_on, enquiry.seen_at) == ("waiting", None, None)
    assert enquiry.due_at == due_after(enquiry.waiting_since, enquiry.team, urgent=True)
    assert [notice.recipient for notice in enquiry.notifications.filter(kind="message")] == [member.user]


@pytest.mark.django_db
def test_same_form_sent_again_after_the_answer_changes_nothing():
    member = make_member(make_team(is_fallback=True))
    token = new_token()
    enquiry, _ = submit(answers=ANSWERS, token=token)
    mark_contacted(enquiry=enquiry, desk=member, version=1)

    submit(answers=ANSWERS, token=token)

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.version) == ("answered", 2)


@pytest.mark.django_db
@pytest.mark.parametrize(("known", "screening"), [(False, "held"), (True, "accepted")])
def test_changed_form_that_looks_like_spam_is_held_unless_somebody_has_looked(known, screening):
    member = make_member(make_team(is_fallback=True))
    token = new_token()
    enquiry, _ = submit(answers=ANSWERS, token=token)
    if known:
        open_enquiry(enquiry=enquiry, desk=member)

    submit(answers=ANSWERS, token=token, held=True)
    assert Enquiry.objects.get().screening == "accepted"  # nothing was changed
    submit(answers=replace(ANSWERS, message="More"), token=token, held=True)
    assert Enquiry.objects.get().screening == screening


@pytest.mark.django_db
def test_changed_form_is_kept_though_what_was_sent_before_is_damaged():
    member = make_member(make_team(is_fallback=True))
    token = new_token()
    enquiry, _ = submit(answers=ANSWERS, token=token)
    SealedDocument.objects.update(sealed=b"x" * 600)

    submit(answers=ANSWERS, token=token)

    assert vault.read(enquiry.documents.latest("pk"), enquiry, vault.keys_for(enquiry, member)) == asdict(ANSWERS)


@pytest.mark.django_db
def test_form_of_an_erased_enquiry_makes_no_new_one():
    make_member(make_team(is_fallback=True))
    token = new_token()
    enquiry, _ = submit(answers=ANSWERS, token=token)
    erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)

    with pytest.raises(ErasedAlready):
        submit(answers=ANSWERS, token=token)
    assert Enquiry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_same_form_that_another_process_stores_first_makes_one_enquiry(monkeypatch):
    """Both looked and found nothing; the other then was quicker, and the database refuses the second row."""
    make_member(make_team(is_fallback=True))
    token, create = new_token(), submissions._create

    def create_after_the_other(*args):
        create(*args)
        return create(*args)

    monkeypatch.setattr(submissions, "_create", create_after_the_other)
    _, receipt = submit(answers=ANSWERS, token=token)

    assert receipt == Receipt.from_token(token)
    assert (Enquiry.objects.count(), SealedDocument.objects.count(), Notification.objects.count()) == (1, 1, 1)
    assert list(audit.faults()) == []


@pytest.mark.django_db(transaction=True)
def test_enquiry_that_fails_at_its_last_step_leaves_nothing(monkeypatch):
    make_member(make_team(is_fallback=True))

    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr("enquiries.actions.submit.audit.record", fail)

    with pytest.raises(DatabaseError):
        submit(answers=ANSWERS, token=new_token())
    assert [model.objects.count() for model in (Enquiry, SealedDocument, Notification, AccessEntry)] == [0, 0, 0, 0]


@pytest.mark.django_db
def test_without_a_fallback_team_nothing_is_taken_in():
    with pytest.raises(Team.DoesNotExist):
        submit(answers=ANSWERS, token=new_token())


@pytest.mark.django_db
def test_team_without_keys_leaves_the_enquiry_to_the_recovery_key():
    make_team(is_fallback=True)
    recovery = make_key()

    enquiry, _ = submit(answers=ANSWERS, token=new_token())

    assert said(enquiry, vault.keys_for(enquiry, recovery)) == [asdict(ANSWERS)]
    assert list(Enquiry.objects.unreadable()) == [enquiry]


def test_answers_show_nothing_of_themselves():
    assert repr(ANSWERS) == "Answers()"
