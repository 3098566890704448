"""Finds the servers that the tests of several machines start: nginx and Redis."""

import os
import shutil

PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])  # where Debian keeps nginx, for users who are not root too


def find(name: str) -> str | None:
    """Return the path of a program."""
    return shutil.which(name, path=PATH)


def missing_servers() -> str:
    """Return what this machine lacks, in words, or nothing."""
    lacking = [name for name in ("nginx", "redis-server") if not find(name)]
    return f"{' and '.join(lacking)} not found" if lacking else ""
