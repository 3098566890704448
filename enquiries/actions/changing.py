"""What every change of an enquiry shares: its row is locked, its version is checked, and its clock and notices are kept."""

from datetime import datetime

from django.utils import timezone

from enquiries import audit, notices
from enquiries.models import DeskSettings, Enquiry, Notification, Team
from enquiries.working_hours import add_working_hours


class ChangedMeanwhile(Exception):
    """A colleague or the enquirer was quicker. Nothing was stored: show what changed, and keep the words in the form."""


class ErasedMeanwhile(Exception):
    """The enquiry was erased a moment ago. Nothing was stored: say so, and keep the words on the page."""


def locked(enquiry: Enquiry, version: int | None = None) -> Enquiry:
    """Return an enquiry as it is now, locked until the transaction ends. `version` is the one that the person saw.

    Raises:
        ChangedMeanwhile: it is another version now.
        ErasedMeanwhile: it is gone.
    """
    current = Enquiry.objects.select_for_update(of=("self",)).select_related("team").filter(pk=enquiry.pk).first()
    if not current:
        raise ErasedMeanwhile
    if version is not None and current.version != version:
        raise ChangedMeanwhile
    return current


def save(enquiry: Enquiry) -> None:
    """Store a changed enquiry as its next version."""
    enquiry.version += 1
    enquiry.changed_at = timezone.now()
    enquiry.save()


def wait_anew(enquiry: Enquiry) -> None:
    """Store that an enquirer has said more: it is unseen, its clock runs, and its team is told. Call it last."""
    if enquiry.state != Enquiry.State.WAITING:
        start_clock(enquiry)
    enquiry.seen_at = None
    save(enquiry)
    notices.tell_team(enquiry, Notification.Kind.MESSAGE)
    audit.record(audit.Act.WROTE, enquiry=enquiry)


def start_clock(enquiry: Enquiry) -> None:
    """Make an enquiry wait for us from now on, also when it was closed."""
    enquiry.state = Enquiry.State.WAITING
    if enquiry.screening == Enquiry.Screening.SPAM:
        enquiry.screening = Enquiry.Screening.HELD
    leave_open(enquiry)
    enquiry.waiting_since = timezone.now()
    set_due(enquiry)


def set_due(enquiry: Enquiry) -> None:
    """Set by when its team should answer, counted from when it began to wait. None of them has looked at it yet."""
    enquiry.seen_at = None
    enquiry.due_at = enquiry.escalate_at = due_after(enquiry.waiting_since, enquiry.team, urgent=enquiry.urgent)


def due_after(start: datetime, team: Team, *, urgent: bool) -> datetime:
    """Return by when a team should answer what began to wait at `start`."""
    return add_working_hours(start, team.hours_for(urgent=urgent), DeskSettings.load())


def leave_open(enquiry: Enquiry) -> None:
    """Take back that an enquiry was closed."""
    enquiry.closed_at, enquiry.erase_on, enquiry.close_reason = None, None, ""
