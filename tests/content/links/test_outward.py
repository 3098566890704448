"""Asking other sites: a real HTTP server on loopback, and addresses that the server must never be made to ask."""

import http.client
import socket
from collections import defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep

import pytest

from content.links import outward
from content.links.outward import Outward, Refused, agent, is_public
from content.links.visit import Visitor

pytestmark = pytest.mark.sqlite

HERE = {"127.0.0.1"}


class OtherSite:
    """A server that answers as a test says, and notes what it was asked. Its name is other.test, which leads to loopback."""

    def __init__(self):
        self.asked = []
        self.agents = set()
        self.pages = defaultdict(lambda: (404, {}, b""))
        self.pauses = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                site.asked.append(f"{self.command} {self.path}")
                site.agents.add(self.headers["User-Agent"])
                found = site.pages.get(f"{self.command} {self.path}") or site.pages[self.path]
                status, headers, body = found() if callable(found) else found
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_GET = do_HEAD = answer

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.port = self._server.server_port
        self.root = f"http://other.test:{self.port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def outward(self, names=None):
        """Return what asks this server, and would refuse any other machine."""
        names = {"other.test": ["127.0.0.1"], **(names or {})}

        def resolve(host, port):
            if host not in names:
                raise socket.gaierror(f"no {host}")
            return names[host]

        return Outward(lambda address: address in HERE, resolve)

    def visit(self, path, **names):
        address = path if path.startswith("http") else f"{self.root}{path}"
        return Visitor(self.outward(names), self.pauses.append).visit(address)


@pytest.fixture
def other():
    site = OtherSite()
    yield site
    site.close()


# --- What is asked, and how ---------------------------------------------------------------------------------------------


def test_page_that_is_there_works_and_is_asked_for_its_head_only(other):
    other.pages["/page?x=1"] = (200, {}, b"words")

    verdict = other.visit("/page?x=1#part")

    assert verdict == ("works", "", "", True)
    assert other.asked == ["GET /robots.txt", "HEAD /page?x=1"]


def test_we_say_who_we_are(other, settings):
    settings.SITE_URL = "https://clinic.example"
    other.pages["/page"] = (200, {}, b"")

    other.visit("/page")

    assert other.agents == {"AcquiesceLinkCheck/1.0 (checks the links on clinic.example; +https://clinic.example/)"}
    assert agent().isascii()


@pytest.mark.parametrize("status", [403, 404, 405, 500, 501])
def test_site_that_refuses_head_is_asked_for_the_page(other, status):
    other.pages["HEAD /page"] = (status, {}, b"")
    other.pages["GET /page"] = (200, {}, b"words")

    assert other.visit("/page").outcome == "works"
    assert other.asked[1:] == ["HEAD /page", "GET /page"]


def test_busy_site_is_not_asked_twice(other):
    other.pages["/page"] = (429, {"Retry-After": "60"}, b"")

    assert other.visit("/page") == ("unclear", "The site was busy (429).", "", True)
    assert other.asked[1:] == ["HEAD /page"]


def test_there_is_a_pause_before_every_further_question_to_a_host(other):
    other.pages["HEAD /page"] = (405, {}, b"")
    other.pages["GET /page"] = (200, {}, b"")

    other.visit("/page")

    assert (len(other.asked), other.pauses) == (3, [1.0, 1.0])


def test_no_more_than_the_beginning_of_a_page_is_read(other):
    other.pages["/page"] = (200, {}, b"x" * 1_000_000)

    assert len(other.outward().ask("GET", f"{other.root}/page").body) == outward.LARGEST


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        (b"User-agent: *\nDisallow: /page\n", "unclear"),
        (b"User-agent: AcquiesceLinkCheck\nDisallow: /\n", "unclear"),
        (b"User-agent: *\nDisallow: /other\n", "works"),
        (b"User-agent: Else\nDisallow: /\n", "works"),
        (b"User-agent: *\nDisallow: /p" + b"a" * 9000, "works"),  # a line that was cut off says nothing
        (b"\xff\xfe", "works"),
    ],
)
def test_robots_txt_is_heeded(other, rules, outcome):
    other.pages["/robots.txt"] = (200, {}, rules)
    other.pages["/page"] = (200, {}, b"")

    assert other.visit("/page").outcome == outcome
    assert other.asked == ["GET /robots.txt", *(["HEAD /page"] if outcome == "works" else [])]


# --- What an answer means -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (200, "works", ""),
        (204, "works", ""),
        (401, "unclear", "The site does not answer programs (401). Open it yourself."),
        (403, "unclear", "The site does not answer programs (403). Open it yourself."),
        (404, "fails", "There is no such page (404)."),
        (410, "fails", "There is no such page (410)."),
        (500, "fails", "The site answers with an error (500)."),
        (503, "unclear", "The site was busy (503)."),
        (302, "fails", "The site answers with an error (302)."),  # without saying where to
    ],
)
def test_status_says_what_to_tell_the_editor(other, status, outcome, words):
    other.pages["/page"] = (status, {}, b"")

    assert other.visit("/page")[:2] == (outcome, words)


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [((301,), "/1"), ((308, 301), "/2"), ((301, 302), "/1"), ((302,), ""), ((302, 301), ""), ((307, 303), "")],
)
def test_page_that_moved_for_good_is_said_to_have_moved(other, statuses, moved_to):
    for number, status in enumerate(statuses):
        other.pages[f"/{number}"] = (status, {"Location": f"/{number + 1}#part"}, b"")
    other.pages[f"/{len(statuses)}"] = (200, {}, b"")

    assert other.visit("/0") == ("works", "", f"{other.root}{moved_to}" if moved_to else "", True)


