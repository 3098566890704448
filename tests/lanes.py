"""Runs the tests in every lane that this machine can: SQLite, PostgreSQL, many processes, browser. `make test` calls this.

A lane whose means are missing is left out and named at the end; with CI=true it is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg2

from tests.chromium import find_chromium
from tests.programs import missing_servers

POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
IN_CI = os.environ.get("CI") == "true"


@dataclass
class Lane:
    """A way of running the tests: pytest's arguments, the environment, and what is missing, if anything."""

    name: str
    arguments: list[str]
    database: str
    missing: str = ""
    beside: bool = False  # it waits more than it works, so it runs beside the others


def lanes() -> Iterator[Lane]:
    """Yield every lane, with what this machine lacks for it."""
    processes = int(os.environ.get("TEST_PROCESSES", "2"))
    usual = ["-n", str(processes + 1), "-m", "not browser and not many"]  # one more, as some tests wait more than they work
    yield Lane("SQLite", usual, "")
    yield Lane("PostgreSQL", usual, POSTGRES, missing=_missing_postgres())
    many = ["-n", "2", "--dist", "loadfile", "-m", "many", "tests/clinic_site"]
    yield Lane("many processes", many, POSTGRES, missing=missing_servers() or _missing_postgres(), beside=True)
    chromium = "" if find_chromium() else "no Chromium found; install it or set CHROMIUM to its path"
    browser = ["-n", str(processes + 1), "--dist", "loadfile", "-m", "browser", "tests/browser"]
    yield Lane("browser", browser, "", missing=chromium)


def _missing_postgres() -> str:
    try:
        psycopg2.connect(POSTGRES, connect_timeout=3).close()
    except psycopg2.OperationalError as error:
        return f"no PostgreSQL at TEST_DATABASE_URL ({str(error).splitlines()[0]})"
    return ""


def run(lane: Lane) -> str:
    """Run one lane and return how it went: passed, failed, or left out."""
    if lane.missing:
        print(f"\n== {lane.name}: left out, {lane.missing}", flush=True)
        return "failed" if IN_CI else "left out"
    environment = {**os.environ, "DATABASE_URL": lane.database} if lane.database else _without_database()
    command = [sys.executable, "-m", "pytest", "-q", *lane.arguments, *sys.argv[1:]]
    if not lane.beside:
        print(f"\n== {lane.name}", flush=True)
        return "failed" if subprocess.run(command, env=environment, check=False).returncode else "passed"
    finished = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(f"\n== {lane.name}, beside the others\n{finished.stdout.decode()}", flush=True)
    return "failed" if finished.returncode else "passed"


def _without_database() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


def main() -> int:
    """Run every lane, say which ran, and return the exit code."""
    shutil.rmtree("test-results", ignore_errors=True)
    with ThreadPoolExecutor() as pool:
        beside = {lane.name: pool.submit(run, lane) for lane in lanes() if lane.beside}
        results = {lane.name: run(lane) for lane in lanes() if not lane.beside}
    results |= {name: lane.result() for name, lane in beside.items()}
    print("\nLanes: " + ", ".join(f"{name} {result}" for name, result in results.items()))
    return 1 if "failed" in results.values() else 0


if __name__ == "__main__":
    sys.exit(main())
