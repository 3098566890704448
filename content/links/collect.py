"""Finds the links to other sites on public pages, and keeps a row for each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Prefetch

from content.links.inward import links_in, own_path
from content.models import Article, Citation, Faq, OutsideLink, Section, SupportLine

LONGEST = 1000  # characters of an address; nobody writes a longer one
CHUNK = 500


@dataclass
class Use:
    """Where an address stands: the keys of articles, and anything else in words."""

    articles: set[int] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)


def collect() -> None:
    """Bring the rows in step with what is public now. What a check found of an address stays with it."""
    uses = _uses()
    with transaction.atomic():
        known = {link.address: link for link in OutsideLink.objects.all()}
        gone = [known.pop(address).pk for address in known.keys() - uses.keys()]
        OutsideLink.objects.filter(pk__in=gone).delete()
        new = [OutsideLink(address=address) for address in uses if address not in known]
        known |= {link.address: link for link in OutsideLink.objects.bulk_create(new)}
        for address, use in uses.items():
            known[address].elsewhere = ", ".join(sorted(use.elsewhere))[:200]
        OutsideLink.objects.bulk_update(known.values(), ["elsewhere"], CHUNK)
        _keep_articles({(known[address].pk, pk) for address, use in uses.items() for pk in use.articles})


def _keep_articles(wanted: set[tuple[int, int]]) -> None:
    through = OutsideLink.articles.through
    present = {(row.outsidelink_id, row.article_id): row.pk for row in through.objects.all()}
    through.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    through.objects.bulk_create(
        [through(outsidelink_id=link, article_id=article) for link, article in sorted(wanted - present.keys())]
    )


def _uses() -> dict[str, Use]:
    uses: dict[str, Use] = defaultdict(Use)
    for article in _articles():
        for address in _outside(_links_of(article)):
            uses[address].articles.add(article.pk)
    for words, links in _elsewhere():
        for address in _outside(links):
            uses[address].elsewhere.add(words)
    return uses


def _articles() -> Iterator[Article]:
    """Return the public articles with what may hold a link, some at a time."""
    parts = (
        Prefetch("faqs", Faq.objects.only("article_id", "answer")),
        Prefetch("citations", Citation.objects.select_related("source")),
        "support_lines",
    )
    return Article.objects.published().order_by().only("body", "urgent_help").prefetch_related(*parts).iterator(CHUNK)


def _links_of(article: Article) -> Iterator[str]:
    for markup in (article.body, article.urgent_help, *(faq.answer for faq in article.faqs.all())):
        yield from links_in(markup)
    yield from (citation.source.url for citation in article.citations.all())
    yield from (line.url for line in article.support_lines.all())


def _elsewhere() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield what is on pages that are no articles: the introductions of sections, and the lines that the contact page lists."""
    for section in Section.objects.listed():
        yield f"section: {section.title}", links_in(section.introduction)
    for line in SupportLine.objects.all():
        yield f"support line: {line.name}", [line.url]


def _outside(links: Iterable[str]) -> Iterator[str]:
    """Yield those of other sites, without the part of the page, which is never sent to them."""
    for link in links:
        address = link.partition("#")[0]
        if address.lower().startswith(("http://", "https://")) and len(address) <= LONGEST and own_path(address) is None:
            yield address
