"""The WSGI application around Django's that takes in a request's body whole, within a time and a size.

A thread that waits for a body serves nobody else. Whoever sends a letter a second would hold it for as long as they like.
"""

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import SHUT_RD, socket
from threading import Timer
from typing import Any

from django.template.loader import render_to_string

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

LARGEST = 12 * 1024 * 1024  # bytes: a picture of 10 MB and its form. What Django takes in of other forms is far less.
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
]


class WholeBodies:
    """Hands a request to `application` once its body is here, and refuses one that is too slow or too large."""

    def __init__(self, application: WSGIApplication, seconds: float) -> None:
        self._application = application
        self._seconds = seconds

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length == "0":  # a body in chunks has no length, and Django reads none of it
            return self._application(environ, start_response)
        if int(length) > LARGEST:
            return refuse(start_response, "413 Content Too Large", "413.html")
        body = self._read(environ, int(length))
        if len(body) < int(length):
            return refuse(start_response, "408 Request Timeout", "408.html")
        return self._application({**environ, "wsgi.input": io.BytesIO(body)}, start_response)

    def _read(self, environ: dict[str, Any], length: int) -> bytes:
        """Return the body, or the part of it that came in time."""
        timer = Timer(self._seconds, _stop_listening, [environ.get("gunicorn.socket")])
        timer.start()
        try:
            return environ["wsgi.input"].read(length)
        except OSError:
            return b""  # whoever sent it has gone
        finally:
            timer.cancel()


def _stop_listening(connection: socket | None) -> None:
    """Let a read that waits for more return with what there is."""
    if connection:
        with suppress(OSError):  # it came to its end at this moment
            connection.shutdown(SHUT_RD)


def refuse(start_response: Callable[..., Any], status: str, template: str) -> list[bytes]:
    """Answer in Django's place, with a page that asks nothing of the request."""
    page = render_to_string(template).encode()
    start_response(status, [*HEADERS, ("Content-Length", str(len(page)))])
    return [page]
