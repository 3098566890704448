"""A site of several real processes on a database of its own."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.clinic_site.databases import ROOT, Database, own_database

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


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Yield a served site on the kind of database that the tests run on."""
    with own_database(folder, f"clinic_pages_{os.getpid()}_{folder.name}") as made, _gunicorn(folder, made) as served:
        yield served


@contextmanager
def _gunicorn(folder: Path, database: Database) -> Iterator[Servers]:
    environment = {**os.environ, **database.environment, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-c", CONTENT], cwd=ROOT, env=environment, check=True)
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
