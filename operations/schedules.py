"""When the background worker looks after the site itself."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from enquiries.schedules import register
from operations.models import Pulse

#: The work, and every how many minutes it is done.
EVERY = {"pulse": 1, "check_record": 24 * 60, "tidy": 60, "collect_links": 24 * 60, "check_links": 5}


def keep(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the schedules that are missing, and change those that are otherwise."""
    register(using, "operations", EVERY)
    if Pulse._meta.db_table in connections[using].introspection.table_names():
        # A new site gives its worker as long to appear as one that has stopped: no alarm while everything starts.
        Pulse.objects.using(using).get_or_create(name="worker", defaults={"seen_at": timezone.now()})
