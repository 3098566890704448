"""Remembers in a browser who has signed in there, so that only a sign-in from elsewhere is worth a mail."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from staff.models import User

YEAR = 365 * 24 * 60 * 60
SALT = "staff.browsers"


def note(request: HttpRequest, user: User) -> None:
    """Mail `user` if nobody has signed in to their account from this browser, and have the browser remember."""
    known = _known(request)
    if user.pk not in known:
        get_adapter().send_notification_mail("accounts/email/signed_in", user)
    request.known_here = [*(pk for pk in known if pk != user.pk), user.pk]  # type: ignore[attr-defined]


def remember(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the note in a cookie that is sent to the sign-in page alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if known := getattr(request, "known_here", None):
            response.set_signed_cookie(
                settings.KNOWN_BROWSER_COOKIE_NAME,
                " ".join(map(str, known)),
                salt=SALT,
                max_age=YEAR,
                path=reverse("account_login").removesuffix("login/"),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response

    return middleware


def _known(request: HttpRequest) -> list[int]:
    said = request.get_signed_cookie(settings.KNOWN_BROWSER_COOKIE_NAME, default="", salt=SALT, max_age=YEAR)
    return [int(pk) for pk in (said or "").split()]
