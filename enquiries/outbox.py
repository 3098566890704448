"""Sends what lies in the outbox: one mail to one person, tried again at growing intervals until it has gone."""

import hashlib
import logging
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from enquiries.models import Notification
from enquiries.people import HERE
from enquiries.sealing.errors import SealBroken
from enquiries.transit import open_address
from staff.models import User

Kind = Notification.Kind
log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # whoever claims a notice and dies gives it up after this
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]  # the last is kept to
LATE = timedelta(days=3)  # then a mail to an enquirer has lost its use, and its address goes unsent


def send(pk: int) -> bool:
    """Send one notice if it is due and nobody else is at it. Return whether it went out now.

    A worker that dies between the mail server's answer and ours sends twice, never not at all; the message id is the same
    both times, so that mail programs may show it once.
    """
    own = Notification.objects.filter(pk=pk)  # and no `save()`: its enquiry may be erased while the mail server answers
    if not own.due().update(attempts=F("attempts") + 1, next_attempt_at=timezone.now() + LEASE):
        return False
    notice = own.select_related("enquiry", "recipient").first()
    if not notice:
        return False
    try:
        compose(notice).send()
    except (OSError, smtplib.SMTPException, SealBroken, ValueError) as error:  # the last: an address that cannot be encoded
        delay = DELAYS[min(notice.attempts, len(DELAYS)) - 1]
        # Only the error's class: its text may quote an address.
        own.update(last_error=type(error).__name__, next_attempt_at=timezone.now() + delay)
        log.warning("Notice %s was not sent (%s); it is tried again.", pk, type(error).__name__)
        return False
    own.update(sent_at=timezone.now(), sealed_address=b"", last_error="")
    return True


def send_due() -> int:
    """Send every notice that is due, and return how many went out. Drop those that nobody can use any more."""
    unsent = Notification.objects.unsent()
    unsent.exclude(recipient=None).exclude(recipient__in=User.objects.filter(HERE)).delete()
    unsent.filter(recipient=None, made_at__lte=timezone.now() - LATE).delete()
    return sum(send(pk) for pk in list(Notification.objects.due().order_by("next_attempt_at").values_list("pk", flat=True)))


def compose(notice: Notification) -> EmailMessage:
    """Return the mail for a notice: to staff a reference and a link, to an enquirer a neutral line."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    headers = {
        "Auto-Submitted": "auto-generated",
        "Message-ID": _message_id(notice, sender.rpartition("@")[2]),
    }
    if notice.recipient:
        reference = notice.enquiry.reference
        link = settings.STAFF_URL + reverse("admin:enquiries_enquiry_desk", args=[reference])
        body = render_to_string("emails/staff.txt", {"reference": reference, "link": link})
        return EmailMessage(f"{reference}: {SUBJECTS[Kind(notice.kind)]}", body, to=[notice.recipient.email], headers=headers)
    address = open_address(bytes(notice.sealed_address), enquiry=notice.enquiry.uid)
    body = render_to_string(f"emails/{notice.kind}.txt")
    return EmailMessage("A message for you", body, from_email=sender, to=[address], headers=headers)


def _message_id(notice: Notification, host: str) -> str:
    digest = hashlib.sha256(notice.enquiry.uid.bytes + str(notice.pk).encode()).hexdigest()
    return f"<{digest[:32]}@{host}>"


#: A word for colleagues who sort their mail; it says nothing about anybody.
SUBJECTS = {
    Kind.NEW: "new",
    Kind.MESSAGE: "written again",
    Kind.ASSIGNED: "yours",
    Kind.OVERDUE: "overdue",
    Kind.UNREADABLE: "nobody can open it",
}
