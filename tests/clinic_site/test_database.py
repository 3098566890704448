"""What holds for every connection to the database."""

import pytest
from django.db import connection

#: What each kind of database is asked about itself, and what it should answer.
ASKED = {"postgresql": ("SHOW jit", "off"), "sqlite": ("PRAGMA synchronous", 1)}


@pytest.mark.django_db
def test_connection_is_set_up_for_short_queries():
    question, expected = ASKED[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        assert cursor.fetchone() == (expected,)
