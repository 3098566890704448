"""Erases enquiries, and checks that they are gone."""

from django.db import transaction
from django.utils import timezone

from enquiries import audit
from enquiries.models import Enquiry, ErasedEnquiry, Notification, SealedDocument, Viewing, WrappedKey

PARTS = (SealedDocument, WrappedKey, Notification, Viewing)


class NotErased(Exception):
    """Something of an enquiry was left after erasing it. Nothing was changed."""


@transaction.atomic
def erase(*, enquiry: Enquiry, cause: ErasedEnquiry.Cause) -> ErasedEnquiry:
    """Remove an enquiry with its keys, thread, notes and notices, check that nothing is left, and leave a line without content.

    Raises:
        NotErased: something was left; the transaction is rolled back.
    """
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
    """Erase what has reached its date, each by itself, and return how many there were."""
    due = list(Enquiry.objects.filter(erase_on__lte=timezone.localdate()))
    for enquiry in due:
        spam = enquiry.close_reason == Enquiry.Reason.SPAM
        erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.SPAM if spam else ErasedEnquiry.Cause.RETENTION)
    return len(due)
