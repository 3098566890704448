"""When the background worker looks after the site itself."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from enquiries.schedules import register

#: The work, and every how many minutes it is done.
EVERY = {"pulse": 1, "check_record": 24 * 60}


def keep(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the schedules that are missing, and change those that are otherwise."""
    register(using, "operations", EVERY)
