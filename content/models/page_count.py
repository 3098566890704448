"""How often pages were opened: a number a page and day, and nothing of who opened it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connections, models, transaction

UPSERT = """
    INSERT INTO content_pagecount (day, path, count) VALUES (%s, %s, %s)
    ON CONFLICT (path, day) DO UPDATE SET count = content_pagecount.count + excluded.count
"""


class PageCountQuerySet(models.QuerySet["PageCount"]):
    """Named reads of the counts, and the one way to write them."""

    def add(self, day: date, counts: Mapping[str, int]) -> None:
        """Add to what this and other processes have counted before, a statement a page.

        The pages come in one order, so that two processes never wait for each other.
        """
        rows = [(day.isoformat(), path, count) for path, count in sorted(counts.items())]
        with transaction.atomic(), connections[self.db].cursor() as cursor:
            cursor.executemany(UPSERT, rows)

    def by_day(self, since: date, paths: Iterable[str] | None = None) -> dict[date, int]:
        """Return the sum of each day from `since` on, of these pages or of all."""
        rows = self.filter(day__gte=since) if paths is None else self.filter(day__gte=since, path__in=list(paths))
        return dict(rows.order_by().values_list("day").annotate(models.Sum("count")))

    def by_path(self, since: date) -> "models.QuerySet[PageCount, dict[str, Any]]":
        """Return each page with its sum from `since` on, the most read first."""
        return self.filter(day__gte=since).order_by().values("path").annotate(sum=models.Sum("count")).order_by("-sum", "path")


class PageCount(models.Model):
    """How often one page was opened on one day."""

    day = models.DateField(db_index=True)
    path = models.CharField(max_length=220)
    count = models.PositiveIntegerField()

    objects = PageCountQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "path")
        verbose_name = "count of a page"
        verbose_name_plural = "how pages are read"
        constraints = (models.UniqueConstraint(fields=("path", "day"), name="content_one_count_a_day"),)

    def __str__(self) -> str:
        return f"{self.path} on {self.day}"
