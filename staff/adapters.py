"""What django-allauth asks of the project: who the client is, how mails go out, how secrets of the second step are kept."""

import logging
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from staff.connections import client_line
from staff.encryption import CannotDecrypt, decrypt, encrypt
from staff.sessions import STARTED

if TYPE_CHECKING:
    from staff.models import User

PURPOSE = b"acquiesce second step 1"
JUST_NOW = 300  # seconds after signing in, during which nobody is asked for the password once more
logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "That address and password do not belong together. Check both, and type the password again.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, or choose a new password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before a change to the second step, unless it has only just been given."""
        signed_in_at = self.request.session.get(STARTED, 0)
        return time.time() - signed_in_at > JUST_NOW and super().is_reauthentication_required(app=app, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return what sign-ins are counted by: an attacker has every address of a line."""
        return client_line(request)

    def send_notification_mail(self, template_prefix: str, user: "User", context: Any = None, email: str | None = None) -> None:
        """Tell a person of a change to their account. Their address is the account's own."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail. A mail server that fails must not keep anybody from signing in."""
        try:
            super().send_mail(template_prefix, email, {**context, "site_url": settings.STAFF_URL})
        except (SMTPException, OSError):
            logger.exception("A mail about an account did not go out (%s).", template_prefix)


class SecondStepAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes encrypted."""

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the picture that an app scans, drawn from numbers only, for the page to hold: no policy has to be widened."""
        return mark_safe(super().build_totp_svg(url))  # noqa: S308 - a library's drawing of black squares

    def encrypt(self, text: str) -> str:
        return urlsafe_b64encode(encrypt(text.encode(), purpose=PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return decrypt(urlsafe_b64decode(encrypted_text), purpose=PURPOSE).decode()
        except CannotDecrypt as error:  # the form that asks for a code shows this
            raise ValidationError("This second step cannot be read any more. Ask a manager to remove it.") from error
