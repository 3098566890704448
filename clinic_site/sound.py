"""The WSGI application around Django's that refuses what Django or the database would fail at before we are asked.

Django reads a request's query and form by any codec of Python's that its `Content-Type` names. Some decode no text and some
fail, some take a time that grows with the square of the length, and some make signs that no database stores. PostgreSQL
stores no NUL, and refuses to look for one.
"""

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

from clinic_site.bodies import WSGIApplication, refuse

QUOTED_NUL = r"\000"  # as a cookie may have it, which Django then reads as the sign itself


class SoundRequests:
    """Hands a request to `application` if it is in UTF-8, and has no NUL in its path or in a cookie."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        has_nul = "\0" in environ.get("PATH_INFO", "") or QUOTED_NUL in environ.get("HTTP_COOKIE", "")
        if has_nul or not _is_utf8(environ.get("CONTENT_TYPE", "")):
            return refuse(start_response, "400 Bad Request", "400.html")
        return self._application(environ, start_response)


def _is_utf8(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
    except ValueError:  # a parameter in an encoding that is none
        return False
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return True  # nobody knows it, and Django passes over it
