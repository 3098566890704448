"""Writes notices into the outbox, in the transaction of what they tell of, and has them sent after its commit."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from enquiries.models import Enquiry, Notification
from enquiries.people import HERE, overseers
from enquiries.transit import seal_address

if TYPE_CHECKING:
    from staff.models import User

Kind = Notification.Kind
HELD_EVERY = timedelta(hours=1)  # what may be spam is told of this often at most, so that a flood buries nobody in mail


def tell(enquiry: Enquiry, kind: Notification.Kind, people: "Iterable[User]") -> None:
    """Write a notice to each of these members of staff."""
    _post([Notification(enquiry=enquiry, kind=kind, recipient=person) for person in people])


def tell_team(enquiry: Enquiry, kind: Notification.Kind) -> None:
    """Write a notice to every member of an enquiry's team who still works here."""
    tell(enquiry, kind, enquiry.team.members.filter(HERE))


def tell_of_new(enquiry: Enquiry) -> None:
    """Tell a team of a new enquiry, and those who look after the desk if nobody in the team can read it."""
    if not _told_of_held_lately(enquiry):
        tell_team(enquiry, Kind.NEW)
    if not enquiry.team.recipients().exists():
        tell(enquiry, Kind.UNREADABLE, overseers())


def tell_of_more(enquiry: Enquiry, *, seen: bool) -> None:
    """Tell a team of further words in this wait: once, and again when what was told of had been `seen`."""
    told = enquiry.notifications.filter(kind=Kind.MESSAGE, made_at__gte=enquiry.waiting_since)
    if (seen or not told.exists()) and not _told_of_held_lately(enquiry):
        tell_team(enquiry, Kind.MESSAGE)


def tell_enquirer(enquiry: Enquiry, kind: Notification.Kind, address: str) -> None:
    """Write a notice to the enquirer, if there is an address that they said is safe. It is kept encrypted until it is sent."""
    if address:
        _post([Notification(enquiry=enquiry, kind=kind, sealed_address=seal_address(address, enquiry=enquiry.uid))])


def _told_of_held_lately(enquiry: Enquiry) -> bool:
    held = Enquiry.Screening.HELD
    told = Notification.objects.filter(kind__in=(Kind.NEW, Kind.MESSAGE), enquiry__team=enquiry.team, enquiry__screening=held)
    return enquiry.screening == held and told.filter(made_at__gt=timezone.now() - HELD_EVERY).exists()


def _post(notices: list[Notification]) -> None:
    keys = [notice.pk for notice in Notification.objects.bulk_create(notices)]

    def queue() -> None:
        for key in keys:
            async_task("enquiries.work.send", key)

    # Robust: a queue that fails must not fail the enquiry. Notices that were not queued are found by the schedule.
    transaction.on_commit(queue, robust=True)
