"""The plain text that search looks through. The database keeps its own index of these rows in step (migration 0002)."""

import re
import unicodedata
from typing import TYPE_CHECKING

from django.db import models
from lxml import html

from content.tokens import CITATION

if TYPE_CHECKING:
    from content.models.article import Article

# Control characters, lone surrogates and private-use characters: the database refuses some, and search marks with others.
UNSEARCHABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]")
INLINE = {"a", "b", "em", "i", "s", "span", "strong", "sub", "sup", "u"}
#: What parts such an element from what follows, unless it is the last in its list or row; headings have their own mark.
MARKS = {"h2": ":", "h3": ":", "li": ";", "td": ";", "th": ";"}
END = "\ue000"  # private use, so that no text has it
UNFINISHED = re.compile(rf"(?<=[^\s.!?:;,])\s*{END}(?=[:;.])")
FINISHED = re.compile(rf"\s*{END}[:;.]")
LETTERS = re.compile(r"[^\W\d_]+")
MAX_TEXT = 100_000  # characters; some ten times the longest article, and well under what a PostgreSQL tsvector can hold
WORD_LENGTHS = range(3, 41)


def searchable(text: str) -> str:
    """Return `text` on one line, without the characters that no reader types or sees."""
    return " ".join(unicodedata.normalize("NFC", UNSEARCHABLE.sub(" ", text)).split())


def plain_text(markup: str) -> str:
    """Return the words of `markup` as the public reads them: no citation marks, no sentence that waits for a clinic fact.

    Headings and the items of a list end with a mark, so that they do not run together where a snippet shows them.
    """
    root = html.fragment_fromstring(UNSEARCHABLE.sub(" ", markup), create_parent="div")
    for block in root.xpath(".//p[contains(., '{{')]|.//li[contains(., '{{')]|.//td[contains(., '{{')]"):
        block.drop_tree()
    for element in root.iterdescendants():
        if element.tag not in INLINE:
            element.text = f" {element.text or ''}"
            element.tail = f"{_mark(element)} {element.tail or ''}"
    text = CITATION.sub("", " ".join(root.text_content().split()))  # a run of spaces would be searched from each of them
    return searchable(FINISHED.sub("", UNFINISHED.sub("", text)))


def _mark(element: html.HtmlElement) -> str:
    """Return the mark that ends an element, to be left out where its own words have one."""
    mark = MARKS.get(element.tag)
    is_last = element.tag in ("li", "td", "th") and element.getnext() is None
    return f"{END}{'.' if is_last else mark}" if mark else ""


def words_in(text: str) -> set[str]:
    """Return the words of `text` that can be suggested, in lower case."""
    return {word for word in LETTERS.findall(text.lower()) if len(word) in WORD_LENGTHS}


class SearchDocumentManager(models.Manager["SearchDocument"]):
    """Keeps one document for each article."""

    def index(self, article: "Article") -> None:
        """Write what search may find of `article`, whatever its state: the gate is applied when searching."""
        texts: list[str] = [article.body, article.urgent_help]
        for faq in article.faqs.all():
            texts += [faq.question, faq.answer]
        document, _ = self.update_or_create(
            article=article,
            defaults={
                "title": "\n".join((searchable(article.title), searchable(article.short_title))).strip(),
                "summary": searchable(article.summary),
                "body": " ".join(plain_text(text) for text in texts if text)[:MAX_TEXT],
            },
        )
        SearchWord.objects.learn(document.words())


class SearchDocument(models.Model):
    """An article as search sees it: title over summary over body.

    On SQLite, a migration that alters this table makes it anew and so loses its triggers: it must put them back.
    """

    article = models.OneToOneField(
        "content.Article", on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    title = models.TextField()  # the short title, if any, is on a second line
    summary = models.TextField()
    body = models.TextField()

    objects = SearchDocumentManager()

    def __str__(self) -> str:
        return self.title.partition("\n")[0]

    def words(self) -> set[str]:
        """Return the words that this document can suggest."""
        return words_in(f"{self.title} {self.summary} {self.body}")


class SearchWordManager(models.Manager["SearchWord"]):
    """Keeps the words of all documents, drafts' too. Words are only added: search checks what it suggests."""

    def learn(self, words: set[str]) -> None:
        """Add the words that are new."""
        rows = [SearchWord(word=word) for word in sorted(words)]  # in one order, so that two writers cannot deadlock
        self.bulk_create(rows, ignore_conflicts=True)


class SearchWord(models.Model):
    """A word that some article has, drafts included: never show one without finding it in a published article."""

    word = models.CharField(max_length=max(WORD_LENGTHS), unique=True)

    objects = SearchWordManager()

    def __str__(self) -> str:
        return self.word
