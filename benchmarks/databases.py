"""Databases to measure in, each of its own and dropped afterwards: SQLite, and PostgreSQL where TEST_DATABASE_URL answers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import quantiles

import psycopg2

from benchmarks.servers import ROOT, environment_of
from tests.lanes import POSTGRES


def databases(file: Path) -> Iterator[tuple[str, AbstractContextManager[str]]]:
    """Yield the name of each kind of database, and what makes one for a while and gives its address."""
    yield "SQLite", _sqlite(file)
    try:
        psycopg2.connect(POSTGRES, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return
    yield "PostgreSQL", _postgresql()


def run(folder: Path, *arguments: str, **settings: str) -> str:
    """Run Python in the environment of the site in `folder`, and return what it printed."""
    environment = environment_of(folder) | settings
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def p95(times: list[float]) -> float:
    """Return the 95th percentile of seconds, in milliseconds."""
    return quantiles(times, n=20)[-1] * 1000


@contextmanager
def _sqlite(file: Path) -> Iterator[str]:
    try:
        yield f"sqlite:///{file}"
    finally:
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()


@contextmanager
def _postgresql() -> Iterator[str]:
    name, server = f"clinic_bench_{os.getpid()}", psycopg2.connect(POSTGRES)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.close()
