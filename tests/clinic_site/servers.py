"""A site of several real processes on a database of its own, and a hand at that database that Django knows nothing of."""

import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
CONTENT = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from content.models import ClinicDetails
from tests.content.factories import *
section = make_section(slug="therapies")
make_profile(make_article(section=section, slug="talking", title="Talking", body="<p>A craving.</p>"))
make_article(section=section, slug="later", title="Later", publish_at=timezone.now() + timedelta(days=1))
make_term("Craving", meaning="An old meaning.")
make_line(everywhere=True, phone="116 123")
ClinicDetails(pk=1, clinic_name="Old name").save()
"""


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Return the status and the text of a page on this machine; `headers` have `_` for `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@dataclass
class Database:
    """Where the database is, how to write to it by hand, and how to take it away and bring it back."""

    environment: dict[str, str]
    write: Callable[[str], None]
    take_away: Callable[[], None]
    bring_back: Callable[[], None]


@dataclass
class Servers:
    """Gunicorn with two workers."""

    port: int
    database: Database
    log: Path
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """End it as a service manager does, and wait until it is gone."""
        self.process.terminate()
        self.process.wait(timeout=20)

    def get(self, path: str) -> tuple[int, str]:
        """Return the status and the text of a page, by a connection of its own, so that any worker may answer."""
        return get(self.port, path)

    def everywhere(self, path: str) -> set[tuple[int, str]]:
        """Return the different answers of both workers."""
        self.log.write_text("")
        answers = set()
        for _ in range(200):
            answers.add(self.get(path))
            if len(set(self.log.read_text().split())) == 2:
                return answers
        raise AssertionError("One worker answered everything.")


def own_database(folder: Path, name: str, server: str = "", like: str = "template1") -> AbstractContextManager[Database]:
    """Return an empty database of the kind that the tests run on: in `folder`, or as `name` on PostgreSQL.

    Args:
        server: the address of a PostgreSQL server, if not that of DATABASE_URL.
        like: the database on PostgreSQL that it begins as a copy of. On SQLite, copy the folder.
    """
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return postgresql_database(server or os.environ["DATABASE_URL"], name, like)
    return sqlite_database(folder)


@contextmanager
def sqlite_database(folder: Path) -> Iterator[Database]:
    """Yield an SQLite database in `folder`."""
    path, away = folder / "db.sqlite3", folder / "away.sqlite3"

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
def postgresql_database(url: str, name: str, like: str = "template1") -> Iterator[Database]:
    """Yield a PostgreSQL database of this name on the server at `url`, a copy of the one named `like`."""

    def on_server(statement: str) -> None:
        connection = psycopg2.connect(url)  # one each time: the server may have been restarted meanwhile
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

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
    on_server(f"CREATE DATABASE {name} TEMPLATE {like}")
    try:
        yield Database(
            {"DATABASE_URL": own}, write, take_away, lambda: on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        )
    finally:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Yield a served site on the kind of database that the tests run on."""
    with own_database(folder, f"clinic_pages_{os.getpid()}_{folder.name}") as made, _gunicorn(folder, made) as served:
        yield served


@contextmanager
def _gunicorn(folder: Path, database: Database) -> Iterator[Servers]:
    environment = {**os.environ, **database.environment, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    for command in (["manage.py", "migrate", "--verbosity", "0"], ["-c", CONTENT]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    port, log = _free_port(), folder / "pids"
    log.touch()
    options = (
        f"--bind 127.0.0.1:{port} --workers 2 --threads 4 --log-level critical --access-logfile {log} --access-logformat %(p)s"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "clinic_site.wsgi", *options.split()], cwd=ROOT, env=environment
    )
    try:
        served = Servers(port, database, log, process)
        _wait_for(served)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(served: Servers) -> None:
    for _ in range(150):
        try:
            if served.get("/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("The site did not start within 30 seconds.")
