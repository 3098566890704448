"""The Atom feed and the sitemap."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from content.models import Article, ClinicDetails, Section
from content.models.article import ArticleQuerySet
from content.richtext import CONTROLS


class ArticleFeed(Feed):
    """New and changed articles, newest first."""

    feed_type = Atom1Feed
    title = "Articles"
    subtitle = "Plain, sourced information on ketamine dependence, therapy and what comes after."
    link = reverse_lazy("content:home")

    def items(self) -> QuerySet[Article]:
        return Article.objects.listed().select_related("section").order_by("-updated_at")[:20]

    def author_name(self) -> str:
        """Return whose feed it is. Atom requires an author (RFC 4287, section 4.1.1)."""
        return _plain(ClinicDetails.load().clinic_name)

    def item_title(self, item: Article) -> str:
        return _plain(item.title)

    def item_description(self, item: Article) -> str:
        return _plain(item.summary)

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Article) -> datetime:
        return item.updated_at


def _plain(words: str) -> str:
    """Return words without the signs that XML cannot hold, such as a slide's line break that was pasted into a title."""
    return CONTROLS.sub(" ", words)


class _Parts(Paginator):
    """Counts along the keys alone, and reads what the articles show for the part that is asked for."""

    object_list: ArticleQuerySet

    def page(self, number: int | str) -> Page:
        page = super().page(number)
        rows = self.object_list.part(page.start_index() - 1, page.end_index())
        page.object_list = rows.with_change().select_related("section").defer("body", "urgent_help")
        return page


class ArticleSitemap(Sitemap):
    """Every published article and standing page, with the time at which what it shows last changed."""

    limit = 2000  # of the 50,000 that the protocol allows, so that a part takes a moment even of a very large site

    def items(self) -> ArticleQuerySet:
        return Article.objects.published().order_by("pk")

    @property
    def paginator(self) -> Paginator:
        return _Parts(self.items(), self.limit)

    def get_latest_lastmod(self) -> None:
        """Give the parts no date: it would be the latest of all articles, and finding it reads the history of each."""

    def lastmod(self, item: Article) -> datetime:
        return item.changed_at


class SectionSitemap(Sitemap):
    """Every listed section."""

    def items(self) -> QuerySet[Section]:
        return Section.objects.listed()


class PageSitemap(Sitemap):
    """The pages that are neither article nor section."""

    def items(self) -> list[str]:
        return ["content:home", "content:compare", "content:glossary", "content:contact"]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {"articles": ArticleSitemap, "sections": SectionSitemap, "pages": PageSitemap}
