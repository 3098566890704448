"""Asks a server for one page as often as it can answer. Only ever on this machine: any other host is refused."""

import asyncio
import re
import shutil
import subprocess
import time
from ipaddress import ip_address
from urllib.parse import urlsplit

CONNECTIONS = 16
WRK = shutil.which("wrk")


def require_loopback(url: str) -> None:
    """Refuse to load somebody's server.

    Raises:
        ValueError: if the host of `url` is not a loopback address. A name is refused too: it could lead anywhere.
    """
    if not ip_address(urlsplit(url).hostname or "").is_loopback:
        raise ValueError(f"Benchmarks load this machine only, not {url}.")


def requests_a_second(url: str, seconds: float, encoding: str = "br") -> float:
    """Return how many answers a second `url` gives at 16 connections, by wrk if it is installed.

    Raises:
        RuntimeError: if any answer was not a success.
    """
    require_loopback(url)
    return _by_wrk(url, seconds, encoding) if WRK else asyncio.run(_by_python(url, seconds, encoding))


def _by_wrk(url: str, seconds: float, encoding: str) -> float:
    host = f"Host: {urlsplit(url).hostname}"  # without the port, which would stand in the page and make it another
    command = [WRK or "", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-H", host, "-H", f"Accept-Encoding: {encoding}", url]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in shown:
        raise RuntimeError(shown)
    found = re.search(r"Requests/sec:\s+([\d.]+)", shown)
    return float(found[1]) if found else 0.0


async def _by_python(url: str, seconds: float, encoding: str) -> float:
    parts = urlsplit(url)
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.hostname}\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()
    end = time.perf_counter() + seconds
    visitors = [_visit(parts.hostname or "", parts.port or 80, request, end) for _ in range(CONNECTIONS)]
    return sum(await asyncio.gather(*visitors)) / seconds


async def _visit(host: str, port: int, request: bytes, end: float) -> int:
    """Ask again and again by one connection, which is opened anew when the server closes it; return the answers."""
    count = 0
    while time.perf_counter() < end:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            while time.perf_counter() < end:
                writer.write(request)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                if not head.startswith(b"http/1.1 200"):
                    raise RuntimeError(head.decode())
                await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
                count += 1
                if b"connection: close" in head:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
    return count
