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
    """Erase what has reached its date, each by itself, and return how many went. What was opened again meanwhile stays.

    Raises:
        NotErased: some could not be erased. The others were.
    """
    due = list(Enquiry.objects.filter(erase_on__lte=timezone.localdate()))
    erased = failed = 0
    for enquiry in due:
        try:
            erased += _erase_if_due(enquiry)
        except (DatabaseError, NotErased) as error:
            log.error("Enquiry %s was not erased: %s", enquiry.reference, type(error).__name__)
            failed += 1
    if failed:
        raise NotErased(f"{failed} of {len(due)}")
    return erased


@transaction.atomic
def _erase_if_due(enquiry: Enquiry) -> bool:
    """Erase an enquiry and say so, unless it was erased or opened again since it was found."""
    try:
        enquiry = locked(enquiry)
    except ErasedMeanwhile:
        return False
    if not enquiry.erase_on or enquiry.erase_on > timezone.localdate():
        return False
    spam = enquiry.close_reason == Enquiry.Reason.SPAM
    erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.SPAM if spam else ErasedEnquiry.Cause.RETENTION)
    return True
