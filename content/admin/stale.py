"""The list of public pages that should be looked at again."""

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from content.models import Article
from content.stale import OLD_SOURCES, reasons, stale

PAGE_SIZE = 100


def stale_list(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the pages, the most urgent first, each with its reasons."""
    if not request.user.has_perm("content.view_article"):
        raise PermissionDenied
    today = timezone.localdate()
    page = Paginator(stale(today), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": "Pages to look at again",
        "opts": Article._meta,
        "page": page,
        "rows": [(article, list(reasons(article, today))) for article in page],
        "old_sources": OLD_SOURCES,
    }
    return TemplateResponse(request, "admin/content/article/stale.html", context)
