"""What the background worker runs, by name. Failures that it keeps tell the kind of error, and nothing of any enquiry."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.utils import timezone

from enquiries import abuse, outbox
from enquiries.actions import erase as erasing
from enquiries.actions import escalate as escalating
from enquiries.actions import handle
from enquiries.desk.session import IDLE
from enquiries.models import OpenDesk, Viewing

P = ParamSpec("P")


class WorkFailed(Exception):
    """Background work failed with the kind of error that this names."""


def _private(work: Callable[P, object]) -> Callable[P, None]:
    """Return nothing, and let no error's text out: results and tracebacks are kept in a table."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            work(*args, **kwargs)
        except Exception as error:
            raise WorkFailed(type(error).__name__) from None

    return run


@_private
def send(pk: int) -> None:
    """Send one notice."""
    outbox.send(pk)


@_private
def send_due() -> None:
    """Send what was not sent when it was written."""
    outbox.send_due()


@_private
def escalate() -> None:
    """Tell of what waits for too long, and of what nobody can read."""
    escalating.escalate_due()
    escalating.alarm_unreadable()


@_private
def erase() -> None:
    """Erase what has reached its date, and close what has gone quiet; neither waits for the other to succeed."""
    try:
        erasing.erase_due()
    finally:
        handle.close_quiet()


@_private
def tidy() -> None:
    """Forget yesterday's counts, desks that are locked by now, and who looked at what."""
    abuse.forget_old()
    before = timezone.now() - IDLE
    OpenDesk.objects.filter(used_at__lte=before).delete()
    Viewing.objects.filter(seen_at__lte=before).delete()
