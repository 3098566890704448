"""Invitations: a link, good once and for three days, with which somebody new chooses a password."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from staff.models import User

VALID_FOR = timedelta(days=3)
SALT = "staff.invitation"


def link_for(user: User) -> str:
    """Return the link that lets `user` in."""
    token = signing.dumps({"user": user.pk, "state": _state(user)}, salt=SALT)
    return settings.STAFF_URL + reverse("account_invitation", args=[token])


def invited(token: str) -> User | None:
    """Return whom a link's token was made for, or nothing if it is forged, too old, or was used."""
    try:
        found = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=found["user"], is_active=True, is_staff=True).first()
    return user if user and found["state"] == _state(user) else None


def send(user: User) -> None:
    """Mail `user` their link.

    Raises:
        smtplib.SMTPException, OSError: the mail server did not take it.
    """
    text = render_to_string("emails/invitation.txt", {"user": user, "link": link_for(user), "days": VALID_FOR.days})
    send_mail(f"Your account for {settings.STAFF_URL.partition('//')[2]}", text, None, [user.email])


def _state(user: User) -> str:
    """Return what changes when the link is used: after that it is good for nothing."""
    return salted_hmac(SALT, f"{user.pk} {user.password} {user.email} {user.last_login}", algorithm="sha256").hexdigest()
