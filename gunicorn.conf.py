"""gunicorn's settings. It reads this file by itself from the folder in which it is started."""

import signal

from gunicorn.workers.base import Worker

control_socket_disable = True  # it would be made in the home of this user, which a container cannot write to


def post_worker_init(worker: Worker) -> None:
    """Leave Ctrl-C to the arbiter, which tells the workers.

    A terminal sends it to every process, and a threaded worker of gunicorn 27.0.1 that is told twice can lock up for the
    graceful timeout: its `handle_quit` waits for a lock that it holds itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
