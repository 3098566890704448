"""What the whole run shares."""

import gc
from functools import partial

import pytest
from django.db import connection

from enquiries.sealing import passphrase, receipt
from tests import shared
from tests.clinic_site.databases import copied_for_django, drop_empty_database


def pytest_configure(config):
    """Make the folder of the run, unless this is one of its workers."""
    if not hasattr(config, "workerinput"):
        shared.begin()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leave to each database's lane what says nothing about the other."""
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    left = [item for item in items if item.get_closest_marker(other)]
    items[:] = [item for item in items if not item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=left)


def pytest_collection_finish():
    """Spare the garbage collector the thousands of tests, which stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config):
    """Take away what was made for all, once the workers have ended."""
    if not hasattr(config, "workerinput"):
        shared.end(last=drop_empty_database)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Let the test database begin as a copy, as pytest-django asks this fixture just before it makes it."""
    with copied_for_django(connection):
        yield


@pytest.fixture(autouse=True)
def cheap_stretching(monkeypatch):
    """Spare the tests what makes guessing dear, as `PASSWORD_HASHERS` does in their settings."""
    for module in (passphrase, receipt):
        monkeypatch.setattr(module, "ARGON2ID", partial(module.ARGON2ID, iterations=1, lanes=1, memory_cost=8))