def test_address_with_letters_of_other_alphabets_is_followed(other):
    other.pages["/page"] = (302, {"Location": "/größe".encode().decode("latin-1")}, b"")
    other.pages["/gr%C3%B6%C3%9Fe"] = (200, {}, b"")

    assert other.visit("/page").outcome == "works"


def test_control_characters_of_another_site_go_no_further(other):
    other.pages["/page"] = (301, {"Location": "/o\0\x1b\x7fne\xc2\x85"}, b"")
    other.pages["/one"] = (200, {}, b"")

    assert other.visit("/page") == ("works", "", f"{other.root}/one", True)


def test_round_in_circles_ends(other):
    other.pages["/page"] = (302, {"Location": "/page"}, b"")

    assert other.visit("/page").words == "Leads round in circles."
    assert other.asked.count("HEAD /page") == 5


@pytest.mark.parametrize(
    "location", ["ftp://other.test/", "file:///etc/passwd", "javascript:alert(1)", "gopher://127.0.0.1:25/"]
)
def test_only_web_pages_are_followed(other, location):
    other.pages["/page"] = (302, {"Location": location}, b"")

    assert other.visit("/page").words == "Leads on to something that is no web page."


def test_name_that_does_not_exist(other):
    assert other.visit("http://nobody.test/") == ("fails", "There is no site of this name.", "", False)


def test_machine_that_takes_no_connection(other):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]

    assert other.visit(f"http://other.test:{closed}/") == ("fails", "The site does not answer.", "", False)


def test_second_address_of_a_host_is_tried(other, monkeypatch):
    monkeypatch.setattr("tests.content.links.test_outward.HERE", {"127.0.0.1", "::1"})  # nobody listens at the second
    other.pages["/page"] = (200, {}, b"")

    assert other.visit(f"http://two.test:{other.port}/page", **{"two.test": ["::1", "127.0.0.1"]}).outcome == "works"


def test_site_that_speaks_no_tls(other):
    assert other.visit(f"https://other.test:{other.port}/")[:2] == ("fails", "The site does not answer.")


@pytest.mark.parametrize("address", ["http://other.test:x/", "http://[::1/", "http://other.test:99999/"])
def test_address_that_is_none(other, address):
    assert other.visit(address)[0] == "fails"


@pytest.mark.parametrize(("begins", "answer"), [(b"HTTP/1.1 200 OK\r\n", 200), (b"HTTP/1.1 2", None)])
def test_answer_that_drips_is_cut_off(other, monkeypatch, begins, answer):
    monkeypatch.setattr(outward, "LONGEST", 0.3)

    def drip(server):
        line, _ = server.accept()
        with line, suppress(OSError):
            line.sendall(begins)
            while True:
                line.sendall(b"X: y\r\n" if answer else b"0")
                sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=drip, args=[server])
        thread.start()
        start = monotonic()
        try:
            status = other.outward().ask("GET", f"http://other.test:{server.getsockname()[1]}/").status
        except (OSError, http.client.HTTPException):  # whichever end notices first
            status = None
        took = monotonic() - start
        thread.join()

    assert took < 3
    assert status in (answer, None)


def test_patience_with_one_address_ends(other):
    for number in range(4):
        other.pages[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    times = iter([0, 0, 10, 20, 31])

    verdict = Visitor(other.outward(), other.pauses.append, lambda: next(times)).visit(f"{other.root}/0")

    assert (verdict.words, other.asked) == ("The site does not answer.", ["GET /robots.txt", "HEAD /0", "HEAD /1"])


# --- Where it must never ask --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2001:4860:4860::8888", "2606:4700::1111"])
def test_address_that_everybody_reaches(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_address_inside_a_network_or_hiding_one(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://017700000001/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://user@127.0.0.1/", "https://127.0.0.1/",
    ],
)  # fmt: skip
def test_inside_is_refused_however_it_is_written(url, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("It asked."))

    with pytest.raises(Refused):
        Outward().ask("HEAD", url)
    assert Visitor().visit(url).words == "Leads into a private network, where no reader can go."


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], []])
def test_name_that_leads_inside_by_any_of_its_addresses_is_refused(other, addresses):
    assert other.visit(f"http://sly.test:{other.port}/", **{"sly.test": addresses}).words.startswith("Leads into a private")
    assert other.asked == []


def test_redirect_inside_is_not_followed(other):
    other.pages["/page"] = (302, {"Location": f"http://inside.test:{other.port}/secret"}, b"")

    verdict = other.visit("/page", **{"inside.test": ["10.0.0.1"]})

    assert verdict.words == "Leads into a private network, where no reader can go."
    assert other.asked == ["GET /robots.txt", "HEAD /page"]


def test_name_is_looked_up_once_for_a_question(other):
    """A name that says something else the second time has no second time: the connection goes to what was looked at."""
    other.pages["/page"] = (200, {}, b"")
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    asks = Outward(lambda address: address in HERE, lambda host, port: answers.pop(0))

    assert asks.ask("HEAD", f"http://sly.test:{other.port}/page").status == 200
    assert answers == [["10.0.0.1"]]


def test_proxy_of_the_environment_is_not_used(other, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    other.pages["/page"] = (200, {}, b"")

    assert other.visit("/page").outcome == "works"
