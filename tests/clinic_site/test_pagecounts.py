"""Counting pages: which requests count, that nothing else of them is kept, and real processes that add up what they saw."""

import http.client
import sqlite3
from datetime import date
from threading import Event, Thread

import psycopg2
import pytest
from django.utils import timezone

from clinic_site.pagecounts import PageCounter, is_reader, keep
from content.models import PageCount
from tests.clinic_site.servers import servers

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
READER = {"REQUEST_METHOD": "GET", "PATH_INFO": "/ketamine/", "QUERY_STRING": "", "HTTP_USER_AGENT": BROWSER}


class Tally:
    """A counter around a site that answers as a test says; what would be written is kept here."""

    def __init__(self, status="200 OK", keep=None):
        self.kept = []
        self.status = status
        self.counter = PageCounter(
            self._application, keep or (lambda day, counts: self.kept.append((day, counts))), interval=3600
        )

    def _application(self, environ, start_response):
        start_response(self.status, [])
        return [b"words"]

    def get(self, **environ):
        return self.counter({**READER, **environ}, lambda status, headers, exc_info=None: None)

    def counted(self):
        self.counter.flush()
        return [counts for _, counts in self.kept]


# --- Which requests count -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["200 OK", "304 Not Modified"])
def test_page_that_was_opened_counts(status):
    tally = Tally(status)
    tally.get()
    tally.get()
    tally.get(PATH_INFO="/")

    assert tally.counted() == [{"/ketamine/": 2, "/": 1}]


@pytest.mark.parametrize(
    "status", ["301 Moved Permanently", "302 Found", "404 Not Found", "500 Internal Server Error", "206 Partial"]
)
def test_anything_but_a_page_does_not_count(status):
    tally = Tally(status)
    tally.get()

    assert tally.counted() == []


@pytest.mark.parametrize(
    "other",
    [
        {"REQUEST_METHOD": "HEAD"}, {"REQUEST_METHOD": "POST"}, {"QUERY_STRING": "q=x"}, {"QUERY_STRING": "utm_source=x"},
        {"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_SEC_PURPOSE": "prefetch;prerender"}, {"HTTP_PURPOSE": "prefetch"},
        {"PATH_INFO": "/enquire/"}, {"PATH_INFO": "/enquire/reply/"}, {"PATH_INFO": "/search/"}, {"PATH_INFO": "/admin/"}, {"PATH_INFO": "/accounts/login/"},
        {"PATH_INFO": "/healthz"}, {"PATH_INFO": "/static/a.css"}, {"PATH_INFO": "/media/a.png"},
        {"HTTP_COOKIE": "a=b; sessionid=abc"}, {"HTTP_AUTHORIZATION": "Basic x"}, {"HTTP_USER_AGENT": ""},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; bingbot/2.0)"}, {"HTTP_USER_AGENT": "Screaming Frog SEO Spider/19"},
        {"HTTP_USER_AGENT": "python-requests/2.32"}, {"HTTP_USER_AGENT": "curl/8.5.0"}, {"HTTP_USER_AGENT": "Go-http-client/1.1"},
    ],
)  # fmt: skip
def test_what_is_nobody_reading_does_not_count(other):
    tally = Tally()

    assert tally.get(**other) == [b"words"]
    assert tally.counted() == []


def test_reader_is_one_by_any_browser():
    phones = [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        BROWSER,
    ]

    assert [is_reader({**READER, "HTTP_USER_AGENT": name}) for name in phones] == [True, True, True]


def test_request_without_a_user_agent_is_no_reader():
    assert is_reader({name: value for name, value in READER.items() if name != "HTTP_USER_AGENT"}) is False


def test_nothing_of_a_visitor_is_handed_on():
    tally = Tally()
    tally.get(REMOTE_ADDR="203.0.113.7", HTTP_REFERER="https://else.example/", HTTP_COOKIE="a=b")

    tally.counter.flush()

    assert tally.kept == [(timezone.localdate(), {"/ketamine/": 1})]
    assert [value for value in vars(tally.counter).values() if "203.0.113.7" in str(value)] == []


