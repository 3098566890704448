"""How pages are read, for editors: the page about the whole site, and what an article's own page in the admin shows."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from content.models import Article, OutsideLink, PageCount
from content.reading import DAYS, Reading, of_article, shown

MOST_READ = 20


@admin.register(PageCount)
class PageCountAdmin(admin.ModelAdmin):
    """Charts in place of the list of rows, which nobody needs, and which would tell few from fewer."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PageCount | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PageCount | None = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show no row by itself."""
        raise PermissionDenied

    history_view = change_view

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        rows = PageCount.objects.by_path(today - timedelta(days=DAYS - 1))[:MOST_READ]
        context = {
            **self.admin_site.each_context(request),
            "title": "How pages are read",
            "opts": self.opts,
            "charts": Reading(today).charts,
            "most_read": [(row["path"], shown(row["sum"], exact=False)) for row in rows],
            "counts": settings.PAGE_COUNTS,
        }
        return TemplateResponse(request, "admin/content/pagecount/change_list.html", context)


def health_of(request: HttpRequest, article: Article | None) -> dict[str, Any]:
    """Return what an article's page in the admin shows of its links and its readers, to somebody who may see it."""
    if article is None:
        return {}
    found: dict[str, Any] = {}
    if request.user.has_perm("content.view_outsidelink"):
        found["broken_links"] = OutsideLink.objects.broken().filter(articles=article.revises_id or article.pk)
    if request.user.has_perm("content.view_pagecount") and settings.PAGE_COUNTS and article.was_public:
        found["charts"] = of_article(article, timezone.localdate()).charts
    return found
