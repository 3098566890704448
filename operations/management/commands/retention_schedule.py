from collections.abc import Iterator

from django.core.management.base import BaseCommand

from operations.retention import Kept, schedule

HEAD = """# Retention schedule

What this software keeps, for how long, and what erases it, read from its settings and constants by
`manage.py retention_schedule`. The page in `docs/` is what it prints for the defaults, and a test fails when they differ. Print
your own whenever you have changed something. What is marked ▢ **Clinic:** is yours to decide. Erasing deletes rows: their
bytes may lie in free space of the database until it is used again."""


class Command(BaseCommand):
    """Prints the retention schedule of this site, for the record of processing: one kept by hand would soon be wrong."""

    help = "Print what is kept, for how long and what erases it, as Markdown."

    def handle(self, **options: object) -> None:
        self.stdout.write("\n".join(_lines()))


def _lines() -> Iterator[str]:
    yield HEAD
    for about, rows in schedule().items():
        yield f"\n## {about}\n\n| what | how long | what ends it | tables |\n|---|---|---|---|"
        yield from (_row(row) for row in rows)


def _row(row: Kept) -> str:
    return f"| {row.what} | {row.how_long} | {row.ends} | {', '.join(f'`{table}`' for table in row.tables)} |"
