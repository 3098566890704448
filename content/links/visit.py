"""Judges whether an address on another site works, as politely as a program can."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from content.links.outward import AGENT, Answer, Outward, Refused
from content.models import OutsideLink

Outcome = OutsideLink.Outcome
PAUSE = 1.0  # seconds between two questions to one host
MOST_HOPS = 5
PATIENCE = 30.0  # seconds for all questions about one address: the worker has other work, and is stopped after two minutes
MOVED_FOR_GOOD = {301, 308}
MOVED = MOVED_FOR_GOOD | {302, 303, 307}
GONE = {404, 410}
BUSY = {429, 503}
#: What sites answer to programs, and often not to people: sign in, no, not in your country, and a number of their own making.
SHY = {401, 403, 407, 451, 999}


class Verdict(NamedTuple):
    """What came of a check. `reached` is false if nothing answered at all, for which our own network may be to blame."""

    outcome: Outcome
    words: str = ""
    moved_to: str = ""
    reached: bool = True


class Visitor:
    """Visits addresses one after the other. It remembers whom it has asked, and what their robots.txt says."""

    def __init__(
        self,
        outward: Outward | None = None,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outward = outward or Outward()
        self._pause = pause
        self._clock = clock
        self._until = 0.0
        self._seen: set[str] = set()
        self._robots: dict[str, RobotFileParser] = {}

    def visit(self, address: str) -> Verdict:
        """Return whether the address works, and where it has moved to for good."""
        self._until = self._clock() + PATIENCE
        try:
            return self._follow(address)
        except Refused:
            return Verdict(Outcome.FAILS, "Leads into a private network, where no reader can go.")
        except ssl.SSLCertVerificationError:
            return Verdict(Outcome.FAILS, "Browsers warn of this site: its certificate is not sound.")
        except socket.gaierror:
            return Verdict(Outcome.FAILS, "There is no site of this name.", reached=False)
        except (OSError, http.client.HTTPException):
            return Verdict(Outcome.FAILS, "The site does not answer.", reached=False)
        except ValueError:
            return Verdict(Outcome.FAILS, "This is not a sound address.")

    def _follow(self, address: str) -> Verdict:
        moved_to, for_good = "", True
        for _ in range(MOST_HOPS):
            if urlsplit(address).scheme not in ("http", "https"):
                return Verdict(Outcome.FAILS, "Leads on to something that is no web page.")
            if not self._may_ask(address):
                return Verdict(Outcome.UNCLEAR, "The site asks programs to stay away. Open it yourself.", moved_to)
            answer = self._look(address)
            if answer.status not in MOVED or not answer.location:
                return judge(answer.status, moved_to)
            address = urldefrag(urljoin(address, answer.location)).url
            for_good = for_good and answer.status in MOVED_FOR_GOOD
            moved_to = address if for_good else moved_to
        return Verdict(Outcome.FAILS, "Leads round in circles.")

    def _look(self, address: str) -> Answer:
        """Ask whether a page is there; and for the page itself, if the site does not take that question."""
        answer = self._ask("HEAD", address)
        return answer if answer.status < 400 or answer.status in BUSY else self._ask("GET", address)

    def _ask(self, method: str, address: str) -> Answer:
        if self._clock() > self._until:
            raise TimeoutError
        host = urlsplit(address).netloc
        if host in self._seen:
            self._pause(PAUSE)
        self._seen.add(host)
        return self._outward.ask(method, address)

    def _may_ask(self, address: str) -> bool:
        """Whether the site's robots.txt lets us; a site that has none, or shows none, does."""
        origin = urljoin(address, "/")
        if origin not in self._robots:
            answer = self._ask("GET", urljoin(origin, "/robots.txt"))
            whole_lines = answer.body.decode(errors="replace").splitlines(keepends=True)
            rules = self._robots[origin] = RobotFileParser()
            rules.parse([line for line in whole_lines if line.endswith("\n")] if answer.status == 200 else [])
        return self._robots[origin].can_fetch(AGENT, address)


def judge(status: int, moved_to: str = "") -> Verdict:
    """Return what a status says of an address."""
    if status < 300:
        return Verdict(Outcome.WORKS, "", moved_to)
    if status in SHY:
        return Verdict(Outcome.UNCLEAR, f"The site does not answer programs ({status}). Open it yourself.", moved_to)
    if status in BUSY:
        return Verdict(Outcome.UNCLEAR, f"The site was busy ({status}).", moved_to)
    if status in GONE:
        return Verdict(Outcome.FAILS, f"There is no such page ({status}).")
    return Verdict(Outcome.FAILS, f"The site answers with an error ({status}).")
