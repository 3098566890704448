"""The second step of signing in: an authenticator app, a passkey, or a recovery code, kept by django-allauth."""

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from staff.sessions import end_sessions

if TYPE_CHECKING:
    from staff.models import User


def is_missing(request: HttpRequest) -> bool:
    """Whether whoever is signed in has no second step yet. Asked of the database once a request."""
    if not hasattr(request, "_second_step_missing"):
        own = Authenticator.objects.filter(user=request.user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
        request._second_step_missing = request.user.is_authenticated and not own.exists()  # type: ignore[attr-defined]
    return bool(request._second_step_missing)  # type: ignore[attr-defined]


def is_overdue(request: HttpRequest) -> bool:
    """Whether whoever is signed in must set up the second step before anything else. A trial installation lets it wait."""
    return settings.SECOND_STEP_REQUIRED and is_missing(request)


def is_first(authenticator: Authenticator) -> bool:
    """Whether a person who had no second step has just set this one up. Recovery codes are none by themselves."""
    steps = Authenticator.objects.filter(user=authenticator.user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return [step.pk for step in steps] == [authenticator.pk]


def remove(user: "User") -> None:
    """Take away a lost second step, end the person's sessions, and tell them. They set up another at the next sign-in."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    get_adapter().send_notification_mail("accounts/email/second_step_removed", user)
