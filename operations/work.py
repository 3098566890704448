"""What the background worker runs to look after the site itself."""

from django.utils import timezone

from content.links.batch import check_due
from content.links.collect import collect
from content.reading import erase_old_counts
from enquiries import audit
from operations import alerts
from operations.models import Pulse
from staff import counters, sessions


def pulse() -> None:
    """Note that the worker lives, and tell managers of what does not work."""
    Pulse.objects.update_or_create(name="worker", defaults={"seen_at": timezone.now()})
    alerts.tell()


def check_record() -> None:
    """Walk the record of access, and note whether it is sound."""
    sound = next(audit.faults(), None) is None
    Pulse.objects.update_or_create(name="record", defaults={"seen_at": timezone.now(), "sound": sound})


def tidy() -> None:
    """Forget sessions that have run out, counters of sign-in attempts whose time is over, and counts of pages of long ago."""
    sessions.forget_ended()
    counters.forget_old()
    erase_old_counts(timezone.localdate())


def collect_links() -> None:
    """Find the links to other sites on public pages."""
    collect()


def check_links() -> None:
    """Ask some other sites whether the pages that ours link to are still there."""
    check_due()
