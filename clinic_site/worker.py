"""The kind of worker that gunicorn runs."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class FairWorker(ThreadWorker):
    """A threaded worker that leaves new visitors to the others while each of its threads has one.

    gunicorn's own takes whoever comes, up to a thousand: sixteen visitors who came together were all taken by one worker,
    while the other had nothing to do, and a few slow letters held up readers whom the other could have answered.
    """

    @property
    def worker_connections(self) -> int:
        """The number of connections from which on it accepts no more; those without a request take no thread."""
        quiet = len(self.keepalived_conns) + len(self.pending_conns)
        return min(self.cfg.worker_connections, quiet + self.cfg.threads)

    @worker_connections.setter
    def worker_connections(self, number: Any) -> None:
        """Leave it to the settings, from which gunicorn copies it once."""
