"""How articles stand with the clinician, in the list and after saving."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from content.models import Article
from content.models.review import due_by
from content.tasks import REVIEW_NOTICE

CHANGED_SINCE_REVIEW = (
    "What this article says has changed since its last review, and its page says so. When a reviewer has read it as it is now,"
    " they set “Last reviewed” to that day."
)


class ReviewFilter(admin.SimpleListFilter):
    """Public articles by how they stand with the clinician."""

    title = "clinical review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("never", "Never reviewed"),
            ("changed", "Changed since its review"),
            ("due", "Due within 30 days, or overdue"),
            ("current", "Current"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        soon = timezone.localdate() + REVIEW_NOTICE
        if self.value() == "never":
            return queryset.filter(last_reviewed=None)
        if self.value() == "changed":
            return queryset.filter(changed_since_review__isnull=False)
        if self.value() == "due":
            return queryset.filter(due_by(soon))
        if self.value() == "current":
            return queryset.filter(~due_by(soon), last_reviewed__isnull=False, changed_since_review=None)
        return queryset


def standing(article: Article) -> str:
    """Return in a few words how an article stands with the clinician."""
    due = article.review_due
    if article.last_reviewed is None:
        return "never"
    if article.changed_since_review:
        return f"changed since, on {article.changed_since_review:%d %B %Y}"
    if due and due <= timezone.localdate():
        return f"overdue since {due:%d %B %Y}"
    return f"until {due:%d %B %Y}" if article.next_review_due else "done"
