"""Tells those in charge of enquiries that have waited too long, or that nobody can read, again and again."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from enquiries import audit, notices
from enquiries.actions.changing import ErasedMeanwhile, due_after, locked
from enquiries.models import AccessEntry, Enquiry, Notification
from enquiries.people import HERE, overseers

ALARM_EVERY = timedelta(days=1)


def escalate_due() -> int:
    """Escalate what waits past its time, and return how many were told of. Of what may be spam, one for each team."""
    told, teams = 0, set()
    for enquiry in list(Enquiry.objects.waiting().filter(escalate_at__lte=timezone.now()).order_by("due_at", "pk")):
        quiet = enquiry.screening == Enquiry.Screening.HELD and enquiry.team_id in teams
        if escalate(enquiry, quiet=quiet):
            told += 1
            if enquiry.screening == Enquiry.Screening.HELD:
                teams.add(enquiry.team_id)
    return told


@transaction.atomic
def escalate(enquiry: Enquiry, *, quiet: bool = False) -> bool:
    """Tell whom the team escalates to, unless somebody has looked since they were told in this wait. Set when to look again."""
    try:
        enquiry = locked(enquiry)
    except ErasedMeanwhile:
        return False
    if enquiry.state != Enquiry.State.WAITING or enquiry.escalate_at > timezone.now():
        return False
    enquiry.escalate_at = due_after(timezone.now(), enquiry.team, urgent=enquiry.urgent)
    enquiry.save(update_fields=("escalate_at",))
    if quiet or _seen_since_last_time(enquiry):
        return False
    people = enquiry.team.escalate_to.filter(HERE)
    notices.tell(enquiry, Notification.Kind.OVERDUE, people if people.exists() else overseers())
    audit.record(audit.Act.ESCALATED, enquiry=enquiry)
    return True


def alarm_unreadable() -> int:
    """Tell those who look after the desk of open enquiries that nobody can read, once a day each, until they are granted."""
    alarmed = Notification.objects.filter(kind=Notification.Kind.UNREADABLE, made_at__gt=timezone.now() - ALARM_EVERY)
    unreadable = list(Enquiry.objects.open().unreadable().exclude(notifications__in=alarmed))
    for enquiry in unreadable:
        notices.tell(enquiry, Notification.Kind.UNREADABLE, overseers())
    return len(unreadable)


def _seen_since_last_time(enquiry: Enquiry) -> bool:
    told = AccessEntry.objects.of(enquiry).filter(act=AccessEntry.Act.ESCALATED, at__gte=enquiry.waiting_since)
    last = told.first()
    return bool(last and enquiry.seen_at and enquiry.seen_at > last.at)
