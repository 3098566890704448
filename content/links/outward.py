"""Asks other sites for one page at a time, and only sites that any reader could reach.

An editor types the addresses, so that without this care they could make the server ask inside its own network.
"""

import http.client
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Network, ip_address
from threading import Timer
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

SILENCE = 6.0  # seconds between two signs of life of the other site
LONGEST = 10.0  # seconds for one question, however slowly the answer drips
LARGEST = 8 * 1024  # bytes of an answer that are read
MOST_ADDRESSES = 2  # of a host with many
AGENT = "AcquiesceLinkCheck"
UNICAST = IPv6Network("2000::/3")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Refused(Exception):
    """The address leads to this machine or into a private network, where no reader can go."""


class Answer(NamedTuple):
    """What a site answered: the status, where it sends us, and the beginning of the page."""

    status: int
    location: str
    body: bytes


def is_public(address: str) -> bool:
    """Whether everybody on the internet reaches the same machine at this IP address. What hides another address does not."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    return ip in UNICAST and ip.is_global and ip.sixtofour is None and ip.teredo is None


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class Outward:
    """Asks, by connections that go to the very address that was looked at, so that no second answer of DNS can change it."""

    def __init__(self, allowed: Callable[[str], bool] = is_public, resolve: Callable[[str, int], list[str]] = resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._tls = ssl.create_default_context()

    def ask(self, method: str, url: str) -> Answer:
        """Ask for a page, without following where it sends us.

        Raises:
            Refused: if any address of the host is not public.
            OSError, http.client.HTTPException, ValueError: if no answer comes of it.
        """
        parts = urlsplit(iri_to_uri(url))
        connection = self._connect(parts)
        cut = Timer(LONGEST, _cut, [connection.sock])
        cut.start()
        try:
            target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            connection.request(method, target, headers={"User-Agent": agent(), "Accept": "*/*", "Connection": "close"})
            response = connection.getresponse()
            return Answer(response.status, _text(response.headers.get("Location", "")), response.read(LARGEST))
        finally:
            cut.cancel()
            connection.close()

    def _connect(self, parts: SplitResult) -> http.client.HTTPConnection:
        secure, host = parts.scheme == "https", parts.hostname or ""
        port = parts.port or (443 if secure else 80)
        addresses = self._resolve(host, port)
        if not addresses or not all(map(self._allowed, addresses)):
            raise Refused
        connection = (
            http.client.HTTPSConnection(host, port, context=self._tls) if secure else http.client.HTTPConnection(host, port)
        )
        line = _open(addresses[:MOST_ADDRESSES], port)
        try:
            connection.sock = self._tls.wrap_socket(line, server_hostname=host) if secure else line
        except BaseException:
            line.close()
            raise
        return connection


def agent() -> str:
    """Return the name under which we ask: who we are, and where to read about us."""
    return f"{AGENT}/1.0 (checks the links on {urlsplit(settings.SITE_URL).netloc}; +{settings.SITE_URL}/)"


def _text(header: str) -> str:
    """Return a header as browsers read it: http.client takes every byte for a letter of its own.

    Control characters are left out, since PostgreSQL keeps no text with a NUL.
    """
    return CONTROL.sub("", header.encode("latin-1", "replace").decode(errors="replace"))


def _open(addresses: list[str], port: int) -> socket.socket:
    """Return a connection to the first of these addresses that takes one."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), SILENCE)
    return socket.create_connection((addresses[-1], port), SILENCE)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
