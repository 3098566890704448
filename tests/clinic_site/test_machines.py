"""The pages for machines."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import get_resolver

pytestmark = pytest.mark.django_db


def answer(response):
    return response.status_code, response["Content-Type"], response.content.decode()


def test_health_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert answer(response) == (200, "text/plain", "ok")


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_not_ready_while_the_database_is_down(client, error):
    def refuse(*args):
        raise error("could not connect to s3cret-host")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")

    assert answer(response) == (503, "text/plain", "database: fails\n")


def test_robots_are_kept_out_of_what_is_not_for_reading(client):
    response = client.get("/robots.txt", headers={"host": "localhost"})

    assert answer(response) == (
        200,
        "text/plain",
        "User-agent: *\nDisallow: /admin/\nDisallow: /accounts/\nDisallow: /enquire/\nDisallow: /search/\n\n"
        "Sitemap: http://localhost/sitemap.xml\n",
    )


def test_security_txt_has_the_fields_of_its_rfc(client):
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        response = client.get("/.well-known/security.txt", headers={"host": "localhost"})

    assert answer(response) == (
        200,
        "text/plain; charset=utf-8",
        "Contact: http://localhost/contact/\nExpires: 2027-05-22T00:00:00Z\nPreferred-Languages: en\n",
    )


def test_security_txt_names_the_contact_and_the_day_that_are_set(client, settings):
    settings.SECURITY_CONTACT, settings.SECURITY_TXT_EXPIRES = "mailto:security@clinic.example", date(2027, 3, 31)

    assert client.get("/.well-known/security.txt").content.decode() == (
        "Contact: mailto:security@clinic.example\nExpires: 2027-03-31T00:00:00Z\nPreferred-Languages: en\n"
    )


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt"])
def test_pages_for_machines_refuse_to_be_posted_to(client, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/admin/", "/accounts/"])
def test_staff_are_led_to_the_one_page_where_they_sign_in(client, address):
    response = client.get(address, follow=True)

    assert response.redirect_chain[-1] == (f"/accounts/login/?next={address}", 302)
    assert response.status_code == 200


def test_password_managers_find_the_page_that_changes_a_password(client):
    assert client.get("/.well-known/change-password")["Location"] == "/accounts/password/change/"


def test_sections_are_looked_for_last():
    """They answer to any word, so a route after them would never be reached."""
    words = [str(pattern.pattern) for pattern in get_resolver().url_patterns]

    assert words[-1] == ""
    assert [str(p.pattern) for p in get_resolver().url_patterns[-1].url_patterns][-2:] == [
        "<slug:slug>/",
        "<slug:section>/<slug:slug>/",
    ]


@pytest.mark.parametrize("word", ["accounts", "admin", "contact", "enquire", "feed", "glossary", "search"])
def test_word_that_the_site_needs_is_not_a_section(word):
    assert Client().get(f"/{word}/").status_code in (200, 302)
