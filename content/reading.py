"""How pages are read: which pages are counted, and the charts of it that editors see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.urls import Resolver404, resolve

from content.models import Article, PageCount

#: The pages of content. Nothing else is counted: no search, no enquiry, no page of staff, no feed.
COUNTED = {f"content:{name}" for name in ("home", "section", "article", "glossary", "compare", "contact")}
FEW = 5  # fewer than this many could point to one person, and are not told apart
KEPT_MONTHS = 13
DAYS = 30
MONTHS = 12


def is_counted(path: str) -> bool:
    """Whether this is the address of a page of content."""
    try:
        return resolve(path).view_name in COUNTED
    except Resolver404:
        return False


def erase_old_counts(today: date) -> int:
    """Erase what is older than 13 months, and return how many rows went."""
    return PageCount.objects.filter(day__lt=month_before(today, KEPT_MONTHS)).delete()[0]


def month_before(day: date, months: int) -> date:
    """Return the first day of the month that was so many months before that of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def shown(count: int, *, exact: bool = True) -> str:
    """Return a number as staff see it: few are not told apart, and sums come in fives so that no few days can be worked out."""
    if count < FEW:
        return "fewer than 5"
    return f"{count:,}" if exact else f"about {count // FEW * FEW:,}"


@dataclass(frozen=True)
class Bar:
    """A day or month of a chart. `height` is a share of 100; a day of few has the same low bar as a day of none."""

    label: str
    words: str
    height: int
    place: int

    @property
    def top(self) -> int:
        """Where the bar begins, counted from above as drawings are."""
        return 100 - self.height


@dataclass(frozen=True)
class Chart:
    """Numbers in a row, for the drawing and for the table beside it."""

    each: str  # what a bar stands for
    title: str
    bars: list[Bar]
    most: str

    @property
    def width(self) -> int:
        """The width of the drawing, in its own units: each bar has ten."""
        return 10 * len(self.bars)


class Reading:
    """The charts of some pages, or of the whole site: one query for all of them."""

    def __init__(self, today: date, paths: Iterable[str] | None = None) -> None:
        self._today = today
        self._first_month = month_before(today, MONTHS - 1)
        since = min(self._first_month, today - timedelta(days=DAYS - 1))
        self._counts = PageCount.objects.by_day(since, paths)

    @cached_property
    def charts(self) -> list[Chart]:
        """The chart of the last 30 days, and that of the last 12 months."""
        days = [self._today - timedelta(days=back) for back in reversed(range(DAYS))]
        months = [month_before(self._today, back) for back in reversed(range(MONTHS))]
        sums = dict.fromkeys(months, 0)
        for day, count in self._counts.items():
            if day >= self._first_month:
                sums[day.replace(day=1)] += count
        return [
            _chart("day", "The last 30 days", [(f"{day:%-d %B}", self._counts.get(day, 0)) for day in days]),
            _chart("month", "The last 12 months", [(f"{m:%B %Y}", count) for m, count in sums.items()], exact=False),
        ]


def _chart(name: str, title: str, counts: list[tuple[str, int]], *, exact: bool = True) -> Chart:
    most = max((count for _, count in counts), default=0)
    bars = [
        Bar(label, shown(count, exact=exact), max(2, round(100 * count / most)) if count >= FEW else 2, 10 * place)
        for place, (label, count) in enumerate(counts)
    ]
    return Chart(name, title, bars, shown(most, exact=exact))


def of_article(article: Article, today: date) -> Reading:
    """Return how an article was read, by its address now and those that it had."""
    return Reading(today, [article.get_absolute_url(), *article.redirects.values_list("old_path", flat=True)])
