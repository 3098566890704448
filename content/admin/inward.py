"""What saving an article says of links that lead to no page of this site."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from content.admin.tokens import unfilled
from content.links.inward import Inward, links_in, own_path, pages_linking_to
from content.models import Article

#: The pages that templates lead to, such as urgent help from everywhere. Without one of them, such a link would lead nowhere.
LED_TO = {
    "/urgent-help/",
    "/about/",
    "/privacy/",
    "/leaving-quickly/",
    "/accessibility/",
    "/ketamine/understanding-ketamine-dependence/",
    "/families/for-families-and-friends/",
    "/getting-help/what-to-expect/",
    "/getting-help/choosing-a-therapy/",
    "/getting-help/confidentiality/",
    "/aftercare/aftercare-and-long-term-support/",
    "/related-conditions/co-occurring-conditions/",
}


def is_led_to(article: Article) -> bool:
    """Whether it is public, and at an address, or moved from one, that the site's own templates lead to."""
    if not article.pk or not article.is_public:
        return False
    return bool(LED_TO & {article.get_absolute_url(), *article.redirects.values_list("old_path", flat=True)})


class Refusal:
    """Says which links an article must not be published with.

    A draft may have them. A page that is public already may keep those that it has, so that nobody is kept from putting a
    wrong number right because somebody else took a page back. They are told of all the same, after saving.
    """

    def __init__(self, article: Article, data: dict[str, Any]) -> None:
        """Take an article as it is stored, and what a form is about to make of it."""
        self._article = article
        self._data = data

    def words(self, markup: str) -> list[str]:
        """Return a sentence for each link in this text that leads nowhere."""
        if self._data.get("state") != Article.State.PUBLISHED:
            return []
        return [
            f"The link to {link} leads to no page that the public can see. Publish that page first, or take the link out."
            for link in links_in(markup)
            if own_path(link) and not self._accepts(link) and self._inward.leads_nowhere(link)
        ]

    @cached_property
    def _inward(self) -> Inward:
        return Inward(self._data.get("publish_at") or timezone.now())

    def _accepts(self, link: str) -> bool:
        """Whether it is the address that the page is about to have, or a link that the public page has already."""
        section, slug = (self._data.get(name) or getattr(self._article, name, None) for name in ("section", "slug"))
        own = Article(section=section, slug=slug).get_absolute_url() if section and slug else None
        return (own_path(link) or "").partition("#")[0] == own or link in self._public_links

    @cached_property
    def _public_links(self) -> list[str]:
        page = Article.objects.published().filter(pk=self._article.revises_id or self._article.pk).first()
        if page is None:
            return []
        texts = (page.body, page.urgent_help, *page.faqs.values_list("answer", flat=True))
        return [link for text in texts for link in links_in(text)]


class FaqFormSet(BaseInlineFormSet):
    """The questions below an article, held to the same rules as its text."""

    def clean(self) -> None:
        """Refuse answers whose sources do not exist, or whose links lead nowhere on a page that is to be public."""
        super().clean()
        refusal = Refusal(self.instance, {"state": self.instance.state, "publish_at": self.instance.publish_at})
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            answer = "" if data.get("DELETE") else data.get("answer") or ""
            for words in (*unfilled(answer), *refusal.words(answer)):
                form.add_error("answer", words)


def tell_of_links_left_behind(request: HttpRequest, article: Article) -> None:
    """Name the public pages that link to an article which has been taken back, since their readers find nothing there."""
    if article.is_public or not article.was_public:
        return
    pages = list(pages_linking_to(article.get_absolute_url()))
    if pages:
        rows = ((reverse("admin:content_article_change", args=[page.pk]), page.title) for page in pages)
        items = format_html_join("", '<li><a href="{}">{}</a></li>', rows)
        messages.warning(
            request, format_html("The public does not see this page now, and these pages link to it:<ul>{}</ul>", items)
        )
