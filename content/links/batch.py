"""What the background worker does about links to other sites, a little at a time: it has mails to send as well."""

import logging
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.conf import settings

from content.links.visit import Verdict, Visitor
from content.models import OutsideLink

MOST = 10  # links a batch
LONGEST = 30.0  # seconds after which a batch starts no further link
LOOKED_AT = 500  # rows that are due, among which a batch looks for different hosts
ENOUGH = 3  # failures without any answer that tell of our own network, if nothing else came of the batch

logger = logging.getLogger(__name__)


def check_due(visitor: Visitor | None = None, clock: Callable[[], float] = time.monotonic) -> int:
    """Check the links whose time has come, at most one of each host, and return how many got a verdict.

    The next link to the same host waits for the next batch. Nothing is asked while LINK_CHECKS is off.
    """
    if not settings.LINK_CHECKS:
        return 0
    visitor, start = visitor or Visitor(), clock()
    found: list[tuple[OutsideLink, Verdict]] = []
    for link in _one_a_host():
        if clock() - start > LONGEST:
            break
        if link.claim():
            found.append((link, visitor.visit(link.address)))
    if len(found) >= ENOUGH and not any(verdict.reached for _, verdict in found):
        logger.warning("No other site answers this server, so no link is called broken. Links are tried again in an hour.")
        return 0
    for link, verdict in found:
        link.note(verdict.outcome, verdict.words, verdict.moved_to)
    return len(found)


def _one_a_host() -> Iterator[OutsideLink]:
    hosts: set[str] = set()
    for link in OutsideLink.objects.due()[:LOOKED_AT]:
        host = urlsplit(link.address).netloc
        if host not in hosts and len(hosts) < MOST:
            hosts.add(host)
            yield link
