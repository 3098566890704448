"""The public page of an article: its row and its parts come in three queries, and what was rendered is used again."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any

from django.db.models import F, QuerySet, SlugField
from django.utils import timezone

from content.models import Article, ChangeNote, Citation, Faq, Picture, Source, SupportLine
from content.page import ArticlePage
from content.prepared import NOW, Prepared, Row, Slot
from content.site import Site, site_at, site_with
from content.version import Version, version_columns, version_of

CARD_FIELDS = ("section", "slug", "title", "short_title", "summary", "order", "drawing")
MAX_KEPT = 64  # pages; some 100 KB each at most


def _asks(**where: object) -> Prepared:
    return Prepared(lambda: Article.objects.public_by(NOW).filter(**where).values_list("pk", *version_columns())[:1])


SLUG = Slot("slug", SlugField())
IN_SECTION = _asks(section__standing=False, section__slug=Slot("section", SlugField()), slug=SLUG)
STANDING = _asks(section__standing=True, slug=SLUG)

_kept: OrderedDict[tuple[int, Version], ArticlePage] = OrderedDict()
_lock = Lock()


def article_page(section: str, slug: str) -> tuple[ArticlePage, Site] | None:
    """Return the page of the article at this address, with the site that it belongs to; none if the public may see none."""
    return _page(IN_SECTION.first(section=section, slug=slug, now=timezone.now()))


def standing_page(slug: str) -> tuple[ArticlePage, Site] | None:
    """Return the standing page of this name as `article_page()` does an article's."""
    return _page(STANDING.first(slug=slug, now=timezone.now()))


def _page(found: Row | None) -> tuple[ArticlePage, Site] | None:
    """Return the page that a query found.

    That query asked which article it is now, and for the version of the content. A page of the same version is the same
    page, so this process keeps the last ones that it made. After a change two more queries bring what the page shows.
    """
    if found is None:
        return None
    pk, token, published = found
    key = (pk, version_of(token, published))
    page = _recall(key)
    return (page, site_at(key[1].token)) if page else _make(key)


def _recall(key: tuple[int, Version]) -> ArticlePage | None:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _make(key: tuple[int, Version]) -> tuple[ArticlePage, Site] | None:
    pk, version = key
    article = Article.objects.published().with_change().select_related("section", "picture", "profile").filter(pk=pk).first()
    if article is None:  # taken back between the two queries
        return None
    site, pictures = bring_parts(article, version.token)
    page = ArticlePage(article, site.clinic, site.terms, pictures)
    if version.token:
        with _lock:
            _kept[key] = page
            if len(_kept) > MAX_KEPT:
                _kept.popitem(last=False)
    return page, site


def bring_parts(article: Article, token: str) -> tuple[Site, list[Picture]]:
    """Put the article's questions, citations, change notes, related articles and support lines where `with_page()` puts them.

    Return the site, and the pictures of its body, which have no such place. It all takes one query.
    """
    site, parts = site_with(token, **_parts_of(article))
    _keep(article, "faqs", sorted(parts["faqs"], key=lambda faq: (faq.order, faq.pk)))
    sources = sorted(parts["sources"], key=lambda source: (source.place, source.citation))
    _keep(article, "citations", [Citation(article=article, source=source, order=source.place) for source in sources])
    _keep(article, "change_notes", sorted(parts["notes"], key=lambda note: (note.day, note.pk), reverse=True))
    _keep(article, "support_lines", sorted(parts["own_lines"], key=lambda line: (line.order, line.name)))
    article.related_published = _in_order(parts["related"], site)  # type: ignore[attr-defined]
    return site, parts["pictures"]


def _parts_of(article: Article) -> dict[str, QuerySet[Any]]:
    related = Article.related.through.objects.filter(from_article=article)
    lines = Article.support_lines.through.objects.filter(article=article)
    return {
        "faqs": Faq.objects.filter(article=article),
        "sources": Source.objects.filter(citations__article=article).annotate(
            citation=F("citations__pk"), place=F("citations__order")
        ),
        "related": Article.objects.listed().filter(pk__in=related.values("to_article")).only(*CARD_FIELDS),
        "notes": ChangeNote.objects.newest_of(article),
        "own_lines": SupportLine.objects.filter(pk__in=lines.values("supportline")),
        "pictures": Picture.objects.shown_in(article.body),
    }


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
