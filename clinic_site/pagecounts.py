"""Counts how often pages are opened: around everything else, so that pages out of the page cache count too.

A page and a day is all that is kept. The request is looked at while it is here, and nothing of it is remembered but its path.
"""

import atexit
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from threading import Event, Lock, Thread
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from clinic_site.pagecache.rules import PRIVATE
from content.models import PageCount
from content.reading import is_counted

INTERVAL = 30.0  # seconds between two writes; a process that is killed loses what it counted since the last
logger = logging.getLogger(__name__)
WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Keep = Callable[[date, Mapping[str, int]], None]


def is_reader(environ: dict[str, Any]) -> bool:
    """Whether a request comes from somebody who is about to read: no program, no member of staff, nothing fetched ahead."""
    get = environ.get
    if get("REQUEST_METHOD") != "GET" or get("QUERY_STRING") or "HTTP_SEC_PURPOSE" in environ or "HTTP_PURPOSE" in environ:
        return False
    if get("PATH_INFO", "")[1:].partition("/")[0] in PRIVATE or "HTTP_AUTHORIZATION" in environ:
        return False
    cookies = get("HTTP_COOKIE")
    return not (cookies and f"{settings.SESSION_COOKIE_NAME}=" in cookies) and not is_program(get("HTTP_USER_AGENT", ""))


def is_program(name: str) -> bool:
    """Whether this is the name of a program that says what it is: most do, many by an address to read about them."""
    name = name.lower()
    return (
        not name or "bot" in name or "http" in name or "spider" in name or "crawl" in name or "curl" in name or "python" in name
    )


def keep(day: date, counts: Mapping[str, int]) -> None:
    """Add to the database what are pages of content, by a connection that is let go of."""
    try:
        pages = {path: count for path, count in counts.items() if is_counted(path)}
        if pages:
            PageCount.objects.add(day, pages)
    finally:
        connection.close()


class PageCounter:
    """The WSGI application around the whole site. Whatever is wrong with counting, the page comes."""

    def __init__(self, application: WSGIApplication, keep: Keep = keep, interval: float = INTERVAL) -> None:
        self._application = application
        self._keep = keep
        self._interval = interval
        self._counts: dict[str, int] = {}
        self._lock = Lock()
        self._thread: Thread | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not is_reader(environ):
            return self._application(environ, start_response)

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            if status.startswith(("200", "304")):
                self._count(environ["PATH_INFO"])
            return start_response(status, headers, exc_info)

        return self._application(environ, start)

    def _count(self, path: str) -> None:
        with self._lock:
            self._counts[path] = self._counts.get(path, 0) + 1
        if self._thread is None:
            self._start()

    def flush(self) -> None:
        """Write what has been counted. What cannot be written is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            self._keep(timezone.localdate(), counts)
        except Exception:
            logger.warning("Page counts could not be written; they are kept for the next time.")
            with self._lock:
                for path, count in counts.items():
                    self._counts[path] = self._counts.get(path, 0) + count

    def _start(self) -> None:
        """Start on the first count and not before: a thread does not outlive the fork of gunicorn's workers."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="page counts", daemon=True)
                atexit.register(self.flush)
                with suppress(RuntimeError):  # no more threads: the counts go out at the end
                    self._thread.start()

    def _run(self) -> None:
        wait = Event()
        while True:
            wait.wait(self._interval)
            self.flush()
