"""Databases of a test's own, with every table, for processes of its own; and a hand at them that Django knows nothing of.

Making the tables takes seconds, so each run makes them once for each kind of database, and every process copies them.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from tests import shared

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Database:
    """Where the database is, how to write to it by hand, and how to take it away and bring it back."""

    environment: dict[str, str]
    write: Callable[[str], None]
    take_away: Callable[[], None]
    bring_back: Callable[[], None]


def own_database(folder: Path, name: str, server: str = "", like: str = "") -> AbstractContextManager[Database]:
    """Return a database of the kind that the tests run on: in `folder`, or as `name` on PostgreSQL.

    Args:
        server: the address of a PostgreSQL server, if not that of DATABASE_URL.
        like: the database on that of DATABASE_URL that it begins as a copy of, if not empty. On SQLite, copy the folder.
    """
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return sqlite_database(folder)
    if server:
        return postgresql_database(server, name)
    return postgresql_database(os.environ["DATABASE_URL"], name, like or _empty_database())


@contextmanager
def sqlite_database(folder: Path) -> Iterator[Database]:
    """Yield the SQLite database in `folder`, an empty one if there is none."""
    path, away = folder / "db.sqlite3", folder / "away.sqlite3"
    if not path.exists():
        shutil.copy(_empty_file(), path)

    def write(statement: str) -> None:
        connection = sqlite3.connect(path, timeout=20)
        with connection:
            connection.execute(statement)
        connection.close()

    def take_away() -> None:
        path.rename(away)
        path.mkdir()

    def bring_back() -> None:
        path.rmdir()
        away.rename(path)

    yield Database({"DATABASE_URL": f"sqlite:///{path}"}, write, take_away, bring_back)


@contextmanager
def postgresql_database(url: str, name: str, like: str = "") -> Iterator[Database]:
    """Yield a PostgreSQL database of this name on the server at `url`: a copy of the one named `like`, or one made anew."""
    on_server = partial(_on_server, url)
    own = f"{url.rpartition('/')[0]}/{name}"

    def write(statement: str) -> None:
        connection = psycopg2.connect(own)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def take_away() -> None:
        on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        on_server(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    on_server(f"CREATE DATABASE {name} TEMPLATE {like or 'template1'}")
    try:
        if not like:
            _make_tables(own)
        yield Database(
            {"DATABASE_URL": own}, write, take_away, lambda: on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        )
    finally:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copied_for_django(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let Django's own test database begin as a copy of the empty one, so that no migration is left to run on it."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as in_memory:
            with closing(sqlite3.connect(_empty_file())) as empty:
                empty.backup(in_memory)
            yield  # with a connection open, as it would be gone after the last one
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = _empty_database()
        yield


def drop_empty_database() -> None:
    """Take away what all processes of the run copied, if any did."""
    if (shared.folder() / "postgresql").exists():
        _on_server(os.environ["DATABASE_URL"], f"DROP DATABASE IF EXISTS {_empty_name()} WITH (FORCE)")


def _empty_file() -> Path:
    return shared.made_once("db.sqlite3", lambda path: _make_tables(f"sqlite:///{path}"))


def _empty_database() -> str:
    def make(marker: Path) -> None:
        url = os.environ["DATABASE_URL"]
        _on_server(url, f"CREATE DATABASE {_empty_name()}")
        _make_tables(f"{url.rpartition('/')[0]}/{_empty_name()}")
        marker.touch()

    shared.made_once("postgresql", make)
    return _empty_name()


def _empty_name() -> str:
    return re.sub(r"\W", "_", f"clinic_empty_{shared.folder().name}").lower()


def _on_server(url: str, statement: str) -> None:
    """Run the statement on a connection of its own: the server may have been restarted meanwhile."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def _make_tables(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="clinic-tables-") as folder:
        environment = {**os.environ, "DATABASE_URL": url, "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
