"""What the background worker runs to look after the site itself."""

from django.utils import timezone

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
    """Forget sessions that have run out, and counters of sign-in attempts whose time is over."""
    sessions.forget_ended()
    counters.forget_old()
