"""Erases enquiries, and checks that they are gone."""

import logging

from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone

from enquiries import audit
from enquiries.actions.changing import ErasedMeanwhile, locked
from enquiries.models import Enquiry, ErasedEnquiry, Notification, SealedDocument, Viewing, WrappedKey

log = logging.getLogger(__name__)
PARTS = (SealedDocument, WrappedKey, Notification, Viewing)


class NotErased(Exception):
    """Something of an enquiry was left after erasing it. Nothing was changed."""


@transaction.atomic
def erase(*, enquiry: Enquiry, cause: ErasedEnquiry.Cause) -> ErasedEnquiry:
    """Remove an enquiry with its keys, thread, notes and notices, check that nothing is left, and leave a line without content.

    Raises:
        NotErased: something was left; the transaction is rolled back.
        ErasedMeanwhile: it was gone before.
    """
    enquiry = locked(enquiry)
    pk, received_on = enquiry.pk, timezone.localdate(enquiry.received_at)
    left = ErasedEnquiry(uid=enquiry.uid, reference=enquiry.reference, received_on=received_on, cause=cause)
    enquiry.delete()
    if Enquiry.objects.filter(pk=pk).exists() or any(part._default_manager.filter(enquiry_id=pk).exists() for part in PARTS):
        raise NotErased
    left.checked = True
    left.save()
    audit.record(audit.Act.ERASED, enquiry=enquiry, detail=left.get_cause_display())
    return left


def erase_due() -> int:
    """Erase what has reached its date, each by itself, and return how many there were. What was opened again meanwhile stays.

    Raises:
        NotErased: some could not be erased. The others were.
    """
    due = list(Enquiry.objects.filter(erase_on__lte=timezone.localdate()))
    failed = sum(not _erased(enquiry) for enquiry in due)
    if failed:
        raise NotErased(f"{failed} of {len(due)}")
    return len(due)


def _erased(enquiry: Enquiry) -> bool:
    try:
        _erase_if_due(enquiry)
    except ErasedMeanwhile:
        return True
    except (DatabaseError, NotErased) as error:
        log.error("Enquiry %s was not erased: %s", enquiry.reference, type(error).__name__)
        return False
    return True


@transaction.atomic
def _erase_if_due(enquiry: Enquiry) -> None:
    enquiry = locked(enquiry)
    if enquiry.erase_on and enquiry.erase_on <= timezone.localdate():
        spam = enquiry.close_reason == Enquiry.Reason.SPAM
        erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.SPAM if spam else ErasedEnquiry.Cause.RETENTION)
