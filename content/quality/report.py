"""What stands in the way of publishing an article, and what is worth a second look."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import html

from content.links.inward import Inward
from content.models import Article, ClinicDetails, Picture
from content.models.picture import KEY
from content.quality.readability import TITLES, Block, Readability, blocks, measure
from content.quality.terms import avoided
from content.tokens import CITATION, FACT

READING_AGE = 11.0  # NHS content style: aim for 9 to 11, and never over 14
MEDICAL_READING_AGE = 14.0
LONGEST_SENTENCE = 25  # words; the house rule is 20
WORDS = range(300, 2200)

#: A number that needs a source: two digits or more, or one digit with a share or a length of time.
FIGURE = re.compile(
    r"(?<![\w-])(?:£?\d{2,}[\d,.]*"
    r"|\d[\d,.]*\s?(?:%|per cent|in \d|out of|times\b|(?:minute|hour|day|week|month|year|session)s?\b))"
)
NOT_FIGURES = re.compile(r"\b(?:999|111|112|12-step)\b")


@dataclass(frozen=True)
class Problem:
    """Something found in an article. `blocks` is true for what must not be published."""

    what: str
    where: str
    blocks: bool = True

    def __str__(self) -> str:
        return f"{self.what}: {self.where}"


@dataclass(frozen=True)
class ArticleReport:
    """The figures of an article, its state of review, and its problems."""

    article: Article
    readability: Readability
    review: str
    problems: list[Problem]

    @property
    def publishable(self) -> bool:
        """Whether nothing that was found stands in the way of publishing."""
        return not any(problem.blocks for problem in self.problems)


class Checker:
    """Checks articles against what exists on the site now: its addresses and its decorative pictures."""

    def __init__(self) -> None:
        """Read once what every article is checked against."""
        self.inward = Inward()
        self.decorative = set(Picture.objects.filter(decorative=True).values_list("key", flat=True))
        self.facts = set(ClinicDetails.fact_names())

    def report(self, article: Article) -> ArticleReport:
        """Return the report on `article`."""
        markups = [article.body, article.urgent_help, *(faq.answer for faq in article.faqs.all())]
        texts = [block for markup in markups for block in blocks(markup)]
        titles = [block for markup in markups for block in blocks(markup, TITLES)]
        extra = [Block(article.title), Block(article.summary), *(Block(faq.question) for faq in article.faqs.all())]
        profile = getattr(article, "profile", None)
        extra += [Block(text) for _, _, text in profile.rows()] if profile else []
        readability = measure(texts)
        problems = [
            *_reading(article, readability),
            *_figures([*texts, *extra]),
            *_words([*texts, *titles, *extra]),
            *self._citations(article, [*texts, *titles, *extra]),
            *self._links(article, [*texts, *titles]),
            *self._pictures(markups),
            *self._facts([*texts, *titles, *extra]),
        ]
        return ArticleReport(article, readability, _review(article), problems)

    def _links(self, article: Article, texts: Iterable[Block]) -> list[Problem]:
        links = dict.fromkeys(link for block in texts for link in block.links)
        return list(dict.fromkeys(problem for link in links for problem in self._link(article, link)))

    def _link(self, article: Article, link: str) -> Iterator[Problem]:
        address = link.partition("#")[0].partition("?")[0]
        if self.inward.leads_nowhere(link):
            yield Problem("broken link", address)
        elif new := self.inward.new_address(link):
            yield Problem("link to an address that has moved", f"{address}, which is {new} now", blocks=False)
        elif self.inward.lacks_part(link, article):
            yield Problem("link to a part of a page that is not there", link, blocks=False)

    def _pictures(self, markups: Iterable[str]) -> Iterator[Problem]:
        for markup in filter(None, markups):
            for image in html.fragment_fromstring(markup, create_parent="div").iter("img"):
                key = KEY.match(image.get("src", ""))
                if not image.get("alt") and (key is None or key[1] not in self.decorative):
                    yield Problem("picture without a description", image.get("src", ""))

    def _citations(self, article: Article, texts: Iterable[Block]) -> Iterator[Problem]:
        cited = {key for block in texts for key in CITATION.findall(block.text)}
        listed = {citation.source.key for citation in article.citations.all()}
        yield from (Problem("cites a source that is not in its list", key) for key in sorted(cited - listed))
        yield from (Problem("lists a source that it does not cite", key, blocks=False) for key in sorted(listed - cited))

    def _facts(self, texts: Iterable[Block]) -> Iterator[Problem]:
        asked = {name for block in texts for name in FACT.findall(block.text)}
        yield from (Problem("asks for a clinic fact that does not exist", name) for name in sorted(asked - self.facts))


def _reading(article: Article, readability: Readability) -> Iterator[Problem]:
    limit = MEDICAL_READING_AGE if article.is_medical else READING_AGE
    if readability.reading_age > limit:
        yield Problem("too hard to read", f"reading age {readability.reading_age}, at most {limit:.0f}")
    if readability.longest_sentence > LONGEST_SENTENCE:
        yield Problem("a long sentence", f"{readability.longest_sentence} words", blocks=False)
    if readability.words not in WORDS:
        usual = f"{WORDS[0]:,} to {WORDS[-1]:,} are usual"
        yield Problem("an unusual length", f"{readability.words} words; {usual}", blocks=False)


def _figures(texts: Iterable[Block]) -> Iterator[Problem]:
    for block in texts:
        linked_number = any(link.startswith(("tel:", "sms:")) for link in block.links)
        if FIGURE.search(NOT_FIGURES.sub("", block.words_only)) and not CITATION.search(block.text) and not linked_number:
            yield Problem("figure without a source", block.text[:90])


def _words(texts: Iterable[Block]) -> Iterator[Problem]:
    for block in texts:
        yield from (Problem("term to avoid", f"“{term}”; say {better}") for term, better in avoided(block.words_only))


def _review(article: Article) -> str:
    if article.last_reviewed is None:
        return "not yet"
    if article.review_is_overdue:
        return f"overdue since {article.review_due}"
    if article.changed_since_review:
        return f"on {article.last_reviewed}, changed since on {article.changed_since_review}"
    return f"on {article.last_reviewed}"
