"""What all processes of a run share: made by the first that asks for it, in a folder that goes when the run ends."""

import fcntl
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

FOLDER = "CLINIC_TESTS_FOLDER"
_run = ExitStack()


def begin() -> None:
    """Make the folder of the run, which processes that start from here find by their environment."""
    os.environ[FOLDER] = _run.enter_context(tempfile.TemporaryDirectory(prefix="clinic-run-"))


def end(*, last: Callable[[], None]) -> None:
    """Do what `last` does, and take the folder away."""
    _run.callback(last)
    _run.close()


def folder() -> Path:
    """Return the folder of the run."""
    return Path(os.environ[FOLDER])


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the path of this name in the run's folder, where the first process that asks for it has `make` put it."""
    path = folder() / name
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(path)
    return path
