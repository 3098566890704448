"""The WSGI application around Django's that takes in nothing but UTF-8, which is what browsers send here.

Django reads a request's query and form by any codec of Python's that its `Content-Type` names, before anything of ours is
asked. Some decode no text and some fail, some take a time that grows with the square of the length, and some make signs that no
database stores.
"""

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

from clinic_site.bodies import WSGIApplication, refuse


class OnlyUtf8:
    """Hands a request to `application` unless it names another charset, or a `Content-Type` that cannot be read."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if _is_utf8(environ.get("CONTENT_TYPE", "")):
            return self._application(environ, start_response)
        return refuse(start_response, "400 Bad Request", "400.html")


def _is_utf8(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
    except ValueError:  # a parameter in an encoding that is none
        return False
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return True  # nobody knows it, and Django passes over it
