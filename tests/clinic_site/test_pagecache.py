"""The page cache by itself: what it answers, what it keeps, and that nothing breaks a page. Processes are tested apart."""

import gzip
import io
import re
from threading import Barrier, Thread
from time import sleep
from wsgiref.util import setup_testing_defaults

import brotli
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse

from clinic_site.pagecache import PageCache
from clinic_site.pagecache.page import best_encoding, has_tag, make_page
from clinic_site.pagecache.store import Store
from clinic_site.pagecache.watch import Watch
from tests.content.factories import make_article, make_line, make_section, make_user

MEGABYTE = 1024 * 1024
TEXT = "A page of plain words. " * 100


class FixedWatch:
    """A version that a test sets."""

    def __init__(self):
        self.now = 1

    def version(self):
        return self.now


class Site:
    """A WSGI application that notes what it was asked, with a page cache around it."""

    def __init__(self, max_bytes=MEGABYTE):
        self.asked = []
        self.respond = lambda environ: HttpResponse(f"{TEXT}{len(self.asked)}")
        self.watch = FixedWatch()
        self.cache = PageCache(self._application, max_bytes, self.watch)

    def _application(self, environ, start_response):
        self.asked.append(environ)
        response = self.respond(environ)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    def get(self, path="/ketamine/", **environ):
        return ask(self.cache, path, **environ)


def ask(application, path="/", **environ):
    """Return (status, headers, body) of a request to a WSGI application."""
    request = {"PATH_INFO": path, "HTTP_HOST": "localhost", "QUERY_STRING": "", "wsgi.input": io.BytesIO(), **environ}
    setup_testing_defaults(request)
    started = []
    body = application(request, lambda status, headers, exc_info=None: started.append((status, dict(headers))))
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return int(started[0][0][:3]), started[0][1], content


