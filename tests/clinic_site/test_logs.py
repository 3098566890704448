"""Logs hold nothing that tells who somebody is, in words or as JSON, and the lines of a request share a name."""

import json
import logging
import subprocess
import sys
from runpy import run_path

import pytest
from django.http import HttpResponse
from django.utils.module_loading import import_string
from gunicorn.config import Config
from gunicorn.glogging import Logger

from clinic_site.reports import MAIL, JsonWithoutWords, WithoutWords
from clinic_site.request_id import current_request_id, request_id
from tests.clinic_site.databases import ROOT

CANARY = "quorvane of merrowgate"
FORMATTERS = [WithoutWords("{levelname} {name}: {message}", style="{"), JsonWithoutWords()]
SIGNS = [
    "a",
    "é",
    "a.",
    "+",
    "-",
    "a@",
    "@a",
    "a@a.",
    "1",
    "1.",
    "1:",
    ":",
    "0",
    "0 ",
    "(",
    "+44",
    "A1-",
    "ABCD-",
    "ABCDEF-",
    " ",
]
LONG_MESSAGES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from clinic_site.reports import without_people
for sign in sys.argv[1:]:
    without_people(sign * (300_000 // len(sign)))
    print(sign, flush=True)
"""
either = pytest.mark.parametrize("formatter", FORMATTERS, ids=["text", "json"])


def record(message, *arguments, error=None):
    return logging.LogRecord("clinic", logging.ERROR, "file.py", 1, message, arguments, error)


def raised():
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            raise RuntimeError(f"{CANARY}, ada@clinic.example") from error
    except RuntimeError:
        return sys.exc_info()


@either
@pytest.mark.parametrize(
    "personal",
    [
        "ada@clinic.example",
        "ADA.lovelace+x@mail.clinic.example",
        "2001:db8:0:0:1:adam@clinic.example",
        "a" * 100 + "@clinic.example",
        "203.0.113.9",
        "2001:db8:0:0:1:2:3:4",
        "2001:db8:1:2::9",
        "07700 900123",
        "+44 7700 900123",
        "(020) 7946 0958".replace("(", "").replace(")", ""),
        "6A2P1-VEC7".replace("6A2P1-VEC7", "6A2P-VEC7-KKJY-E932"),
    ],
)
def test_what_tells_who_somebody_is_does_not_reach_the_log(formatter, personal):
    assert personal not in formatter.format(record(f"before {personal} after"))
    assert personal not in formatter.format(record("before %s after", personal))


@either
@pytest.mark.parametrize(
    "plain", ["Not Found: /therapies/cbt/", "took 1234567 ms", "2026-11-24 16:59:52", "Django 5.2.19", "port 8000"]
)
def test_what_does_not_stays_readable(formatter, plain):
    assert plain in formatter.format(record(plain))


@either
@pytest.mark.parametrize("between", ["+", ",", "@", ".", "é", ":"])
def test_addresses_without_a_space_between_them_are_all_taken_out(formatter, between):
    said = formatter.format(record(f"ada@clinic.example{between}bob@smith.example"))

    assert [part for part in ("ada", "bob", "smith", "example") if part in said] == []


def test_address_is_looked_for_at_its_first_sign_alone():
    """A search that began anew at each sign of a long word would read the rest of that word each time."""
    address = "a.b+c-" * 50 + "@clinic.example"

    assert [place for place in range(len(address)) if MAIL.match(address, place)] == [0]


def test_no_message_is_searched_for_longer_than_in_proportion_to_its_length():
    """Messages of 300,000 signs take a second of a processor's time all together, and one of them alone once took twenty minutes."""
    done = subprocess.run([sys.executable, "-c", LONG_MESSAGES, *SIGNS], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert (done.returncode, done.stdout.split("\n")[:-1]) == (0, SIGNS)


@either
def test_exception_is_told_by_place_and_class_alone(formatter):
    said = formatter.format(record("failed", error=raised()))

    assert (CANARY in said, "ada@" in said) == (False, False)
    assert ("builtins.ValueError" in said, "builtins.RuntimeError" in said, "test_logs.py" in said) == (True, True, True)


def test_json_is_one_object_a_line():
    said = FORMATTERS[1].format(record("two\nlines", error=raised()))

    assert "\n" not in said
    assert set(json.loads(said)) == {"time", "level", "logger", "request", "message", "exception"}


def served(rf, status=200, **headers):
    """Return the response, and the name that the request had inside."""
    inside = []

    def view(request):
        inside.append(json.loads(FORMATTERS[1].format(record("x")))["request"])
        return HttpResponse(status=status)

    return request_id(view)(rf.get("/", headers=headers)), inside[0]


def test_each_request_has_a_name_of_its_own(rf):
    names = {served(rf)[1] for _ in range(3)}

    assert len(names) == 3


def test_line_about_a_failure_has_the_name_and_the_next_has_none(client, db):
    lines = []
    handler = logging.Handler()
    handler.emit = lambda entry: lines.append(json.loads(FORMATTERS[1].format(entry)))
    logging.getLogger("django.request").addHandler(handler)
    try:
        client.get("/nothing/", headers={"X-Request-ID": "abcdef-012345"})
    finally:
        logging.getLogger("django.request").removeHandler(handler)

    assert [line["request"] for line in lines] == ["abcdef-012345"]
    assert current_request_id.get() == ""


def test_name_that_a_proxy_gave_is_kept(rf):
    assert served(rf, **{"X-Request-ID": "abcdef-012345"})[1] == "abcdef-012345"


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space in it", 'quote"quote"', "line\nbreak line", "é" * 10])
def test_name_that_is_none_is_not_taken(rf, given):
    assert served(rf, **{"X-Request-ID": given})[1] != given


def test_whoever_gets_an_error_is_told_the_name_and_others_are_not(rf):
    failed, name = served(rf, status=500)

    assert failed["X-Request-ID"] == name
    assert "X-Request-ID" not in served(rf)[0]


def test_web_server_writes_nothing_of_a_request_that_it_could_not_read_or_that_failed(capsys):
    configured = run_path(str(ROOT / "gunicorn.conf.py")).get("logger_class")
    log = (import_string(configured) if configured else Logger)(Config())
    log.warning(f"Invalid request from ip=203.0.113.9: Invalid HTTP request line: '{CANARY}&x=1'")
    try:
        raise LookupError(CANARY)
    except LookupError:
        log.exception("Error handling request %s %s", "GET", f"/search/?q={CANARY}")
    written = capsys.readouterr().err

    assert [word for word in (CANARY, "203.0.113.9", "search") if word in written] == []
    assert ["could not be read" in written, "test_logs.py" in written, "LookupError" in written] == [True] * 3
