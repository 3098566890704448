"""The record of access shows every tampering."""

import pytest
from django.db import connection

from enquiries import audit
from enquiries.audit import Act
from enquiries.models import AccessEntry, AuditHead
from tests.enquiries.factories import make_enquiry, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    enquiry, _, _ = make_enquiry(make_team())
    return [audit.record(act, enquiry=enquiry, role="Nurse") for act in (Act.RECEIVED, Act.OPENED, Act.REPLIED, Act.CLOSED)]


def tamper(statement, *values):
    """Change rows behind the models' backs, as someone at the database would."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_sound_record_has_no_fault(record):
    assert list(audit.faults()) == []


def test_empty_record_has_no_fault():
    assert list(audit.faults()) == []


@pytest.mark.parametrize(("column", "value"), [("act", "erased"), ("reference", "R999"), ("role", "Doctor"), ("detail", "x")])
def test_altered_entry_is_found(record, column, value):
    tamper(f"UPDATE enquiries_accessentry SET {column} = %s WHERE number = 2", value)  # noqa: S608

    assert list(audit.faults()) == ["Entry 2 is not what was written."]


def test_missing_entry_is_found(record):
    tamper("DELETE FROM enquiries_accessentry WHERE number = 2")

    assert list(audit.faults()) == ["Entry 2 is missing."]


def test_entries_that_change_places_are_found(record):
    for before, after in ((2, 99), (3, 2), (99, 3)):
        tamper("UPDATE enquiries_accessentry SET number = %s WHERE number = %s", after, before)

    assert list(audit.faults())[:2] == ["Entry 2 is not what was written.", "Entry 3 is not what was written."]


def test_entries_cut_off_the_end_are_found(record):
    tamper("DELETE FROM enquiries_accessentry WHERE number > 2")

    assert list(audit.faults()) == ["The record ends with entry 2, and should end with 4."]


def test_entries_cut_off_with_the_end_of_the_chain_moved_are_found(record):
    tamper("DELETE FROM enquiries_accessentry WHERE number > 2")
    AuditHead.objects.update(count=2, hash=record[1].hash)

    assert list(audit.faults()) == ["The end of the chain is not signed with this site's secret."]


def test_entries_added_behind_the_end_are_found(record):
    AuditHead.objects.update(count=3, hash=record[2].hash, signature=audit._signature(AuditHead(count=3, hash=record[2].hash)))

    assert list(audit.faults()) == ["The record goes on after its end."]


def test_record_that_grows_while_it_is_walked_is_sound(record, monkeypatch):
    signed = audit._signed

    def signed_while_somebody_locks_their_desk(head):
        audit.record(Act.LOCKED)
        return signed(head)

    monkeypatch.setattr(audit, "_signed", signed_while_somebody_locks_their_desk)

    assert list(audit.faults()) == []


def test_record_is_append_only(record):
    for change in (
        record[0].save,
        record[0].delete,
        AccessEntry.objects.all().delete,
        lambda: AccessEntry.objects.update(act="erased"),
    ):
        with pytest.raises(TypeError):
            change()

    assert list(audit.faults()) == []
