"""Copies of the database, each in the way of its kind: a file for SQLite, PostgreSQL's own COPY a table otherwise."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

#: What a restored site must not wake up with: sessions, unlocked desks, counters, tasks that somebody may have done since.
PASSING = (
    "django_session",
    "usersessions_usersession",
    "enquiries_opendesk",
    "enquiries_viewing",
    "enquiries_tally",
    "enquiries_dailysalt",
    "django_q_ormq",
    "counters",
)


class CannotRestore(Exception):
    """The copy does not fit this database."""


def tables() -> list[str]:
    """Return the tables that are copied, in the order of their names."""
    wanted = {*connection.introspection.django_table_names(only_existing=True), "django_migrations"}
    return sorted(wanted - set(PASSING))


def state() -> dict[str, object]:
    """Return what a copy has to agree with before it may be restored: the kind of database, and its migrations."""
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return {"database": connection.vendor, "migrations": applied}


def copy_to(folder: Path) -> dict[str, int]:
    """Write the database as it is at this moment into a folder, and return how many rows each table has there."""
    return _copy_sqlite(folder / "database.sqlite3") if connection.vendor == "sqlite" else _copy_tables(folder)


def restore_from(folder: Path) -> None:
    """Replace everything in the database by a copy, or nothing if that fails."""
    if connection.vendor == "sqlite":
        _restore_sqlite(folder / "database.sqlite3")
    else:
        _restore_tables(folder)


def _copy_sqlite(path: Path) -> dict[str, int]:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        names = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in names & set(PASSING):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 - one of our own names
        copy.commit()
        copy.execute("VACUUM")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CannotRestore("SQLite finds the database damaged.")
        return {table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables()}  # noqa: S608 - see above


def _restore_sqlite(path: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        copy.backup(connection.connection)


def _copy_tables(folder: Path) -> dict[str, int]:
    counts = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for table in tables():
            with (folder / table).open("wb") as file:
                cursor.copy_expert(f"COPY {table} ({_columns(cursor, table)}) TO STDOUT", file)
            counts[table] = cursor.rowcount
    return counts


def _restore_tables(folder: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join([*tables(), *_existing(PASSING)])}")
        with _without_triggers(cursor):
            for table in tables():
                with (folder / table).open("rb") as file:
                    cursor.copy_expert(f"COPY {table} ({_columns(cursor, table)}) FROM STDIN", file)
        counted: list[type[Model]] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
        for statement in connection.ops.sequence_reset_sql(no_style(), counted):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what refers to nothing fails here, and changes nothing


@contextmanager
def _without_triggers(cursor: Any) -> Iterator[None]:
    """Keep our own triggers from counting as changes what is only put back. PostgreSQL's checks of references stay."""
    for table in tables():
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table may be altered while they are open
    for table in tables():
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _existing(names: tuple[str, ...]) -> list[str]:
    return sorted(set(names) & set(connection.introspection.table_names()))


def _columns(cursor: Any, table: str) -> str:
    """Return a table's columns but those that PostgreSQL computes."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return ", ".join(f'"{row[0]}"' for row in cursor.fetchall())
