"""What every change of an enquiry shares: its row is locked, its version is checked, and its clock and notices are kept."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from enquiries import audit, notices, vault
from enquiries.models import DeskSettings, Enquiry, SealedDocument, Team
from enquiries.sealing.errors import SealBroken
from enquiries.vault import ContentKeys
from enquiries.working_hours import add_working_hours

A_DAY = 30  # messages of one enquirer: far more than a bad day needs, and few enough to read
DAY = timedelta(days=1)


class ChangedMeanwhile(Exception):
    """A colleague or the enquirer was quicker. Nothing was stored: show what changed, and keep the words in the form."""


class ErasedMeanwhile(Exception):
    """The enquiry was erased a moment ago. Nothing was stored: say so, and keep the words on the page."""


class TooMuchToday(Exception):
    """An enquirer has written `A_DAY` times within a day. Nothing was stored: keep the words in the form."""


def locked(enquiry: Enquiry, version: int | None = None) -> Enquiry:
    """Return an enquiry as it is now, locked until the transaction ends. `version` is the one that the person saw.

    Raises:
        ChangedMeanwhile: it is another version now.
        ErasedMeanwhile: it is gone.
    """
    rows = Enquiry.objects.select_for_update(of=("self",), no_key=True)  # rows that point to it may come at the same time
    current = rows.select_related("team").filter(pk=enquiry.pk).first()
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


def says(document: SealedDocument, enquiry: Enquiry, keys: ContentKeys, content: dict[str, Any]) -> bool:
    """Say whether a document says just this. One that does not open says nothing."""
    try:
        return vault.read(document, enquiry, keys) == content
    except SealBroken:
        return False


def refuse_flood(enquiry: Enquiry) -> None:
    """Refuse further words of an enquirer who has written very often. Call it once the enquiry is locked.

    Raises:
        TooMuchToday: they have.
    """
    theirs = enquiry.documents.filter(kind__in=(SealedDocument.Kind.ENQUIRY, SealedDocument.Kind.MESSAGE))
    if theirs.filter(written_at__gt=timezone.now() - DAY).count() >= A_DAY:
        raise TooMuchToday


def wait_anew(enquiry: Enquiry) -> None:
    """Store that an enquirer has said more: it is unseen, its clock runs, and its team is told. Call it last."""
    seen = enquiry.seen_at is not None
    if enquiry.state != Enquiry.State.WAITING:
        start_clock(enquiry)
    enquiry.seen_at = None
    save(enquiry)
    notices.tell_of_more(enquiry, seen=seen)
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


def answered(enquiry: Enquiry) -> None:
    """Stop the clock: somebody has answered, and so has judged that it is no spam."""
    enquiry.state, enquiry.screening = Enquiry.State.ANSWERED, Enquiry.Screening.ACCEPTED
    leave_open(enquiry)


def leave_open(enquiry: Enquiry) -> None:
    """Take back that an enquiry was closed."""
    enquiry.closed_at, enquiry.erase_on, enquiry.close_reason = None, None, ""
