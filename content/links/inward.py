"""Links from one page of this site to another: whether they lead to what the public sees."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from html import unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from content import views
from content.models import Article, ClinicDetails, GlossaryTerm, Redirect, Section
from content.render import PAGE_IDS, Renderer

#: Rich text is cleaned on its way in, so that every link is written in this one way.
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')


def links_in(markup: str) -> list[str]:
    """Return the addresses that rich text links to, each once."""
    return list(dict.fromkeys(unescape(link) for link in LINK.findall(markup)))


def own_path(link: str) -> str | None:
    """Return the path of a link to this site, with its part of the page; none if it leads elsewhere."""
    if link.startswith("/") and not link.startswith("//"):
        return link
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    host, _ = split_domain_port(parts.netloc.lower())
    ours = parts.netloc.lower() == urlsplit(settings.SITE_URL).netloc.lower() or (
        bool(host) and "*" not in settings.ALLOWED_HOSTS and validate_host(host, settings.ALLOWED_HOSTS)
    )
    if parts.scheme not in ("http", "https") or not ours:
        return None
    return parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()


class Inward:
    """The addresses of this site, read once for many links."""

    def __init__(self, moment: datetime | None = None) -> None:
        """Know what the public sees at `moment`, which is now unless a page is to go public later."""
        public = Article.objects.public_by(max(moment or timezone.now(), timezone.now()))
        self._articles = {a.get_absolute_url(): a.pk for a in public.select_related("section").only("slug", "section")}
        self.addresses = self._articles.keys() | {section.get_absolute_url() for section in Section.objects.listed()}

    def leads_nowhere(self, link: str) -> bool:
        """Whether a link to this site finds no page, not even one that has moved."""
        address = _address(link)
        return address is not None and not self._leads_somewhere(address) and address not in self._moved

    def new_address(self, link: str) -> str | None:
        """Return where the page is now whose old address the link has; none if it has no such address."""
        address = _address(link)
        return None if address is None or self._leads_somewhere(address) else self._moved.get(address)

    def lacks_part(self, link: str, article: Article) -> bool:
        """Whether a link on this article leads to a part that its page does not have. Only what editors name is known."""
        if link.startswith("#"):
            return not self._has_part(_parts(article.body, self._facts), link)
        path = own_path(link)
        address, _, part = (path or "").partition("#")
        if not part:
            return False
        if address == reverse("content:glossary"):
            return not self._has_part({term.anchor for term in GlossaryTerm.objects.all()}, path or "")
        body = Article.objects.filter(pk=self._articles.get(address, 0)).values_list("body", flat=True).first()
        return body is not None and not self._has_part(_parts(body, self._facts), path or "")

    def _has_part(self, parts: set[str], link: str) -> bool:
        part = unquote(link.partition("#")[2])
        return part in parts or PAGE_IDS.match(part) is not None or part in ("", "top") or part.startswith("letter-")

    def _leads_somewhere(self, address: str) -> bool:
        try:
            view = resolve(address).func
        except Resolver404:
            return False
        return address in self.addresses if view in (views.section, views.article) else True

    @cached_property
    def _moved(self) -> dict[str, str]:
        """The old addresses that lead on, and where to; those of pages that are not public lead nowhere."""
        rows = Redirect.objects.select_related("article__section", "section")
        now = {row.old_path: (row.article or row.section) for row in rows}
        return {old: new for old, page in now.items() if page and (new := page.get_absolute_url()) in self.addresses}

    @cached_property
    def _facts(self) -> dict[str, str]:
        return ClinicDetails.load().facts()


def pages_linking_to(address: str) -> Iterator[Article]:
    """Yield the public articles whose text links to this address of the site."""
    for article in Article.objects.published().filter(body__contains=f'href="{address}').only("title", "body"):
        if any(end in article.body for end in (f'href="{address}"', f'href="{address}#')):
            yield article


def _address(link: str) -> str | None:
    path = own_path(link)
    return None if path is None else path.partition("#")[0].partition("?")[0]


def _parts(body: str, facts: dict[str, str]) -> set[str]:
    """Return the ids that a page has because of its text."""
    _, headings = Renderer(facts=facts).body(body)
    return {heading.id for heading in headings}
