"""When the background worker does what. The rows are looked after each time that migrations have run."""

from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone
from django_q.models import Schedule

#: The work, and every how many minutes it is done.
EVERY = {"send_due": 1, "escalate": 5, "erase": 60, "tidy": 5}


def keep(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the schedules that are missing, and change those that are otherwise."""
    register(using, "enquiries", EVERY)


def register(using: str, app: str, every: dict[str, int]) -> None:
    """Have functions of an app's module `work` run every so many minutes."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return
    for work, minutes in every.items():
        schedule, _ = Schedule.objects.using(using).update_or_create(
            name=f"{app}: {work}",
            defaults={"func": f"{app}.work.{work}", "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
        )
        now = timezone.now()  # what a clock that was ahead has put off is due
        Schedule.objects.using(using).filter(pk=schedule.pk, next_run__gt=now + timedelta(minutes=minutes)).update(next_run=now)
