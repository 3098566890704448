"""Writes notices into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from enquiries.models import Enquiry, Notification
from enquiries.transit import seal_address

if TYPE_CHECKING:
    from staff.models import User


def tell(enquiry: Enquiry, kind: Notification.Kind, people: "Iterable[User]") -> None:
    """Write a notice to each of these members of staff."""
    Notification.objects.bulk_create([Notification(enquiry=enquiry, kind=kind, recipient=person) for person in people])


def tell_team(enquiry: Enquiry, kind: Notification.Kind) -> None:
    """Write a notice to every member of an enquiry's team who still works here."""
    tell(enquiry, kind, enquiry.team.members.filter(is_active=True))


def tell_enquirer(enquiry: Enquiry, kind: Notification.Kind, address: str) -> None:
    """Write a notice to the enquirer, if there is an address that they said is safe. It is kept encrypted until it is sent."""
    if address:
        sealed = seal_address(address, enquiry=enquiry.uid)
        Notification.objects.create(enquiry=enquiry, kind=kind, sealed_address=sealed)
