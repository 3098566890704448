"""The public pages."""

from functools import partial
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from content import share_picture, structured_data
from content.crisis import speaks_of_danger
from content.engines import CEILING
from content.models import Article, Redirect, TherapyProfile
from content.page import ArticlePage
from content.paging import PAGE_SIZE, Pager
from content.parts import article_page, standing_page
from content.pointers import fixed_page, glossary_names, glossary_terms, our_words
from content.render import Renderer
from content.search import search
from content.site import Site, site, site_root, use_site
from content.suggest import MOST, suggest


class Home(TemplateView):
    """The front page."""

    template_name = "content/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        moved = Redirect.objects.filter(article=OuterRef("pk")).order_by("created_at", "pk")
        found = Article.objects.listed().therapies().annotate(first_address=Subquery(moved.values("old_path")[:1]))
        therapies = list(found.select_related("section")[:PAGE_SIZE])
        offered = {address for article in therapies for address in (article.get_absolute_url(), article.first_address)}
        clinic = structured_data.clinic(site_root(self.request), site(self.request).clinic)
        return super().get_context_data(
            therapies=therapies, offered=offered, structured_data=structured_data.script(clinic), **kwargs
        )


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a section, or the standing page of that name. A section of therapies leads to their comparison."""
    standing = standing_page(slug)
    if standing:
        return _public_page(request, *standing)
    found = next((section for section in site(request).listed if section.slug == slug), None)
    if found is None:
        return moved_or_missing(request)
    articles = Article.objects.on_shelf(found)
    pager = Pager.at(request.GET.get("page", "1"), articles.count())
    if pager is None:
        raise Http404
    profile = TherapyProfile.objects.filter(article=OuterRef("pk"))
    part = articles.part(pager.offset, pager.offset + PAGE_SIZE).annotate(is_therapy=Exists(profile))
    shown = list(part.select_related("section", "picture").defer("body", "urgent_help"))
    introduction = Renderer(facts=site(request).clinic.facts()).text(found.introduction)
    context = {
        "section": found,
        "articles": shown,
        "pager": pager,
        "page_query": pager.here,
        "introduction": introduction,
        "structured_data": structured_data.section_data(site_root(request), found),
    }
    holds_therapies = any(article.is_therapy for article in shown)
    return render(request, "content/section_therapies.html" if holds_therapies else "content/section.html", context)


@require_safe
def article(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """Show a published article."""
    found = article_page(section, slug)
    return _public_page(request, *found) if found else moved_or_missing(request)


def _public_page(request: HttpRequest, page: ArticlePage, current: Site) -> HttpResponse:
    use_site(request, current)
    context: dict[str, Any] = {
        "structured_data": partial(structured_data.article_data, site_root(request), page, current.clinic)
    }
    if not page.article.section.standing:
        context["share_picture"] = partial(share_picture.address_of, page.article, current.clinic.clinic_name)
    return _page_response(request, page, context)


def article_preview(request: HttpRequest, article: Article) -> HttpResponse:
    """Return the page of `article` from `with_page()`, published or not, to somebody who may see it."""
    return _page_response(request, ArticlePage(article, site(request).clinic, site(request).terms), {"preview": True})


def _page_response(request: HttpRequest, page: ArticlePage, context: dict[str, Any]) -> HttpResponse:
    article = page.article
    context = {"article": article, "page": page, "lines": site(request).lines, **context}
    return render(request, "content/standing_page.html" if article.section.standing else "content/article.html", context)


def moved_or_missing(request: HttpRequest) -> HttpResponse:
    """Redirect an address that has moved to where it leads now.

    Raises:
        Http404: if nothing public ever answered to it, or what did is not published any more.
    """
    moved = Redirect.objects.select_related("article__section", "section").filter(old_path=request.path).first()
    target = (moved.article or moved.section) if moved else None
    if target is None or not target.is_public:
        raise Http404
    return HttpResponsePermanentRedirect(target.get_absolute_url())


class Compare(TemplateView):
    """The therapies side by side, built from their profiles. `?show=` names the ones to show."""

    template_name = "content/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        articles = Article.objects.listed().therapies().select_related("section", "profile")
        chosen = set(self.request.GET.getlist("show"))
        shown = [a for a in articles if a.slug in chosen] or list(articles)
        renderer = Renderer()
        rows = [
            (field.verbose_name, [(article, renderer.plain(getattr(article.profile, field.name))) for article in shown])
            for field in TherapyProfile.profile_fields()
        ]
        return super().get_context_data(articles=articles, shown=shown, rows=rows, **kwargs)


class Glossary(TemplateView):
    """Every term, by first letter."""

    template_name = "content/glossary.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        terms = sorted(site(self.request).terms, key=lambda term: term.term.lower())
        letters = [(letter, list(group)) for letter, group in groupby(terms, key=lambda term: term.term[0].upper())]
        return super().get_context_data(letters=letters, **kwargs)


class Search(TemplateView):
    """The results of a search. What was searched for is not logged."""

    template_name = "content/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.get("q", "")
        asked = self.request.GET.get("page", "1")
        start = Pager.at(asked, CEILING)
        names = glossary_names(site(self.request).terms)
        exactly = "exactly" in self.request.GET
        offset = start.offset if start else 0
        found = search(query, limit=PAGE_SIZE, offset=offset, names=our_words(names), exactly=exactly)
        pager = Pager.at(asked, found.total, query[:200], exactly=exactly)
        if pager is None:  # an old address of a list that has become shorter
            raise Http404
        pointers = {"terms": glossary_terms(found.looked_for, names), "fixed_page": fixed_page(found.looked_for)}
        return super().get_context_data(query=query[:200], found=found, pager=pager, **pointers, **kwargs)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Answer the search box while somebody types. Neither the device nor anything between keeps the answer."""
    query = request.GET.get("q", "")
    rows = [{"title": a.title, "section": a.section.menu_title, "url": a.get_absolute_url()} for a in suggest(query)]
    if speaks_of_danger(query):
        address = reverse("content:section", args=["urgent-help"])
        urgent = {"title": "Urgent help", "section": "Call 999 or 111, or talk to someone", "url": address}
        rows = [urgent, *(row for row in rows if row["url"] != address)][:MOST]
    return JsonResponse({"suggestions": rows}, headers={"Cache-Control": "no-store"})


class Contact(TemplateView):
    """How to reach the clinic, as far as it has said so, and who else can help."""

    template_name = "content/contact.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        root = site_root(self.request)
        data = structured_data.script(
            structured_data.breadcrumbs(root, ("Contact", self.request.path)),
            structured_data.clinic(root, site(self.request).clinic, shown=("address", "phone", "email")),
        )
        return super().get_context_data(lines=site(self.request).lines, structured_data=data, **kwargs)
