"""Whether the site works: the same findings for machines, for a manager's first page, and for alerts."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.timesince import timesince
from django_q.models import Schedule, Task

from enquiries.models import Enquiry, Notification
from operations.models import Pulse

WORKER_SILENT = timedelta(minutes=5)
MAIL_WAITS = timedelta(minutes=30)  # the first tries of a mail that fails are 1, 5 and 15 minutes apart
ERASURE_LATE = timedelta(days=1)
RECORD_UNCHECKED = timedelta(hours=26)
DISK_FREE = 200 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `words` say what is wrong and what to do, and are empty if nothing is."""

    name: str
    words: str = ""


def can_serve() -> list[Finding]:
    """Look at what a web process cannot do without."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return [Finding("database"), Finding("migrations", _unmigrated())]
    except Error:  # an idle connection that broke is an InterfaceError, which is no DatabaseError
        return [Finding("database", "The database does not answer.")]


def works() -> list[Finding]:
    """Look at what goes on behind the pages. The database has to answer."""
    return [
        Finding("worker", _worker()),
        Finding("tasks", _tasks()),
        Finding("mails", _mails()),
        Finding("erasures", _erasures()),
        Finding("record", _record()),
        Finding("disk", _disk()),
    ]


def troubles() -> Iterator[Finding]:
    """Yield what is wrong behind the pages."""
    return (finding for finding in works() if finding.words)


_migrated = False


def _unmigrated() -> str:
    """Say what is missing. A process that has once found everything there does not read all migrations again."""
    global _migrated  # noqa: PLW0603 - it only ever becomes true
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "" if _migrated else "The database is older than the software. Run manage.py migrate."


def _worker() -> str:
    seen = Pulse.objects.filter(name="worker").values_list("seen_at", flat=True).first()
    now = timezone.now()
    if seen and seen > now + WORKER_SILENT:
        return (
            "The background worker was last seen at a time that has not come yet: a clock was ahead, and the work was put off"
            " until then. Put the clocks of all machines right, and run manage.py migrate, which makes it due."
        )
    if seen and seen > now - WORKER_SILENT:
        return ""
    since = f"has not been seen for {timesince(seen)}" if seen else "has never been seen"
    return f"The background worker {since}. No mail goes out and nothing is erased until it runs (manage.py qcluster)."


def _tasks() -> str:
    """Say which work failed when it last ran. That of a schedule is the one that it names, if that has ended."""
    failed = Task.objects.filter(success=False, pk__in=Schedule.objects.values("task"))
    names = ", ".join(sorted(f"“{task.group}”" for task in failed.only("group")))
    return f"Background work failed when it last ran: {names}. Look at the worker's log." if names else ""


def _mails() -> str:
    late = Notification.objects.unsent().filter(made_at__lt=timezone.now() - MAIL_WAITS).exists()
    return "Mails do not go out. Look at the notifications, and at the mail server." if late else ""


def _erasures() -> str:
    late = Enquiry.objects.filter(erase_on__lt=timezone.localdate() - ERASURE_LATE).exists()
    return "Enquiries that should be erased by now are still here. Look at the worker's log." if late else ""


def _record() -> str:
    pulse = Pulse.objects.filter(name="record").first()
    if pulse and not pulse.sound:
        return "The record of access has been tampered with. Run manage.py verify_audit, and tell who looks after security."
    if pulse and pulse.seen_at and pulse.seen_at < timezone.now() - RECORD_UNCHECKED:
        return f"The record of access has not been checked for {timesince(pulse.seen_at)}."
    return ""


def _disk() -> str:
    if not settings.VAR_DIR.exists():
        return ""  # this process writes nothing here
    free = shutil.disk_usage(settings.VAR_DIR).free
    return f"The disk is nearly full: {free // 1024**2} MB are left." if free < DISK_FREE else ""
