"""What visitors see when something is wrong: the crisis numbers, no insides, and nothing of what they sent."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.test import Client

from content import views
from tests.pages import links, texts

pytestmark = pytest.mark.django_db

CRISIS = {"tel:999", "tel:111", "tel:116123"}
INSIDES = ("Traceback", "Exception", "OperationalError", "django", "SELECT", "s3cret-host", "settings")


@pytest.fixture
def failing(monkeypatch):
    """Return a function that makes the comparison page raise an error."""

    def fail(error):
        def raise_it(self, **kwargs):
            raise error

        monkeypatch.setattr(views.Compare, "get_context_data", raise_it)

    return fail


@pytest.fixture
def visitor():
    """A client that gets the page of an error, as visitors do."""
    return Client(raise_request_exception=False)


@pytest.fixture
def broken_database():
    """A database that refuses every query; yields the list of those that were tried."""
    tried = []

    def refuse(execute, sql, params, many, context):
        tried.append(sql)
        raise OperationalError("could not connect to s3cret-host")

    with connection.execute_wrapper(refuse):
        yield tried


def shown(response):
    """Return the status, the heading, which crisis numbers are missing, and what shows of the insides."""
    text = response.content.decode()
    return response.status_code, texts(response, "//h1"), CRISIS - set(links(response)), [s for s in INSIDES if s in text]


def test_unknown_address_has_its_page(visitor):
    assert shown(visitor.get("/nothing/")) == (404, ["There is no page at this address"], set(), [])


def test_page_of_an_unknown_address_offers_a_search(visitor):
    page = visitor.get("/nothing/")

    assert texts(page, "//main//form//label") == ["Search this site"]


def test_forbidden_page(visitor, failing):
    failing(PermissionDenied("because of a s3cret-host"))

    assert shown(visitor.get("/therapies/compare/")) == (403, ["We could not open this page for you"], set(), [])


def test_form_without_its_token_has_the_forbidden_page(db):
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "my-own-words", "password": "my-own-words"})

    assert shown(response) == (403, ["We could not open this page for you"], set(), [])
    assert b"my-own-words" not in response.content


def test_bad_request_page(visitor, failing):
    failing(SuspiciousOperation("s3cret-host"))

    assert shown(visitor.get("/therapies/compare/")) == (400, ["We could not read that request"], set(), [])


@pytest.mark.parametrize("address", ["/enquire/", "/enquire/reply/", "/accounts/login/", "/admin/content/article/add/"])
@pytest.mark.parametrize("kind", ["typed", "with a picture"])
def test_form_that_is_too_large_has_its_page(visitor, admin_user, address, kind):
    if address.startswith("/admin/"):
        visitor.force_login(admin_user)
    words = "my-own-words " * 250_000

    if kind == "typed":
        response = visitor.post(address, f"message={words}", content_type="application/x-www-form-urlencoded")
    else:
        response = visitor.post(address, {"message": words})

    assert shown(response) == (413, ["This is too large"], set(), [])
    assert b"my-own-words" not in response.content


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "[::1", "a b", "localhost/path", ""]
)
def test_foreign_host_is_refused_without_repeating_it(visitor, host):
    response = visitor.get("/", headers={"host": host})

    assert shown(response) == (400, ["We could not read that request"], set(), [])
    assert "evil" not in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/nothing/", "/therapies/compare/", "/search/?q=my-own-words", "/sitemap.xml", "/feed/"]
)
def test_broken_database_has_a_page_that_asks_nothing_of_it(visitor, broken_database, address):
    response = visitor.get(address)

    assert shown(response) == (500, ["Something went wrong here"], set(), [])
    assert b"my-own-words" not in response.content
    assert len(broken_database) == 1  # the one that failed


def test_failure_has_its_page(visitor, failing):
    failing(RuntimeError("s3cret-host"))

    assert shown(visitor.get("/therapies/compare/")) == (500, ["Something went wrong here"], set(), [])


def test_bad_host_asks_nothing_of_the_database(visitor, broken_database):
    response = visitor.get("/", headers={"host": "evil.example"})

    assert (response.status_code, broken_database) == (400, [])


@pytest.mark.parametrize("address", ["/nothing/", "/admin/nothing/", "/media/nothing.png"])
def test_error_pages_set_no_cookie(visitor, address):
    assert dict(visitor.get(address).cookies) == {}


@pytest.mark.parametrize("error", [RuntimeError(), SuspiciousOperation(), PermissionDenied()])
def test_error_pages_have_the_protective_headers(visitor, failing, error):
    failing(error)
    response = visitor.get("/therapies/compare/")

    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
