"""What an enquirer does who comes back with the receipt."""

from django.db import transaction

from enquiries import audit
from enquiries.models import Enquiry
from enquiries.sealing.receipt import Receipt


def find(receipt: Receipt) -> Enquiry | None:
    """Return the enquiry that a receipt belongs to, if there is one."""
    return Enquiry.objects.select_related("team").filter(receipt_lookup=receipt.lookup).first()


@transaction.atomic
def come_back(enquiry: Enquiry) -> None:
    """Write down that the enquirer looked, so that staff know whether a reply may have been read."""
    audit.record(audit.Act.RETURNED, enquiry=enquiry)
