"""What a proposed change changes on its page, and where both have changed the same part."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lxml import html
from lxml.html.diff import htmldiff

from content import actions
from content.admin.article_form import RICH_TEXTS
from content.admin.base import shown
from content.care_cards import CARE_LEVELS
from content.models import Article
from content.richtext import inner_html

#: What is said of a part whose words stay, such as where a heading becomes a smaller one, or words become bold.
SAME_WORDS = "<p>The words stay. What changes is how they are set: see the preview.</p>"
LABELS = {
    "faqs": "questions people ask",
    "citations": "sources",
    "profile": "profile for the comparison of therapies",
    "is_medical": "needs medical words",
}


def changes(article: Article | None) -> list[tuple[str, SafeString]]:
    """Return the label and the text of each part that only a proposed change changes, with what comes and goes marked."""
    if article is None or article.revises is None:
        return []
    parts = actions.changed_by(article).items()
    return [(_label(part), _marked(article.revises, article, part)) for part, on_page_too in parts if not on_page_too]


def differences(article: Article | None) -> list[tuple[str, SafeString, SafeString]]:
    """Return the label and both texts, the page's first, of what a proposed change and its page have both changed."""
    if article is None or article.revises is None:
        return []
    return [
        (_label(part), shown(_markup(article.revises, part)), shown(_markup(article, part)))
        for part in actions.changed_by_both(article)
    ]


def _label(part: str) -> str:
    return LABELS.get(part) or part.replace("_", " ")


def _marked(page: Article, change: Article, part: str) -> SafeString:
    before, after = (_in_words(_markup(article, part)) for article in (page, change))
    return shown(_around_marks(htmldiff(before, after)), "ins", "del")


def _around_marks(markup: str) -> str:
    """Leave out what stays and stands beside nothing that changes: long articles change in a few places."""
    root = html.fragment_fromstring(markup, create_parent="div")
    blocks = list(root)
    marked = [bool(block.xpath("descendant-or-self::ins|descendant-or-self::del")) for block in blocks]
    if not any(marked):
        return SAME_WORDS
    for number, block in enumerate(blocks):
        if any(marked[max(number - 1, 0) : number + 2]):
            continue
        before = block.getprevious()
        if before is not None and before.text == "…":
            block.drop_tree()
        else:
            root.replace(block, html.fromstring("<p>…</p>"))
    return inner_html(root)


def _in_words(markup: str) -> str:
    """Say in words the level of each care card and the description of each picture: a comparison sees words only."""
    root = html.fragment_fromstring(markup, create_parent="div")
    for level in CARE_LEVELS:
        for heading in root.xpath(f".//div[contains(@class, 'care-{level}')]/h3"):
            heading.text = f"({level}) {heading.text or ''}"
    for image in root.iter("img"):
        image.tail = f" (described as “{image.get('alt', '')}”) {image.tail or ''}"
    return inner_html(root)


def _markup(article: Article, part: str) -> str:
    """Return one part of what an article says, as markup."""
    if part in RICH_TEXTS:
        return str(getattr(article, part))
    if part == "faqs":
        return "".join(format_html("<p>{}</p>", faq.question) + faq.answer for faq in article.faqs.all())
    return format_html_join("", "<p>{}</p>", [(line,) for line in _lines(article, part)])


def _lines(article: Article, part: str) -> list[str]:
    if part == "profile":
        profile = getattr(article, "profile", None)
        return [f"{label}: {text}" for _, label, text in profile.rows()] if profile else []
    value: Any = getattr(article, part)
    if hasattr(value, "all"):
        return [str(row) for row in value.all()]
    if isinstance(value, bool):
        return ["Yes" if value else "No"]
    return [str(value or "Nothing")]