@pytest.fixture(autouse=True)
def _one_connection():
    """Let the end of a request leave the test's connection alone, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def site():
    return Site()


# --- What it keeps, and for how long ----------------------------------------------------------------------------------


def test_page_is_made_once_for_a_version(site):
    first, second = site.get(), site.get()

    assert first == second
    assert (first[0], first[2].decode(), len(site.asked)) == (200, f"{TEXT}1", 1)


def test_new_version_makes_the_page_anew(site):
    site.get()
    site.watch.now = 2

    assert site.get()[2].decode() == f"{TEXT}2"


@pytest.mark.parametrize("other", [{"HTTP_HOST": "other.example"}, {"wsgi.url_scheme": "https"}, {"path": "/other/"}])
def test_another_host_scheme_or_path_is_another_page(site, other):
    site.get()

    assert site.get(**other)[2].decode() == f"{TEXT}2"


def test_scheme_that_a_trusted_proxy_names_makes_another_page(site, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site.get(HTTP_X_FORWARDED_PROTO="http")

    assert site.get(HTTP_X_FORWARDED_PROTO="https")[2].decode() == f"{TEXT}2"
    assert [request["HTTP_X_FORWARDED_PROTO"] for request in site.asked] == ["http", "https"]


@pytest.mark.parametrize(
    "request_",
    [
        {"QUERY_STRING": "utm=x"},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"HTTP_COOKIE": f"a=b; {settings.SESSION_COOKIE_NAME}=x"},
        {"HTTP_AUTHORIZATION": "Basic x"},
        {"CONTENT_LENGTH": "3"},
        {"SCRIPT_NAME": "/below"},
        {"HTTP_HOST": ""},
        *({"path": path} for path in ("/admin/", "/admin/login/", "/accounts/x/", "/enquire/", "/enquire/reply/", "/healthz", "/readyz", "/media/a.png", "/static/a.css", "/search/")),
    ],
    ids=str,
)  # fmt: skip
def test_request_passes_by(site, request_):
    site.get()
    answers = [site.get(**request_)[2].decode() for _ in range(2)]

    assert answers == [f"{TEXT}2", f"{TEXT}3"]
    assert {name: site.asked[-1][name] for name in request_ if name != "path"} == {
        n: v for n, v in request_.items() if n != "path"
    }
    assert site.get()[2].decode() == f"{TEXT}1"


def test_nothing_of_a_visitor_reaches_a_page_that_is_kept(site):
    site.get(HTTP_COOKIE="theme=dark", HTTP_X_FORWARDED_HOST="evil.example", HTTP_ACCEPT_ENCODING="br", HTTP_REFERER="x")
    site.get("/other/", CONTENT_TYPE="text/html; charset=hex")

    assert {name for name in site.asked[0] if name.startswith("HTTP_")} == {"HTTP_HOST"}
    assert site.asked[1]["CONTENT_TYPE"] == ""


def _with(**headers):
    response = HttpResponse(TEXT)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


NOT_KEPT = {
    "cookie": _with(Set_Cookie="a=b"),
    "varies": _with(Vary="Accept-Encoding, Cookie"),
    "private": _with(Cache_Control="private"),
    "no-store": _with(Cache_Control="max-age=0, no-store"),
    "nonce": _with(Content_Security_Policy="script-src 'self' 'nonce-abc'"),
    "encoded": _with(Content_Encoding="gzip"),
    "stream": StreamingHttpResponse([TEXT.encode()]),
}


@pytest.mark.parametrize("response", NOT_KEPT.values(), ids=NOT_KEPT)
def test_answer_for_one_visitor_is_made_from_their_own_request(site, response):
    site.respond = lambda environ: response
    site.get(HTTP_X_OWN="mine")

    assert site.asked[-1]["HTTP_X_OWN"] == "mine"
    assert site.cache._store.bytes == 0


@pytest.mark.parametrize("status", [301, 404, 410])
def test_answer_that_is_no_page_is_given_and_not_kept(site, status):
    site.respond = lambda environ: HttpResponse(TEXT, status=status, headers={"Location": "/there/"})

    answers = [site.get(HTTP_ACCEPT_ENCODING="gzip") for _ in range(2)]

    assert [(code, headers["Location"], headers["Cache-Control"]) for code, headers, _ in answers] == [
        (status, "/there/", "no-cache")
    ] * 2
    assert gzip.decompress(answers[0][2]).decode() == TEXT
    assert (len(site.asked), site.cache._store.bytes) == (2, 0)


def test_page_that_is_gone_is_forgotten(site):
    site.get()
    site.watch.now, site.respond = 2, lambda environ: HttpResponse(status=404)

    assert site.get()[0] == 404
    assert site.cache._store.bytes == 0


# --- What it answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [("gzip, deflate, br, zstd", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)],
)
def test_page_comes_in_the_encoding_that_is_asked_for(site, accepted, encoding, decode):
    _, headers, body = site.get(HTTP_ACCEPT_ENCODING=accepted)

    assert decode(body).decode() == f"{TEXT}1"
    assert headers.get("Content-Encoding") == encoding
    assert headers["Content-Length"] == str(len(body))
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Cache-Control"] == "public, max-age=5, stale-while-revalidate=30, stale-if-error=3600"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br;q=0, gzip", "gzip"), ("br;q=0.5, gzip;q=0.8", "gzip"), ("*", "br"), ("*;q=0", ""), ("gzip;q=0", ""),
        ("identity", ""), ("br;q=nonsense", ""), ("BR", "br"), (",;,", ""), ("gzip;q=1.0, *;q=0", "gzip"),
    ],
)  # fmt: skip
def test_encoding_is_chosen_by_weight(accepted, encoding):
    assert best_encoding(accepted) == encoding


def test_tags_differ_by_encoding_and_not_by_process():
    pages = [make_page(1, "200 OK", [], TEXT.encode()) for _ in range(2)]
    tags = [[answer.etag for answer in page.answers.values()] for page in pages]

    assert tags[0] == tags[1]
    assert len(set(tags[0])) == 3
    assert make_page(1, "200 OK", [], b"other").answers[""].etag not in tags[0]


def test_page_that_the_visitor_has_is_not_sent_again(site):
    _, headers, _ = site.get(HTTP_ACCEPT_ENCODING="br")
    status, again, body = site.get(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=f'"x", W/{headers["ETag"]}')
    other = site.get(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=headers["ETag"])

    assert (status, body) == (304, b"")
    assert again == {name: headers[name] for name in ("ETag", "Cache-Control", "Vary")}
    assert other[0] == 200


@pytest.mark.parametrize(
    ("header", "has"), [('"a"', True), ("*", True), ('"b", "a"', True), ('W/"a"', True), ('"b"', False), ("a", False)]
)
def test_tags_are_compared_as_the_standard_says(header, has):
    assert has_tag(header, '"a"') is has


def test_head_has_the_headers_of_get_and_no_body(site):
    head, get = site.get(REQUEST_METHOD="HEAD"), site.get()

    assert (head[0], head[1], head[2]) == (200, get[1], b"")
    assert [request["REQUEST_METHOD"] for request in site.asked] == ["GET"]


# --- Full, in a stampede, or broken -----------------------------------------------------------------------------------


def test_full_cache_drops_what_was_asked_for_longest_ago():
    page = make_page(1, "200 OK", [], TEXT.encode())
    store = Store(page.size * 9)
    for number in range(9):
        store.put(number, page)
    store.get(0)
    store.put("new", page)

    assert [number for number in (*range(9), "new") if store.get(number) is None] == [1]
    assert store.bytes == page.size * 9


def test_full_cache_still_answers():
    site = Site(max_bytes=8 * len(TEXT) * 2)
    answers = {path: site.get(path)[0] for path in (f"/page-{number}/" for number in range(50))}

    assert set(answers.values()) == {200}
    assert site.cache._store.bytes <= 8 * len(TEXT) * 2


def test_page_larger_than_its_share_is_answered_and_not_kept():
    site = Site(max_bytes=100)

    assert [site.get()[2].decode() for _ in range(2)] == [f"{TEXT}1", f"{TEXT}2"]


def test_page_that_replaces_another_is_counted_once():
    store, page = Store(MEGABYTE), make_page(1, "200 OK", [], TEXT.encode())
    for _ in range(3):
        store.put("same", page)

    assert store.bytes == page.size


def test_stampede_makes_a_page_once(site):
    together, bodies = Barrier(12), []

    def slowly(environ):
        sleep(0.3)
        return HttpResponse(TEXT)

    def visit():
        together.wait()
        bodies.append(site.get()[2].decode())

    site.respond = slowly
    threads = [Thread(target=visit) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(site.asked), bodies) == (1, [TEXT] * 12)


def test_error_shows_the_last_good_page(site):
    site.get()
    site.watch.now, site.respond = 2, lambda environ: HttpResponse("broken", status=500)

    assert site.get()[2].decode() == f"{TEXT}1"


def test_error_without_a_page_is_shown_as_it_is(site):
    site.respond = lambda environ: HttpResponse("broken", status=500)

    assert (site.get()[0], site.get()[2]) == (500, b"broken")
    assert site.cache._store.bytes == 0


def test_broken_cache_breaks_no_page(site, monkeypatch, caplog):
    monkeypatch.setattr(site.cache._store, "get", lambda key: 1 / 0)

    assert site.get()[2].decode() == f"{TEXT}1"
    assert "The page cache failed" in caplog.text


def test_nothing_is_kept_while_the_version_is_unknown(site):
    site.watch.now = None

    assert [site.get()[2].decode() for _ in range(2)] == [f"{TEXT}1", f"{TEXT}2"]


def test_watch_keeps_the_last_version_while_the_database_is_down(caplog):
    answers = iter([1, OSError(), OSError(), 2])
    done = Barrier(2, timeout=5)

    def answer():
        try:
            value = next(answers)
        except StopIteration:
            done.wait()
            done.wait()  # the thread stays here, and ends with the process
        if isinstance(value, Exception):
            seen.append(watch._version)
            raise value
        return value

    seen = []
    watch = Watch(answer, interval=0.01)
    first = watch.version()
    done.wait()

    assert (first, seen, watch.version()) == (1, [1, 1], 2)
    assert caplog.text.count("cannot ask") == 1


# --- Around the real site ---------------------------------------------------------------------------------------------


@pytest.fixture
def real(db):
    """The site itself behind a page cache; it uses the test's own connection, as it runs in the same thread."""
    make_line(everywhere=True)
    make_article(section=make_section(slug="therapies"), slug="talking", title="Talking")
    make_article(section=make_section(slug="site", standing=True), slug="about")
    return PageCache(WSGIHandler(), MEGABYTE, FixedWatch())


