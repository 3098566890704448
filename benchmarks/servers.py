"""Starts what is measured: gunicorn with the site, and nginx in front of it where nginx is installed."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import nginx as configured
from tests.programs import find

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
NGINX_OWN = {"Server", "Date", "Connection", "Content-Type", "Content-Length", "ETag"}  # headers that it writes itself
NGINX = find("nginx")


def get(port: int, path: str, encoding: str = "") -> tuple[int, dict[str, str], bytes]:
    """Return the status, the headers and the body, still encoded, of a page on this machine."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": HOST, "Accept-Encoding": encoding})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def manage(folder: Path, *arguments: str, **settings: str) -> None:
    """Run a management command on the site in `folder`."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment_of(folder) | settings, check=True, capture_output=True)


@contextmanager
def gunicorn(folder: Path, path: str = "/healthz", **settings: str) -> Iterator[tuple[int, int, float]]:
    """Serve the site in `folder`; yield the port, the process id, and the seconds until the page at `path` came."""
    port = free_port()
    options = ["clinic_site.wsgi", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4", "--log-level", "critical"]
    start = time.perf_counter()
    with _process([sys.executable, "-m", "gunicorn", *options], environment_of(folder) | settings) as process:
        wait_for(port, path)
        yield port, process.pid, time.perf_counter() - start


@contextmanager
def nginx(folder: Path, upstream: int, like: str) -> Iterator[tuple[int, int]]:
    """Serve the site at port `upstream` through nginx's cache, as we hand it out; yield its port, and the port of files.

    The second one serves `folder`/files with the headers of the page at `like`, so that both answers are equally long:
    at /files/ as nginx serves files by itself, at /open/ with each kept open, as the cache keeps its own.
    """
    front, files = free_port(), free_port()
    headers = get(upstream, like)[1].items()
    added = " ".join(f'add_header {name} "{value}";' for name, value in headers if name not in NGINX_OWN)
    types = "types { text/html html; } charset utf-8; gzip_static on;"
    server = (
        f"server {{ listen {HOST}:{files}; {types} {added} location /files/ {{ alias {folder}/files/; }}"
        f" location /open/ {{ alias {folder}/files/; open_file_cache max=200 inactive=1m; }} }}"
    )
    replaced = {"127.0.0.1:8000": f"{HOST}:{upstream}"}
    more = f"access_log off; {server}"
    command = configured.command(folder, "one-machine.conf", front, replaced, more, workers=2)
    with _process(command, dict(os.environ)):
        wait_for(front, "/healthz")
        yield front, files


def workers_of(pid: int) -> list[int]:
    """Return the child processes of a process."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


def memory(pid: int) -> tuple[float, float]:
    """Return the megabytes of a process, with what it shares counted in full, and divided by how many share it."""
    lines = [line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    sizes = {line[0]: int(line[1]) / 1024 for line in lines if line[-1] == "kB"}
    return sizes["Rss:"], sizes["Pss:"]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def wait_for(port: int, path: str) -> None:
    """Wait until the page comes.

    Raises:
        RuntimeError: if it has not within 20 seconds.
    """
    for _ in range(2000):
        try:
            if get(port, path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError(f"Nothing answered at port {port}.")


def environment_of(folder: Path) -> dict[str, str]:
    """Return the environment of the site in `folder`: never the database that this machine's own site may use.

    It starts from compiled files, as an installed site and the image do, wherever this machine has its own or has none.
    """
    own = {
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "ALLOWED_HOSTS": HOST,
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
    }
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**given, "DJANGO_SETTINGS_MODULE": "clinic_site.settings", "DJANGO_ENV": "development", **own}


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)
