"""A name for each request, so that the lines that one of them wrote in a log can be found together."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")
current_request_id: ContextVar[str] = ContextVar("request_id", default="")


@receiver(request_finished)
def forget(**kwargs: Any) -> None:
    """Keep the name out of what this thread logs next."""
    current_request_id.set("")


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take the name that a proxy gave in `X-Request-ID`, or make one, and tell it to whoever met a failure here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if GIVEN.fullmatch(given) else uuid4().hex
        current_request_id.set(name)  # until the request is finished: Django logs what failed after the middleware
        response = get_response(request)
        if response.status_code >= 500:
            response.headers["X-Request-ID"] = name  # not on pages that are kept: there it would be another's
        return response

    return middleware
