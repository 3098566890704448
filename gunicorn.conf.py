"""gunicorn's settings. It reads this file by itself from the folder in which it is started."""

import gc
import signal

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

control_socket_disable = True  # it would be made in the home of this user, which a container cannot write to
# The most that gunicorn bounds, and what fits into nginx's own 8 KB. 0 would let anybody fill the memory with one line.
limit_request_line = 8190  # bytes
# gunicorn believes whoever asks from this machine, such as a proxy, where in the site it is: visitors may have written that.
forwarder_headers = ""
logger_class = "clinic_site.server_log.ServerLog"  # which writes nothing of what visitors send
worker_class = "clinic_site.worker.FairWorker"
# Import the site once, and let the workers share it: they start in milliseconds, in half the memory. A worker that is
# started by SIGHUP has the same code, so a new version needs a restart; see docs/operations.md.
preload_app = True
# Nothing of what is imported is garbage, and looking for some takes a fifth of the start. The collector would also write
# into the pages that the workers share. docs.python.org/3/library/gc.html#gc.freeze gives these three steps.
gc.disable()


def when_ready(server: Arbiter) -> None:
    """Take what has been imported out of the collector's sight for good."""
    gc.freeze()


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Collect the garbage of requests."""
    gc.enable()


def post_worker_init(worker: Worker) -> None:
    """Leave Ctrl-C to the arbiter, which tells the workers.

    A terminal sends it to every process, and a threaded worker of gunicorn 27.0.1 that is told twice can lock up for the
    graceful timeout: its `handle_quit` waits for a lock that it holds itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
