import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    """Brings a fresh checkout to a site that can be served, and a prepared one up to date, in one process and one step.

    It changes nothing that staff have edited, and makes demonstration accounts only outside production.
    """

    help = "Migrate, load the starter content, make demonstration accounts, and collect static files."

    def handle(self, **options: object) -> None:
        if connection.vendor == "sqlite":
            Path(str(connection.settings_dict["NAME"])).parent.mkdir(parents=True, exist_ok=True)
        self._step("Bringing the database up to date…")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_starter", stdout=self.stdout)
        if not settings.PRODUCTION:
            call_command("demo_accounts", stdout=self.stdout)
            call_command("demo_desk", stdout=self.stdout)
        self._collect_static()

    def _step(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()

    def _collect_static(self) -> None:
        """Collect static files if any has changed since the last time; compressing them takes seconds."""
        stamp = Path(settings.STATIC_ROOT) / "stamp"
        state = _static_state()
        if stamp.exists() and stamp.read_text() == state:
            return
        self._step("Collecting and compressing static files…")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(state)


def _static_state() -> str:
    """Return a digest of every static file's path, size and time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