# --- Keeping the counts -------------------------------------------------------------------------------------------------


def test_what_was_counted_is_written_once():
    tally = Tally()
    tally.get()

    assert (tally.counted(), tally.counted()) == ([{"/ketamine/": 1}], [{"/ketamine/": 1}])


def test_what_cannot_be_written_is_written_the_next_time(caplog):
    works = Event()
    kept = []

    def write(day, counts):
        if not works.is_set():
            raise OSError("the database is away")
        kept.append(counts)

    tally = Tally(keep=write)
    tally.get()
    tally.counter.flush()
    tally.get()
    works.set()
    tally.counter.flush()

    assert kept == [{"/ketamine/": 2}]
    assert caplog.messages == ["Page counts could not be written; they are kept for the next time."]


def test_threads_lose_no_count():
    tally = Tally()
    threads = [Thread(target=lambda: [tally.get() for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tally.counted() == [{"/ketamine/": 2000}]


def test_what_is_counted_is_written_by_itself():
    written = Event()
    counter = PageCounter(lambda environ, start: start("200 OK", []) or [], lambda day, counts: written.set(), interval=0.01)

    counter(READER, lambda status, headers, exc_info=None: None)

    assert written.wait(5)


@pytest.mark.django_db
def test_only_pages_of_content_reach_the_database(monkeypatch):
    monkeypatch.setattr("clinic_site.pagecounts.connection.close", lambda: None)  # the test's own
    paths = ["/", "/ketamine/x/", "/feed/", "/robots.txt", "/llms.txt", "/sitemap.xml", "/api/articles/"]

    keep(date(2026, 6, 10), dict.fromkeys(paths, 1))

    assert sorted(PageCount.objects.values_list("path", "count")) == [("/", 1), ("/ketamine/x/", 1)]


# --- Real processes -----------------------------------------------------------------------------------------------------


def rows(environment):
    """Return each row of the table, read by hand."""
    url = environment["DATABASE_URL"]
    connection = psycopg2.connect(url) if url.startswith("postgres") else sqlite3.connect(url.removeprefix("sqlite:///"))
    cursor = connection.cursor()
    cursor.execute("SELECT path, count FROM content_pagecount ORDER BY path")
    found = cursor.fetchall()
    connection.close()
    return found


def open_pages(port, path, times, **headers):
    for _ in range(times):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path, headers={"User-Agent": BROWSER, **headers})
        response = connection.getresponse()
        response.read()
        connection.close()


@pytest.mark.parametrize("cache", ["true", "false"])
def test_two_workers_add_up_what_they_counted_when_they_end(tmp_path, monkeypatch, cache):
    """With the page cache and without it; nothing is written twice and nothing lost in an orderly end."""
    monkeypatch.setenv("PAGE_CACHE", cache)
    with servers(tmp_path) as site:
        for path, times in {
            "/therapies/talking/": 40,
            "/": 3,
            "/search/?q=x": 3,
            "/enquire/": 3,
            "/nothing/": 3,
            "/robots.txt": 3,
        }.items():
            open_pages(site.port, path, times)
        open_pages(site.port, "/glossary/", 2, Cookie="sessionid=x")
        both = set(site.log.read_text().split())
        site.stop()
        found = rows(site.database.environment)

    assert len(both) >= 2
    assert found == [("/", 3), ("/therapies/talking/", 40)]


def test_nothing_is_counted_while_the_setting_is_off(tmp_path, monkeypatch):
    monkeypatch.setenv("PAGE_COUNTS", "false")
    with servers(tmp_path) as site:
        open_pages(site.port, "/glossary/", 4)
        site.stop()
        found = rows(site.database.environment)

    assert found == []
