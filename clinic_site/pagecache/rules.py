"""Which requests the page cache answers, and which answers it may keep."""

from typing import Any

from django.conf import settings

from clinic_site.pagecache.page import Headers

Key = tuple[str, str, str]

#: The first parts of addresses that are never cached: for staff, for one person, for machines that want to know now.
PRIVATE = frozenset({"admin", "accounts", "enquire", "healthz", "readyz", "search", "media", "static"})
#: What a kept page may say of who it varies by. "Cookie" there means that the view asked who is reading.
HARMLESS_VARY = {"", "accept-encoding"}


def cache_key(environ: dict[str, Any]) -> Key | None:
    """Return what tells this request's page from all others, or none if the cache must not answer it.

    It has everything that a public page is made from: scheme, host and path. Nothing else of the request reaches the view
    of a page that is kept (see `bare`), so that no header can put words into other people's pages.
    """
    get = environ.get
    if get("REQUEST_METHOD") not in ("GET", "HEAD") or get("QUERY_STRING") or get("SCRIPT_NAME"):
        return None
    if get("HTTP_AUTHORIZATION") or f"{settings.SESSION_COOKIE_NAME}=" in get("HTTP_COOKIE", ""):
        return None
    if get("CONTENT_LENGTH", "") not in ("", "0") or get("HTTP_TRANSFER_ENCODING"):
        return None
    path, host = get("PATH_INFO", ""), get("HTTP_HOST", "")
    if not host or path[1:].partition("/")[0] in PRIVATE:
        return None
    return f"{get('wsgi.url_scheme')} {get(_proxy_header(), '')}", host, path


def bare(environ: dict[str, Any]) -> dict[str, Any]:
    """Return the request as a page that everybody gets is made from: a GET with none of this visitor's headers."""
    kept = {"HTTP_HOST", _proxy_header()}
    request = {name: value for name, value in environ.items() if not name.startswith("HTTP_") or name in kept}
    return {**request, "REQUEST_METHOD": "GET", "CONTENT_TYPE": ""}


def _proxy_header() -> str:
    """Return the header that tells Django of HTTPS in front, if any: addresses on the page depend on it."""
    return settings.SECURE_PROXY_SSL_HEADER[0] if settings.SECURE_PROXY_SSL_HEADER else ""


def is_for_everybody(headers: Headers) -> bool:
    """Whether an answer holds nothing of one visitor: no cookie, nothing that varies, no nonce, not said to be private."""
    values = {name.lower(): value.lower() for name, value in headers}
    control = values.get("cache-control", "")
    return (
        "set-cookie" not in values
        and "content-encoding" not in values
        and {part.strip() for part in values.get("vary", "").split(",")} <= HARMLESS_VARY
        and not any(word in control for word in ("private", "no-store"))
        and "'nonce-" not in values.get("content-security-policy", "")
    )
