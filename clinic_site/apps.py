from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


class ClinicSiteConfig(AppConfig):
    """The project itself: its management commands, and what holds for every connection to the database."""

    name = "clinic_site"

    def ready(self) -> None:
        """Have each connection prepared, and the database of a demonstration refused in production."""
        from clinic_site import demonstration  # noqa: F401, PLC0415 - models are not loaded before now

        connection_created.connect(_plan_without_compiling)


def _plan_without_compiling(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Keep PostgreSQL from compiling queries: for ours, which take milliseconds, that takes longer than it saves.

    It is said on the connection and not among the options it starts with, which poolers such as PgBouncer refuse.
    """
    if connection.vendor == "postgresql":
        with connection.connection.cursor() as cursor:
            cursor.execute("SET jit = off")


class ClinicAdminConfig(AdminConfig):
    """Django's admin with this project's site in place of the stock one."""

    default_site = "clinic_site.admin.ClinicAdminSite"
