"""When a worker leaves new visitors to the others. Slow letters to real workers are in test_hostile_requests.py."""

from types import SimpleNamespace

import pytest

from clinic_site.worker import FairWorker


@pytest.mark.parametrize(
    ("kept", "pending", "most"), [(0, 0, 4), (3, 0, 7), (3, 2, 9), (2000, 0, 1000)], ids=["none", "kept", "pending", "full"]
)
def test_worker_takes_as_many_as_it_has_threads_beside_those_who_ask_nothing(kept, pending, most):
    worker = FairWorker.__new__(FairWorker)
    worker.cfg = SimpleNamespace(worker_connections=1000, threads=4)
    worker.keepalived_conns, worker.pending_conns = range(kept), range(pending)

    assert worker.worker_connections == most
