"""Erased is gone: every row that belonged to an enquiry."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enquiries.actions.erase import NotErased, erase, erase_due
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
