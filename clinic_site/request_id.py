"""A name for each request, so that the lines that one of them wrote in a log can be found together."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")
current_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take the name that a proxy gave in `X-Request-ID`, or make one, and tell it to whoever got an error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if GIVEN.fullmatch(given) else uuid4().hex
        token = current_request_id.set(name)
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
        if response.status_code >= 500:
            response.headers["X-Request-ID"] = name  # not on pages that are kept: there it would be another's
        return response

    return middleware
