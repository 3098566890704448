"""Erased is gone: every row that belonged to an enquiry."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone

from enquiries import work
from enquiries.actions import erase as erasing
from enquiries.actions.changing import ErasedMeanwhile
from enquiries.actions.erase import NotErased, erase, erase_due
from enquiries.actions.thread import write_again
from enquiries.models import AccessEntry, Enquiry, ErasedEnquiry, Notification, SealedDocument, WrappedKey
from enquiries.models.notice import Notification as Notice
from tests.enquiries.factories import make_enquiry, make_member, make_team

pytestmark = pytest.mark.django_db


def rows():
    return {model.__name__: model.objects.count() for model in (Enquiry, SealedDocument, WrappedKey, Notification)}


def close(enquiry, *, days, reason="answered"):
    enquiry.state, enquiry.closed_at, enquiry.close_reason = "closed", timezone.now(), reason
    enquiry.erase_on = timezone.localdate() + timedelta(days=days)
    enquiry.save()


def test_erasing_leaves_one_line_without_content():
    team = make_team()
    member = make_member(team)
    enquiry, _, _ = make_enquiry(team)
    Notice.objects.create(enquiry=enquiry, kind="new", recipient=member.user)

    erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)

    assert rows() == {"Enquiry": 0, "SealedDocument": 0, "WrappedKey": 0, "Notification": 0}
    left = ErasedEnquiry.objects.get()
    assert (left.reference, left.cause, left.checked) == (enquiry.reference, "enquirer", True)
    assert AccessEntry.objects.get(act="erased").reference == enquiry.reference


def test_erasing_one_leaves_the_others():
    team = make_team()
    make_member(team)
    enquiry, other = make_enquiry(team)[0], make_enquiry(team)[0]

    erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.RETENTION)

    assert rows() == {"Enquiry": 1, "SealedDocument": 1, "WrappedKey": 2, "Notification": 0}
    assert list(Enquiry.objects.all()) == [other]


def test_erasure_that_leaves_something_is_taken_back(monkeypatch):
    enquiry, _, _ = make_enquiry(make_team())
    monkeypatch.setattr(Enquiry, "delete", lambda self: None)

    with pytest.raises(NotErased):
        erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.RETENTION)
    assert ErasedEnquiry.objects.count() == 0


def test_those_whose_date_has_come_are_erased_and_open_ones_stay():
    team = make_team()
    due, spam, later, waiting = (make_enquiry(team)[0] for _ in range(4))
    close(due, days=0)
    close(spam, days=-1, reason="spam")
    close(later, days=1)

    assert erase_due() == 2
    assert set(Enquiry.objects.all()) == {later, waiting}
    assert dict(ErasedEnquiry.objects.values_list("reference", "cause")) == {due.reference: "retention", spam.reference: "spam"}


def test_what_is_due_is_erased_though_closing_what_is_quiet_fails(monkeypatch):
    close(make_enquiry(make_team())[0], days=0)

    def fail():
        raise DatabaseError

    monkeypatch.setattr("enquiries.actions.handle.close_quiet", fail)
    with pytest.raises(work.WorkFailed):
        work.erase()

    assert not Enquiry.objects.exists()


def test_what_was_opened_again_or_erased_meanwhile_is_passed_over(monkeypatch):
    team = make_team()
    make_member(team)
    gone, (opened, _, receipt), first = make_enquiry(team)[0], make_enquiry(team), make_enquiry(team)[0]
    for enquiry in (gone, opened, first):  # the newest is erased first
        close(enquiry, days=0)
    real = erasing.erase

    def meanwhile(*, enquiry, cause):
        if enquiry == first:
            write_again(enquiry=opened, receipt=receipt, text="Are you there?", uid=uuid4())
            real(enquiry=gone, cause=ErasedEnquiry.Cause.ENQUIRER)
        return real(enquiry=enquiry, cause=cause)

    monkeypatch.setattr(erasing, "erase", meanwhile)

    assert erase_due() == 1
    assert [(enquiry.pk, enquiry.state) for enquiry in Enquiry.objects.all()] == [(opened.pk, "waiting")]
    assert set(ErasedEnquiry.objects.values_list("cause", flat=True)) == {"retention", "enquirer"}


def test_erasing_what_is_gone_says_so_and_leaves_one_line():
    enquiry, _, _ = make_enquiry(make_team())
    same = Enquiry.objects.get()
    erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)

    with pytest.raises(ErasedMeanwhile):
        erase(enquiry=same, cause=ErasedEnquiry.Cause.ENQUIRER)
    assert ErasedEnquiry.objects.count() == 1