PUBLIC = ("/", "/therapies/", "/therapies/talking/", "/therapies/compare/", "/glossary/", "/contact/", "/about/", "/feed/",
          "/sitemap.xml", "/robots.txt", "/.well-known/security.txt")  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_is_kept(real, path, django_assert_num_queries):
    first = ask(real, path, HTTP_ACCEPT_ENCODING="br")
    with django_assert_num_queries(0):
        second = ask(real, path, HTTP_ACCEPT_ENCODING="br")

    assert (first, first[0], first[1]["Content-Encoding"]) == (second, 200, "br")
    assert "Set-Cookie" not in first[1]


def test_picture_that_never_changes_at_its_address_may_be_kept_for_good(real):
    page = ask(real, "/therapies/talking/")[2].decode()
    path = re.search(r'content="https?://[^/"]+(/og/therapies/[^"]+)"', page)[1]

    answers = [ask(real, path), ask(real, path)]

    assert [(status, headers["Cache-Control"]) for status, headers, _ in answers] == [
        (200, "public, max-age=31536000, immutable")
    ] * 2


@pytest.mark.parametrize("path", ["/search/", "/enquire/", "/healthz", "/readyz", "/admin/login/", "/nothing/", "/accounts/"])
def test_other_page_is_not_kept(real, path):
    ask(real, path)

    assert real._store.bytes == 0


@pytest.mark.django_db
def test_no_page_of_the_admin_may_be_kept_by_a_browser(client):
    client.force_login(make_user("manager"))
    article = make_article()

    pages = (
        "",
        "content/article/",
        f"content/article/{article.pk}/change/",
        f"content/article/{article.pk}/preview/",
        "login/",
    )
    control = {page: client.get(f"/admin/{page}", follow=True)["Cache-Control"] for page in pages}

    assert [page for page, value in control.items() if "no-store" not in value or "private" not in value] == []


def test_page_that_is_not_kept_is_still_compressed(real):
    status, headers, body = ask(real, "/search/", HTTP_ACCEPT_ENCODING="gzip")

    assert (status, headers["Content-Encoding"], headers["Cache-Control"]) == (200, "gzip", "no-cache")
    assert b"<h1>Search" in gzip.decompress(body)
