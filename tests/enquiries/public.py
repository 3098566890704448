"""Fills in the public form, as the tests of it need it."""

import re
from datetime import timedelta

import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

ADDRESS, REPLY = "/enquire/", "/enquire/reply/"
STAMP = re.compile(r'name="stamp" value="([^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
RECEIPT = re.compile(r'id="receipt">([0-9A-Z-]+)<')
LEAST = {"audience": "me", "way": "return", "urgent": "no", "privacy": "on"}


def text(response) -> str:
    """Return a page as text."""
    return response.content.decode()


def stamp_of(response) -> str:
    """Return the stamp of the form on a page."""
    return STAMP.search(text(response))[1]


def send(client: Client | None = None, *, after: float = 5, **answers):
    """Fill in a fresh form, wait as a person would, and send it."""
    client = client or Client()
    stamp = stamp_of(client.get(ADDRESS))
    with time_machine.travel(timezone.now() + timedelta(seconds=after)):
        return client.post(ADDRESS, {**LEAST, "stamp": stamp, **answers})


def receipt_of(response) -> str:
    """Return the receipt that a page shows."""
    found = RECEIPT.search(text(response))
    return found[1] if found else ""


def strict_client() -> Client:
    """Return a browser whose forms are checked for their security token, as real ones are."""
    return Client(enforce_csrf_checks=True)


def cookies_of(client: Client) -> set[str]:
    """Return the names of the cookies that a browser holds."""
    return {name for name in client.cookies if client.cookies[name].value} - {settings.LANGUAGE_COOKIE_NAME}
