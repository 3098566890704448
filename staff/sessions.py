"""How long a sign-in lasts, and how it ends."""

from collections.abc import Callable
from datetime import timedelta
from time import time
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

if TYPE_CHECKING:
    from staff.models import User

IDLE = timedelta(minutes=30)  # for those who see enquiries
IDLE_ROLES = ("desk", "manager")
TOUCH = 60  # seconds: how exactly idle time is kept, which saves a write a request
STARTED, USED = "signed_in_at", "used_at"


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out whose session is too old, or too long unused, and keep what they are shown out of the browser's store.

    Visitors of public pages have no session and are not asked.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and request.user.is_authenticated:
            if _is_over(request):
                logout(request)
            elif time() - request.session[USED] > TOUCH:
                request.session[USED] = time()
        response = get_response(request)
        if has_session:
            response.headers.setdefault("Cache-Control", "no-store")
            patch_cache_control(response, private=True)  # also what everybody gets: here it may carry the session's cookie
        return response

    return middleware


def begin(request: HttpRequest) -> None:
    """Start the clocks of a session, in which somebody has just signed in."""
    request.session[STARTED] = request.session[USED] = time()


def end_sessions(user: "User", *, but: str = "") -> None:
    """Sign a person out everywhere, or everywhere else than in the session with the key `but`."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()


def forget_ended() -> None:
    """Delete sessions that have run out, and from which address and browser they were: nobody needs these any more."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _is_over(request: HttpRequest) -> bool:
    now = time()
    if now - request.session.get(STARTED, 0) > settings.SESSION_COOKIE_AGE:
        return True
    return now - request.session.get(USED, 0) > IDLE.total_seconds() and _sees_enquiries(request.user)


def _sees_enquiries(user: "User | AnonymousUser") -> bool:
    return user.is_superuser or user.groups.filter(name__in=IDLE_ROLES).exists()
