"""When a clinician is due to read a page again, and whether it still says what one approved."""

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from content.models.article import Article

LONGEST = 12  # months from one review to the next
#: The words of an article's own fields. Its questions and its profile are words too, and are compared where they are saved.
WORDS = ("title", "short_title", "summary", "body", "urgent_help")


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_by(day: date) -> Q:
    """Return the condition for articles whose review is due by `day`: a year after the last one if no other is given."""
    last = months_after(day, -LONGEST)
    while months_after(last + timedelta(days=1), LONGEST) <= day:  # a year after 29 February is the 28th, as of the day before
        last += timedelta(days=1)
    return Q(next_review_due__lte=day) | Q(next_review_due=None, last_reviewed__lte=last)


def changed_since_review(article: "Article", stored: "Article") -> date | None:
    """Return the day on which the words of a reviewed article last changed without a new review, if they have.

    `stored` is the article as the database has it, before `article` is saved.
    """
    since = stored.changed_since_review
    if article.last_reviewed is None:
        return None
    is_new = article.last_reviewed != stored.last_reviewed
    differ = any(getattr(article, name) != getattr(stored, name) for name in WORDS)
    if differ and (not is_new or article.last_reviewed < timezone.localdate()):
        return timezone.localdate()  # what is written today was read by nobody on an earlier day
    if is_new:
        return since if since and article.last_reviewed < since else None
    return since
