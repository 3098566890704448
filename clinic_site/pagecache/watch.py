"""Knows the current version of the content, without asking the database for each request."""

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread

from django.db import close_old_connections, connection

from content.version import current_version

INTERVAL = 0.4  # seconds between questions: with the time that one takes, a change shows within half a second or so
FIRST_ANSWER = 2.0  # seconds that the first requests of a process wait at most

logger = logging.getLogger(__name__)


def ask() -> object:
    """Return the version, by a connection of this thread's own that is let go of when it breaks."""
    close_old_connections()
    try:
        return current_version()
    except Exception:
        connection.close()
        raise


class Watch:
    """Asks for the version twice a second in a thread of its own, which no visitor waits for.

    While the database does not answer, the last version holds: nobody can have changed the content through it either.
    """

    def __init__(self, ask: Callable[[], object] = ask, interval: float = INTERVAL) -> None:
        self._ask = ask
        self._interval = interval
        self._version: object = None
        self._answered = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def version(self) -> object:
        """Return the version last heard of; none if the database has not answered yet. The first call starts the thread."""
        if self._thread is None:
            self._start()
        if not self._answered.is_set():
            self._answered.wait(FIRST_ANSWER)
        return self._version

    def _start(self) -> None:
        """Start on the first request and not before: a thread does not outlive the fork of gunicorn's workers."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="content version", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        wait, lost = Event(), False
        while True:
            try:
                self._version = self._ask()
                lost = False
            except Exception:
                if not lost:
                    logger.warning("The page cache cannot ask for the content's version; it keeps serving what it has.")
                lost = True
            self._answered.set()
            wait.wait(self._interval)
