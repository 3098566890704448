"""Leaves out of a run on SQLite what several machines can only do on PostgreSQL, and prints what those tests have measured."""

from functools import partial

import pytest
from django.conf import settings

on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
collect_ignore = [] if on_postgresql else ["test_many_processes.py"]


@pytest.fixture
def note(record_property):
    """Return a function that keeps a figure for the end of the run. It fails nothing: what is promised is asserted."""
    return partial(record_property, "figure")


def pytest_terminal_summary(terminalreporter):
    """Print the figures."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for _, figure in report.user_properties:
                terminalreporter.write_line(figure)
