"""Tells managers by mail what does not work, each trouble once a day."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.utils import timezone

from enquiries.people import overseers
from operations import health
from operations.models import Pulse

AGAIN = timedelta(days=1)
AFTER_FAILURE = timedelta(minutes=15)  # whoever asks for /readyz may start a try, and a mail server that hangs holds a thread
log = logging.getLogger(__name__)


def tell() -> None:
    """Mail what is wrong to those who look after the desk. Also asked by a web process, which sees that the worker stands."""
    for trouble in health.troubles():
        if _may_tell(trouble.name):
            log.error("%s", trouble.words)
            if not _mailed(trouble):
                soon = timezone.now() - AGAIN + AFTER_FAILURE
                Pulse.objects.filter(name=trouble.name).update(told_at=soon)  # another process may reach the mail server


def _may_tell(name: str) -> bool:
    """Claim the mail of the day about a trouble. Of several processes one gets it."""
    now = timezone.now()
    Pulse.objects.get_or_create(name=name)
    told = Q(told_at__range=(now - AGAIN, now + AGAIN))  # a note from further ahead is one of a clock that was wrong
    free = Pulse.objects.filter(Q(told_at=None) | ~told, name=name)
    return free.update(told_at=now) == 1


def _mailed(trouble: health.Finding) -> bool:
    """Mail to everybody who should know. Say whether it went out to any of them, or there is nobody."""
    try:
        with get_connection() as server:
            reached = [_reached(person.email, trouble, server) for person in overseers()]
    except (SMTPException, OSError):
        log.exception("An alert did not go out.")
        return False
    return any(reached) or not reached


def _reached(address: str, trouble: health.Finding, server: BaseEmailBackend) -> bool:
    """Mail to one of them; a mailbox that is dead is no reason to leave out the others."""
    text = f"{trouble.words}\n\n{settings.STAFF_URL}/admin/\n"
    try:
        send_mail("The site needs looking at", text, None, [address], connection=server)
    except (SMTPException, OSError):
        log.exception("An alert did not go out.")
        return False
    return True
