"""What holds for every connection to the database, and for what is checked of its models."""

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

#: What each kind of database is asked about itself, and what it should answer.
ASKED = {"postgresql": ("SHOW jit", "off"), "sqlite": ("PRAGMA synchronous", 1)}


@pytest.mark.django_db
def test_connection_is_set_up_for_short_queries():
    question, expected = ASKED[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        assert cursor.fetchone() == (expected,)


@time_machine.travel("2026-11-26T09:00:05Z", tick=False)
def test_checks_say_nothing_of_a_desk_that_opens_now():
    call_command("check", fail_level="WARNING")
