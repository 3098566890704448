"""Public pages that should be looked at again, and why, the most urgent first."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from content.models import Article, Citation, OutsideLink
from content.models.review import due_by

DUE_SOON = timedelta(days=60)
OLD_SOURCES = 5  # years since the newest one: a rule of thumb of ours, which asks for a look and not for a change


def stale(today: date) -> QuerySet[Article]:
    """Return the public articles with a reason to look at them, by urgency: broken links, reviews, and sources last.

    Each has `broken_links` and `newest_source`, the year of the newest of its dated sources.
    """
    broken = OutsideLink.objects.broken().filter(articles=OuterRef("pk")).order_by().values("articles")
    newest = Citation.objects.filter(article=OuterRef("pk")).order_by().values("article")
    old = Q(newest_source__lt=today.year - OLD_SOURCES)
    reasons = (
        (Q(broken_links__gt=0), 1),
        (due_by(today - timedelta(days=1)), 2),
        (Q(changed_since_review__isnull=False), 3),
        (Q(last_reviewed=None), 4),
        (due_by(today + DUE_SOON), 5),
        (old, 6),
    )
    return (
        Article.objects.published()
        .select_related("section")
        .defer("body", "urgent_help")
        .annotate(
            broken_links=Coalesce(Subquery(broken.annotate(number=Count("pk")).values("number")), 0),
            newest_source=Subquery(newest.annotate(year=Max("source__year")).values("year")),
        )
        .annotate(urgency=Case(*(When(rule, then=Value(place)) for rule, place in reasons), output_field=IntegerField()))
        .exclude(urgency=None)
        .order_by("urgency", F("next_review_due").asc(nulls_last=True), "publish_at", "pk")
    )


def reasons(article: Article, today: date) -> Iterator[str]:
    """Yield in words why an article from `stale()` is in that list."""
    broken, newest = article.broken_links, article.newest_source  # type: ignore[attr-defined]
    if broken:
        yield f"{broken} broken link{'' if broken == 1 else 's'} to other sites"
    if article.last_reviewed is None:
        yield "never reviewed by a clinician"
    if article.changed_since_review:
        yield f"changed on {article.changed_since_review:%-d %B %Y}, after its last review"
    due = article.review_due
    if due and due < today:
        yield f"review overdue since {due:%-d %B %Y}"
    elif due and due <= today + DUE_SOON:
        yield f"review due on {due:%-d %B %Y}"
    if newest and newest < today.year - OLD_SOURCES:
        yield f"its newest source is from {newest}"
