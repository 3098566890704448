"""Leaves out of a run on SQLite what several machines can only do on PostgreSQL."""

from django.conf import settings

on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
collect_ignore = [] if on_postgresql else ["test_many_processes.py"]
