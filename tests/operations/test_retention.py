"""The retention schedule names every table, and its page says what the software does."""

import re
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from enquiries.models import DeskSettings
from operations.retention import schedule
from staff import invitations

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "docs" / "retention-schedule.md"
PARTS_OF_AN_INDEX = re.compile(r"_(config|data|docsize|idx)$")  # SQLite keeps a search index in several tables


def printed():
    said = StringIO()
    call_command("retention_schedule", stdout=said)
    return said.getvalue()


def named():
    return [table for rows in schedule().values() for row in rows for table in row.tables]


def line(words):
    """Return the cells of the one line that begins with `words`."""
    [found] = [line for line in printed().splitlines() if line.startswith(f"| {words}")]
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_page_is_what_the_command_prints_for_the_defaults():
    """If this fails: manage.py retention_schedule > docs/retention-schedule.md"""
    assert PAGE.read_text() == printed()


def test_every_model_is_in_it_once():
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if not model._meta.proxy}

    assert models - set(named()) == set(), "Say in operations/retention.py how long these are kept, and what ends it."
    assert [table for table, times in Counter(named()).items() if times > 1] == []


def test_every_table_of_the_database_is_in_it():
    tables = {PARTS_OF_AN_INDEX.sub("", table) for table in connection.introspection.table_names()}

    assert tables - set(named()) == set()


def test_it_says_what_managers_set():
    before = line("Closed enquiry")[1]
    DeskSettings(keep_closed_days=200, keep_spam_days=1).save()

    assert (before, line("Closed enquiry")[1]) == (
        "90 days after it was closed; spam 14 days",
        "200 days after it was closed; spam 1 day",
    )


def test_it_says_what_the_code_obeys(settings, monkeypatch):
    settings.SESSION_COOKIE_AGE, settings.PASSWORD_RESET_TIMEOUT = 90 * 60, 2 * 60 * 60
    monkeypatch.setattr(invitations, "VALID_FOR", timedelta(days=1))

    assert (
        line("Session")[1]
        == "90 minutes after its last use; it lets in for 90 minutes, and 30 minutes idle for desk and managers"
    )
    assert (line("Link for a new password")[1], line("Invitation")[1]) == ("2 hours", "1 day")


def test_page_cache_that_is_off_keeps_nothing(settings):
    settings.PAGE_CACHE = False

    assert line("Finished public pages")[1] == "not kept"
