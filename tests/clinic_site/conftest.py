"""Leaves out of a run on SQLite what several machines can only do on PostgreSQL, and prints what those tests have measured."""

import pytest
from django.conf import settings

FIGURES = pytest.StashKey[list[str]]()
on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
collect_ignore = [] if on_postgresql else ["test_many_processes.py"]


@pytest.fixture(scope="module")
def note(pytestconfig):
    """Return a function that keeps a figure for the end of the run. It fails nothing: what is promised is asserted."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter, config):
    """Print the figures."""
    for figure in config.stash.get(FIGURES, []):
        terminalreporter.write_line(figure)
