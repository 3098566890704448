"""nginx in front of one machine, with the configuration that we hand out: what it keeps, for how long, and what it never keeps.

A site that says what the test wants stands behind it, so that nothing takes 35 seconds; the last test has the real one. nginx counts
in whole seconds: what may be kept for one is too old once two have begun.
"""

import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import nginx
from tests.clinic_site.fleet import free_ports
from tests.clinic_site.servers import get, servers
from tests.enquiries.installation import wait_for

pytestmark = pytest.mark.many
SHORT = "public, max-age=1, stale-while-revalidate=2, stale-if-error=3600"
LONG = "public, max-age=60"
PAGE = "/therapies/talking/"


class Site(ThreadingHTTPServer):
    """Answers with the number of the request, how it may be kept, and the encoding that it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kept, self.status, self.seconds = LONG, 200, 0.0
        self.asked: list[tuple[str, str]] = []


class Handler(BaseHTTPRequestHandler):
    """One request of nginx."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        """Answer."""
        site = self.server
        encoding, unchanged = self.headers["Accept-Encoding"] or "", self.headers["If-None-Match"] == '"same"'
        site.asked.append((self.path, encoding))
        time.sleep(site.seconds)
        body = b"" if unchanged else f"{len(site.asked)} {encoding}".encode()
        self.send_response(304 if unchanged else site.status)
        self.send_header("Cache-Control", site.kept if site.status == 200 else "no-store")
        if "entity" in self.path:
            self.send_header("ETag", '"same"')
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def in_front(folder, port, plain=0) -> Iterator[int]:
    """Run nginx in front of the site at `port`; yield nginx's own."""
    (front,) = free_ports(1)
    command = nginx.command(folder, "one-machine.conf", front, {"127.0.0.1:8000": f"127.0.0.1:{port}"}, plain=plain)
    process = subprocess.Popen(command)
    try:
        wait_for(lambda: answers(front), "nginx to start")
        yield front
    finally:
        process.terminate()
        process.wait(timeout=20)


def answers(port):
    try:
        return bool(get(port, "/healthz"))
    except OSError:
        return False


@pytest.fixture
def site():
    with Site() as server:
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


@pytest.fixture
def front(site, tmp_path):
    with in_front(tmp_path, site.server_port) as port:
        site.asked.clear()
        yield port


def test_page_is_fetched_once_for_all_browsers(site, front):
    pages = [get(front, PAGE, Accept_Encoding="gzip", User_Agent=f"browser {number}")[1] for number in range(5)]

    assert pages == ["1 gzip"] * 5
    assert site.asked == [(PAGE, "gzip")]


def test_each_encoding_is_kept_once_whatever_browsers_write(site, front):
    said = ["gzip, deflate, br, zstd", "gzip;q=0.8, br", "gzip, deflate", "GZIP", "", "deflate"]

    assert [get(front, PAGE, Accept_Encoding=encoding)[1] for encoding in said] == [
        "1 br",
        "1 br",
        "2 gzip",
        "2 gzip",
        "3 ",
        "3 ",
    ]


def test_address_that_ends_like_an_encoding_is_a_page_of_its_own(front):
    assert [get(front, f"{PAGE}gzip")[1], get(front, PAGE, Accept_Encoding="gzip")[1]] == ["1 ", "2 gzip"]


def test_old_page_is_shown_while_it_is_fetched_and_no_longer_than_the_header_allows(site, front):
    site.kept = SHORT
    first = get(front, PAGE)[1]
    time.sleep(2.1)
    little_too_old = get(front, PAGE)[1]
    wait_for(lambda: get(front, PAGE)[1] == "2 ", "nginx to fetch it")
    time.sleep(4.1)  # as after a quiet time: nobody has asked
    much_too_old = get(front, PAGE)[1]

    assert [first, little_too_old, much_too_old] == ["1 ", "1 ", "3 "]


def test_unchanged_page_is_not_sent_again(site, front):
    site.kept = "public, max-age=1"
    pages = []
    for _ in range(2):
        pages.append(get(front, f"{PAGE}entity/"))
        time.sleep(2.1)
    pages.append(get(front, f"{PAGE}entity/"))

    assert pages == [(200, "1 ")] * 3
    assert len(site.asked) == 3


def test_what_is_kept_is_shown_while_the_site_is_down(site, front):
    site.kept = "public, max-age=1"
    get(front, PAGE)
    time.sleep(2.1)
    site.status = 503
    failing = get(front, PAGE), get(front, "/another/")[0]
    site.shutdown()
    site.server_close()

    assert failing == ((200, "1 "), 503)
    assert (get(front, PAGE), get(front, "/another/")[0]) == ((200, "1 "), 502)


@pytest.mark.parametrize(
    "request_",
    [
        (PAGE, {"Cookie": "__Host-session=abc"}),
        (PAGE, {"Cookie": "a=b; sessionid=abc"}),
        (PAGE, {"Authorization": "Basic YTpi"}),
        (f"{PAGE}?page=2", {}),
        ("/enquire/", {}),
        ("/enquire/return/", {}),
        ("/accounts/login/", {}),
        ("/admin/", {}),
        ("/search/", {}),
        ("/healthz", {}),
        ("/readyz", {}),
    ],
    ids=str,
)
def test_passes_by_what_is_kept_and_is_not_kept(request_, site, front, tmp_path):
    path, headers = request_
    before = get(front, PAGE)[1]
    passed = [get(front, path, **headers)[1] for _ in range(2)]

    assert [before, *passed, get(front, PAGE)[1]] == ["1 ", "2 ", "3 ", "1 "]
    assert len([kept for kept in (tmp_path / "cache").rglob("*") if kept.is_file()]) == 1


def test_many_who_ask_for_a_page_at_once_make_one_request(site, front):
    site.seconds = 0.5
    with ThreadPoolExecutor(12) as visitors:
        pages = [page for _, page in visitors.map(lambda _: get(front, PAGE), range(12))]

    assert pages == ["1 "] * 12


def test_edit_shows_behind_nginx_within_the_seconds_that_the_site_allows(tmp_path, note):
    with servers(tmp_path) as real, in_front(tmp_path, real.port) as port:
        before = get(port, PAGE)[1]
        real.database.write("UPDATE content_article SET title = 'Said anew' WHERE slug = 'talking'")
        began = time.monotonic()
        wait_for(lambda: "Said anew" in get(port, PAGE)[1], "the edit to show")
        seconds = time.monotonic() - began
        note(f"an edit shows behind nginx's cache after {seconds:.1f} s, asked for again and again")

        assert "Said anew" not in before
        assert seconds < 7


def test_visitor_without_https_is_sent_to_it_and_the_site_is_not_asked(site, tmp_path):
    (plain,) = free_ports(1)
    with in_front(tmp_path, site.server_port, plain):
        asked = len(site.asked)
        connection = HTTPConnection("127.0.0.1", plain, timeout=10)
        connection.request("GET", "/enquire/?q=1", headers={"Host": "another.example"})
        answer = connection.getresponse()
        connection.close()

        assert (answer.status, answer.headers["Location"]) == (301, "https://127.0.0.1/enquire/?q=1")
        assert len(site.asked) == asked
