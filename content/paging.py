"""Long lists, a page at a time, each page at an address of its own."""

from dataclasses import dataclass
from urllib.parse import urlencode

PAGE_SIZE = 20
MOST_DIGITS = 10  # of a number in an address: more than any list has pages, and few enough to be read at once


def page_number(asked: str) -> int:
    """Return the number of a page as an address has it; 0, which no page has, for anything else."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < MOST_DIGITS else 0


@dataclass(frozen=True)
class Pager:
    """Where a reader is in a list: the number of the page, of how many, and the query of the address that it has."""

    number: int
    pages: int
    query: str = ""  # what was searched for
    exactly: bool = False  # and not what may have been meant

    @classmethod
    def at(cls, asked: str, total: int, query: str = "", *, exactly: bool = False) -> "Pager | None":
        """Return the pager for the page that an address asks for, or None where the list has no such page."""
        pages = max(1, -(-total // PAGE_SIZE))
        number = page_number(asked)
        return cls(number, pages, query, exactly) if 1 <= number <= pages else None

    @property
    def offset(self) -> int:
        """How many items come before this page."""
        return (self.number - 1) * PAGE_SIZE

    @property
    def here(self) -> str:
        """The query of this page's own address, with its question mark."""
        return self._address(self.number)

    @property
    def previous(self) -> str | None:
        """The query of the page before, which is empty for the first page; None where there is none."""
        return self._address(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The query of the page after; None where there is none."""
        return self._address(self.number + 1) if self.number < self.pages else None

    def _address(self, number: int) -> str:
        parts = {"q": self.query, "exactly": "1" if self.exactly else "", "page": str(number) if number > 1 else ""}
        known = urlencode({name: value for name, value in parts.items() if value})
        return f"?{known}" if known else ""
