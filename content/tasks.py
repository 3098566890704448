"""What needs doing on the website, for the first page of the admin."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from content.models import Article, ClinicDetails, OutsideLink, SupportLine
from content.models.review import due_by
from content.stale import stale
from staff.tasks import Task

if TYPE_CHECKING:
    from staff.models import User

REVIEW_NOTICE = timedelta(days=30)
LINES_CHECKED_EVERY = timedelta(days=90)


def tasks_for(user: "User | AnonymousUser") -> list[Task]:
    """Return what waits for `user`, as far as their roles let them do it."""
    if not user.has_perm("content.view_article"):
        return []
    return [task for task in _tasks(user) if task.count]


def _tasks(user: "User | AnonymousUser") -> Iterator[Task]:
    articles = reverse("admin:content_article_changelist")
    waiting = Article.objects.filter(state=Article.State.IN_REVIEW)
    if user.has_perm("content.publish_article"):
        yield Task("waiting for a reviewer", f"{articles}?state__exact=in_review", waiting.count())
    drafts = Article.objects.filter(state=Article.State.DRAFT)
    yield Task("still in draft", f"{articles}?state__exact=draft", drafts.count())
    if user.has_perm("content.review_article"):
        published = Article.objects.published()
        yield Task(
            "public without a clinician's review",
            f"{articles}?state__exact=published&review=never",
            published.filter(last_reviewed=None).count(),
        )
        soon = timezone.localdate() + REVIEW_NOTICE
        yield Task(
            "due for review within 30 days, or overdue",
            f"{articles}?state__exact=published&review=due",
            published.filter(due_by(soon)).count(),
        )
    again = stale(timezone.localdate()).count()
    one = "public page to look at again"
    yield Task("public pages to look at again", reverse("admin:content_article_stale"), again, one=one)
    if user.has_perm("content.view_outsidelink"):
        broken = f"{reverse('admin:content_outsidelink_changelist')}?result=broken"
        links = OutsideLink.objects.broken().count()
        yield Task("broken links to other sites", broken, links, one="broken link to another site")
    if user.has_perm("content.change_supportline"):
        old = timezone.localdate() - LINES_CHECKED_EVERY
        lines = SupportLine.objects.filter(Q(last_checked=None) | Q(last_checked__lt=old))
        unchecked, where = "not checked in the last 90 days", reverse("admin:content_supportline_changelist")
        yield Task(f"support lines {unchecked}", where, lines.count(), one=f"support line {unchecked}")
    if user.has_perm("content.change_clinicdetails"):
        missing, where = ClinicDetails.load().missing(), reverse("admin:content_clinicdetails_changelist")
        yield Task("clinic details still missing", where, len(missing), one="clinic detail still missing")
