"""The public page of an article: what hangs on it comes in one query, and what was rendered is used again."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any

from django.db.models import F

from content.models import Article, Citation, Faq, Picture, Source, SupportLine
from content.page import ArticlePage
from content.site import Site
from content.together import read_together
from content.version import Version, version_of

CARD_FIELDS = ("section", "slug", "title", "short_title", "summary", "order", "drawing")
MAX_KEPT = 64  # pages; some 100 KB each at most

_kept: OrderedDict[tuple[int, Version], ArticlePage] = OrderedDict()
_lock = Lock()


def public_page(article: Article, site: Site) -> ArticlePage:
    """Return the page of an article that came from `with_version()`; at most one query.

    A page of the same version of the content is the same page, so this process keeps the last ones that it made.
    """
    key = (article.pk, version_of(article.version_token, article.version_published))  # type: ignore[attr-defined]
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    pictures = bring_parts(article, site)
    page = ArticlePage(article, site.clinic, site.terms, pictures)
    if key[1].token:
        with _lock:
            _kept[key] = page
            if len(_kept) > MAX_KEPT:
                _kept.popitem(last=False)
    return page


def bring_parts(article: Article, site: Site) -> list[Picture]:
    """Put the article's questions, citations, related articles and support lines where `with_page()` puts them.

    Return the pictures of its body, which have no such place.
    """
    related = Article.related.through.objects.filter(from_article=article)
    lines = Article.support_lines.through.objects.filter(article=article)
    parts: dict[str, list[Any]] = read_together(
        faqs=Faq.objects.filter(article=article),
        sources=Source.objects.filter(citations__article=article).annotate(
            citation=F("citations__pk"), place=F("citations__order")
        ),
        related=Article.objects.listed().filter(pk__in=related.values("to_article")).only(*CARD_FIELDS),
        support_lines=SupportLine.objects.filter(pk__in=lines.values("supportline")),
        pictures=Picture.objects.shown_in(article.body),
    )
    _keep(article, "faqs", sorted(parts["faqs"], key=lambda faq: (faq.order, faq.pk)))
    sources = sorted(parts["sources"], key=lambda source: (source.place, source.citation))
    _keep(article, "citations", [Citation(article=article, source=source, order=source.place) for source in sources])
    _keep(article, "support_lines", sorted(parts["support_lines"], key=lambda line: (line.order, line.name)))
    article.related_published = _in_order(parts["related"], site)  # type: ignore[attr-defined]
    return parts["pictures"]


def _in_order(articles: list[Article], site: Site) -> list[Article]:
    sections = {section.pk: section for section in site.sections}
    for article in articles:
        article.section = sections[article.section_id]
    return sorted(articles, key=lambda article: (article.section.order, article.order, article.title))


def _keep(article: Article, name: str, rows: Iterable[Any]) -> None:
    """Let `article.<name>.all()` give these rows without a query, as after `prefetch_related`."""
    queryset = getattr(article, name).all()
    queryset._result_cache = list(rows)
    queryset._prefetch_done = True
    article.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset
