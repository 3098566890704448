"""Keeps pages within a number of bytes, those last asked for; and lets one thread make a page while others wait for it."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Event, Lock

from clinic_site.pagecache.page import Page

LARGEST_SHARE = 8  # a page may take an eighth of the store, so that one cannot push out all others


class Flight:
    """A page that one thread is making. Others wait for it to land."""

    def __init__(self) -> None:
        self._landed = Event()
        self._page: Page | None = None

    def land(self, page: Page | None) -> None:
        """Give the page to those who wait; none if each must go by themselves."""
        self._page = page
        self._landed.set()

    def wait(self, seconds: float) -> Page | None:
        """Return the page, or none if it does not come in time or cannot be shared."""
        self._landed.wait(seconds)
        return self._page


class Store:
    """Pages by key, the least recently used dropped first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._flights: dict[Hashable, Flight] = {}
        self._lock = Lock()
        self.bytes = 0

    def get(self, key: Hashable) -> Page | None:
        """Return the page, of whatever version it is."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Page) -> None:
        """Keep the page, in place of what was there, unless it is too large."""
        with self._lock:
            self._drop(key)
            if page.size * LARGEST_SHARE > self._max_bytes:
                return
            self._pages[key] = page
            self.bytes += page.size
            while self.bytes > self._max_bytes:
                self._drop(next(iter(self._pages)))

    def drop(self, key: Hashable) -> None:
        """Forget a page."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        if (page := self._pages.pop(key, None)) is not None:
            self.bytes -= page.size

    def board(self, key: Hashable) -> tuple[Flight, bool]:
        """Return the flight of a page that is being made, and whether the caller is the one to make it."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Flight()
            return flight, True

    def arrive(self, key: Hashable, page: Page | None) -> None:
        """End the flight of `key`, whose maker calls this however it went."""
        with self._lock:
            flight = self._flights.pop(key)
        flight.land(page)
