"""What is looked up in records that only ever grow is found by an index, however long they are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enquiries.models import AccessEntry, ErasedEnquiry
from tests.content.factories import make_user
from tests.enquiries.desks import LIST, PASSPHRASE, make_colleague
from tests.enquiries.factories import make_team

pytestmark = pytest.mark.django_db
MANY = 3000


@pytest.fixture
def nurse():
    return make_colleague(make_team())


@pytest.fixture
def long_records(nurse):
    """Records as after some years, of which the database has its statistics."""
    now, others = timezone.now(), [make_user("desk") for _ in range(3)]
    AccessEntry.objects.bulk_create(
        AccessEntry(
            number=1000 + number,
            at=now - timedelta(minutes=number),
            act="refused" if number % 100 == 0 else "opened",
            reference=f"R{number}",
            actor=[nurse.user, *others][number % 4],
        )
        for number in range(MANY)
    )
    ErasedEnquiry.objects.bulk_create(
        ErasedEnquiry(uid=uuid4(), reference=f"E{number}", received_on=now.date(), cause="spam") for number in range(MANY)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plans(asked, table):
    """Return how the database finds what was asked of a table."""
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    with connection.cursor() as cursor:
        for query in asked:
            if f'FROM "{table}"' in query["sql"]:
                cursor.execute(f"{explain} {query['sql'].replace('%', '%%')}")
                found.append(" ".join(str(value) for row in cursor.fetchall() for value in row))
    return found


def test_wrong_passphrases_of_a_person(nurse, long_records):
    with CaptureQueriesContext(connection) as asked:
        nurse.unlock(PASSPHRASE)

    [plan] = plans(asked, "enquiries_accessentry")
    assert "enquiries_acts_of_one" in plan


def test_what_has_become_of_an_enquiry_that_is_acted_on(nurse, long_records):
    with CaptureQueriesContext(connection) as asked:
        nurse.client.post(f"{LIST}E7/close/", {"version": 1})

    [plan] = plans(asked, "enquiries_erasedenquiry")
    assert "enquiries_erased_reference" in plan


def test_acts_of_one_kind_as_a_manager_filters_them(client, long_records):
    client.force_login(make_user("manager"))

    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/enquiries/accessentry/?act__exact=refused")

    shown = plans(asked, "enquiries_accessentry")
    assert shown
    assert ["enquiries_acts_by_kind" in plan for plan in shown] == [True] * len(shown)
