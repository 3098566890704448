import os
import signal
import subprocess
import sys
import time
from types import FrameType

from django.core.management.base import BaseCommand, CommandParser

GRACE = 30  # seconds that a stopping process gets to finish what it is doing


class Command(BaseCommand):
    """Runs the web server and the background worker side by side until it is told to stop.

    If one of them ends by itself the other is stopped too, so that nobody believes that mails go out when they do not.
    On several machines, run `gunicorn clinic_site.wsgi` and `manage.py qcluster` as services of their own instead.
    """

    help = "Serve the site, with the background worker beside it, until Ctrl-C."
    stopping = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="host and port")
        parser.add_argument("--workers", default="2", help="web processes")

    def handle(self, *, bind: str, workers: str, **options: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        web = [
            "-m",
            "gunicorn",
            "clinic_site.wsgi",
            "--bind",
            bind,
            "--workers",
            workers,
            "--threads",
            "4",
            "--log-level",
            "warning",
        ]
        worker = ["manage.py", "qcluster"]
        # A signal to the group of these processes must reach of the worker's the first alone, and by us: those that it
        # started die of it with its locks in their hands, and it would wait for them for ever.
        children = [
            subprocess.Popen([sys.executable, *command], start_new_session=command is worker)  # noqa: S603 - our own commands
            for command in (web, worker)
        ]
        while not self.stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
        for child in children:
            child.terminate()
        codes = [self._end(child) for child in children]
        if not self.stopping:
            self.stderr.write(f"The web server or the worker ended by itself (exit codes {codes[0]} and {codes[1]}).")
            sys.exit(1)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self, child: subprocess.Popen[bytes]) -> int:
        try:
            return child.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.stderr.write(f"Process {child.pid} did not end within {GRACE} seconds, and is killed.")
            os.kill(child.pid, signal.SIGKILL)
            return child.wait()
