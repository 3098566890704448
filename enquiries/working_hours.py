"""Adds working hours to a time: the clinic's days and hours, without the bank holidays of England."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

from enquiries.models import DeskSettings

SATURDAY, SUNDAY = 5, 6


@lru_cache(maxsize=1)
def bank_holidays() -> holidays.HolidayBase:
    """Return England's bank holidays, as far as the library knows of them; it works out a year when it is first asked."""
    return holidays.country_holidays("GB", subdiv="ENG")


def add_working_hours(start: datetime, hours: int, desk: DeskSettings) -> datetime:
    """Return the moment at which `hours` working hours have passed since `start`."""
    left = timedelta(hours=hours)
    for opens, closes in _days(start, desk):
        begin = max(opens, start)
        if begin + left <= closes:
            return begin + left
        left -= max(closes - begin, timedelta())
    raise AssertionError("Working days never end.")


def _days(start: datetime, desk: DeskSettings) -> Iterator[tuple[datetime, datetime]]:
    """Yield when each working day begins and ends, from the day of `start` on."""
    day = timezone.localtime(start).date()
    while True:
        if _is_working_day(day, desk):
            yield tuple(timezone.make_aware(datetime.combine(day, time)) for time in (desk.opens, desk.closes))  # type: ignore[misc]
        day += timedelta(days=1)


def _is_working_day(day: date, desk: DeskSettings) -> bool:
    worked = {SATURDAY: desk.saturdays, SUNDAY: desk.sundays}.get(day.weekday(), True)
    return worked and day not in bank_holidays()
