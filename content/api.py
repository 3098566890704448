"""The read-only content API: published articles as JSON, for whoever wants to show them elsewhere."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from content.models import Article
from content.openapi import description
from content.page import ArticlePage, CitedSource
from content.paging import page_number
from content.site import site, site_root

PAGE_SIZE = 50


@require_safe
def articles(request: HttpRequest) -> JsonResponse:
    """List the published articles, a page at a time."""
    found = Article.objects.listed().with_change().select_related("section").defer("body", "urgent_help")
    pages = Paginator(found, PAGE_SIZE)
    number = page_number(request.GET.get("page", "1"))
    if not 1 <= number <= pages.num_pages:
        raise Http404
    page = pages.page(number)
    here = site_root(request) + request.path
    clinic = site(request).clinic
    return _json(
        {
            "count": pages.count,
            "previous": f"{here}?page={page.previous_page_number()}" if page.has_previous() else None,
            "next": f"{here}?page={page.next_page_number()}" if page.has_next() else None,
            "articles": [_outline(request, article, clinic.clinic_name) for article in page],
        }
    )


@require_safe
def article(request: HttpRequest, section: str, slug: str) -> JsonResponse:
    """Give one published article whole, with its sources, as its page shows it."""
    found = Article.objects.listed().with_page().filter(section__slug=section, slug=slug).first()
    if found is None:
        raise Http404
    clinic = site(request).clinic
    page = ArticlePage(found, clinic, explain=False)
    return _json(
        {
            **_outline(request, found, clinic.clinic_name),
            "body": page.body,
            "urgent_help": page.urgent_help,
            "profile": {name: {"label": label, "text": text} for name, label, text in page.profile},
            "questions": [{"question": question, "answer": answer} for question, answer in page.faqs],
            "sources": [_source(cited) for cited in page.sources],
            "related": [site_root(request) + _address(related) for related in page.related],
        }
    )


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """Describe the API in OpenAPI 3.1."""
    return _json(description(site_root(request), site(request).clinic.clinic_name))


def _outline(request: HttpRequest, article: Article, clinic_name: str) -> dict[str, Any]:
    root = site_root(request)
    return {
        "api": root + _address(article),
        "url": root + article.get_absolute_url(),
        "section": article.section.slug,
        "slug": article.slug,
        "title": article.title,
        "summary": article.summary,
        "language": "en-GB",
        "published": article.publish_at and article.publish_at.isoformat(),
        "modified": article.changed_at.isoformat(),
        "review": _review(article),
        "licence": {"holder": clinic_name, "url": settings.CONTENT_LICENCE},
    }


def _review(article: Article) -> dict[str, Any]:
    """Return what is known of the clinical review; `reviewed` is false until a clinician has read the page as it is now."""
    return {
        "reviewed": article.last_reviewed is not None and article.changed_since_review is None,
        "last_reviewed": article.last_reviewed and article.last_reviewed.isoformat(),
        "next_review_due": article.review_due and article.review_due.isoformat(),
        "reviewed_by": article.reviewer_role if article.last_reviewed else None,
    }


def _source(cited: CitedSource) -> dict[str, Any]:
    source = cited.source
    return {
        "number": cited.number,
        "publisher": source.publisher,
        "authors": source.authors or None,
        "title": source.title,
        "year": source.year,
        "url": source.url or None,
    }


def _address(article: Article) -> str:
    return reverse("content:api_article", args=[article.section.slug, article.slug])


def _json(data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})
