"""The WSGI application around Django's that answers public pages by itself when it has them."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from clinic_site.pagecache.page import Headers, Page, best_encoding, has_tag, make_page
from clinic_site.pagecache.rules import Key, bare, cache_key, is_for_everybody
from clinic_site.pagecache.store import Store
from clinic_site.pagecache.watch import Watch

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
LONGEST_WAIT = 10.0  # seconds that a visitor waits for a page that somebody else's request is making

logger = logging.getLogger(__name__)


class PageCache:
    """Answers from memory what it can and hands the rest to `application`. Whatever is wrong with it, pages still come."""

    def __init__(self, application: WSGIApplication, max_bytes: int, watch: Watch | None = None) -> None:
        self._application = application
        self._store = Store(max_bytes)
        self._watch = watch or Watch()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            page = self._find(environ)
        except Exception:
            logger.exception("The page cache failed; the page is made without it.")
            page = None
        if page is None:
            return self._application(environ, start_response)
        return _send(page, environ, start_response)

    def _find(self, environ: dict[str, Any]) -> Page | None:
        key = cache_key(environ)
        version = self._watch.version() if key else None
        if key is None or version is None:
            return None
        page = self._store.get(key)
        if page is not None and page.version == version:
            return page
        return self._make_once(key, version, environ, page)

    def _make_once(self, key: Key, version: object, environ: dict[str, Any], old: Page | None) -> Page | None:
        """Make the page, or wait for the thread that is making it already."""
        flight, ours = self._store.board((key, version))
        if not ours:
            return flight.wait(LONGEST_WAIT)
        page = None
        try:
            page = self._make(key, version, environ, old)
        finally:
            self._store.arrive((key, version), page)
        return page

    def _make(self, key: Key, version: object, environ: dict[str, Any], old: Page | None) -> Page | None:
        """Return the page as everybody gets it, or none if only this visitor's own request can tell what to answer."""
        status, headers, body = _ask(self._application, bare(environ))
        if status.startswith("5"):
            return old  # the database is down: what it said last is better than nothing, above all in an emergency
        if body is None or not is_for_everybody(headers):
            self._store.drop(key)
            return None
        page = make_page(version, status, headers, body)
        if page.is_kept:
            self._store.put(key, page)
        else:
            self._store.drop(key)
        return page


def _ask(application: WSGIApplication, environ: dict[str, Any]) -> tuple[str, Headers, bytes | None]:
    """Return what the application answers: status, headers and body, with no body if it is a stream."""
    started: list[tuple[str, Headers]] = []
    response = application(environ, lambda status, headers, exc_info=None: started.append((status, list(headers))))
    try:
        body = None if getattr(response, "streaming", True) else b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()
    return *started[-1], body


def _send(page: Page, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    answer = page.answers[best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))]
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags and page.is_kept and has_tag(tags, answer.etag):
        start_response("304 Not Modified", answer.not_modified)
        return []
    start_response(page.status, answer.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
