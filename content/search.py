"""Search for the public: one function, with the same answers from PostgreSQL and from SQLite.

The query is read in `content.query`; an engine (see `content.engines`) only matches and knows words. What is shown of a
result is made here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from content.crisis import speaks_of_danger
from content.engines import CEILING, ENGINES, Engine, Term
from content.everyday import EVERYDAY, Instead, in_our_words, is_found
from content.models.article import Article
from content.query import STOP_WORDS, WORD, terms, understood
from content.spelling import correction

FEW = 3  # fewer results than this may come from a misspelling
SNIPPET_WORDS, LEAD_WORDS = 32, 6
START, STOP = "\ue000", "\ue001"  # private use: `searchable` takes them out of texts and queries

JOINED_MARKS = re.compile(f"{STOP}(['’-]){START}")


@dataclass(frozen=True)
class Hit:
    """An article that was found. `title` and `snippet` are safe HTML with the matched words in `mark` elements."""

    article: Article
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class SearchResults:
    """An answer: the query as understood, one page of results, and how many there are, counted up to `CEILING`.

    `partial` says that no article has all the words, so these have some of them. `suggestion` is the query with its
    spelling corrected, if that finds more; `corrected` says that the results are for it, and `as_typed` how many articles
    have some of the words as they were typed. `instead` says which of its words no article has, and what was looked for in
    their place; `query` keeps them. `urgent` says that the query speaks of danger: such words are never corrected.
    """

    query: str
    total: int = 0
    results: list[Hit] = field(default_factory=list)
    suggestion: str | None = None
    corrected: bool = False
    as_typed: int = 0
    partial: bool = False
    instead: list[Instead] = field(default_factory=list)
    urgent: bool = False

    @property
    def looked_for(self) -> str:
        """The query that the results answer: with its spelling corrected, if it was."""
        return self.suggestion if self.suggestion and self.corrected else self.query


def search(
    query: str, *, limit: int = 20, offset: int = 0, names: Mapping[str, str] = EVERYDAY, exactly: bool = False
) -> SearchResults:
    """Return what the public may find for `query`, which may be any text at all.

    Words are matched by their stem and must all occur; a phrase in quotes must occur as it stands; -word excludes. A word
    that no article has is read as `names` has it. Where none has all the words, a sure slip is corrected, unless the
    query is to be taken `exactly` as it is.
    """
    engine, text, urgent = ENGINES[connection.vendor], understood(query), speaks_of_danger(query)
    wanted, excluded = terms(text)
    if not wanted:
        return SearchResults(text, urgent=urgent)
    said, instead = text, list[Instead]()
    exact = found = engine.ranked(wanted, excluded, any_term=False)
    if not exact:
        said, instead, exact = _reworded(engine, text, names)
        wanted, excluded = terms(said)
        found = exact or (engine.ranked(wanted, excluded, any_term=True) if len(wanted) > 1 else [])
    unsure = len(exact) < FEW and not urgent
    meant = correction(engine, text, said, found, len(exact), names) if unsure else None
    if meant and speaks_of_danger(meant.text):
        urgent, meant = True, None  # what is misspelt in a hurry is heard at once, and not asked about
    if meant and meant.sure and not exact and not exactly:
        right = search(meant.text, limit=limit, offset=offset, names=names, exactly=True)
        return replace(right, query=text, suggestion=meant.text, corrected=True, as_typed=len(found))
    return SearchResults(
        query=text,
        total=len(found),
        results=_hits(engine, found[max(offset, 0) :][: max(limit, 0)], wanted),
        suggestion=meant.text if meant else None,
        partial=bool(found and not exact),
        instead=instead,
        urgent=urgent,
    )


def _reworded(engine: Engine, text: str, names: Mapping[str, str]) -> tuple[str, list[Instead], list[int]]:
    """Return `text` in our own words, what was put for what, and the articles that have all of them.

    Only where none has all of them must each be asked for by itself: a word is worse than none if no article has it.
    """
    said, instead = in_our_words(engine, text, names)
    articles = engine.ranked(*terms(said), any_term=False) if instead else []
    if instead and not articles:
        known = {one.ours for one in instead if is_found(engine, one.ours)}
        said, instead = in_our_words(engine, text, {name: ours for name, ours in names.items() if ours in known})
    return said, instead, articles


# --- What is shown of a result ----------------------------------------------------------------------------------------


def _hits(engine: Engine, ids: Sequence[int], wanted: Sequence[Term]) -> list[Hit]:
    """Return what is shown of the articles `ids`. The databases' own highlighters differ, and PostgreSQL's is slow."""
    if not ids:
        return []
    words = sorted({word for term in wanted for word in term.words} - STOP_WORDS)
    forms = "|".join({*words, *engine.forms(words)})  # letters and digits only: nothing to escape
    pattern = re.compile(rf"(?:{forms})(?![^\W_])", re.IGNORECASE)
    articles = Article.objects.published().as_links("search_document").in_bulk(ids)
    return [_hit(articles[pk], pattern) for pk in ids if pk in articles]


def _hit(article: Article, pattern: re.Pattern[str]) -> Hit:
    document = article.search_document
    texts = (str(document), document.summary, document.body)
    title, summary, body = (pattern.sub(_marked, text) for text in texts)
    return Hit(article, title=_html(title), snippet=_html(_best_part(body) if START in body else summary))


def _marked(match: re.Match[str]) -> str:
    """Return what was found with its marks, unless it is the end of a longer word.

    The pattern leaves that to us: looking behind every letter of a text would take it three times as long.
    """
    ends_a_word = match.start() and WORD.match(match.string, match.start() - 1)
    return match[0] if ends_a_word else f"{START}{match[0]}{STOP}"


def _best_part(text: str) -> str:
    """Return the words around the place where most different words are marked."""
    words = text.split(" ")
    places = list(accumulate(part.count(" ") for part in text.split(START)[:-1]))

    def variety(place: int) -> int:
        return len({word.lower() for word in words[place : place + SNIPPET_WORDS - LEAD_WORDS] if START in word})

    first = max(0, max(places[:CEILING], key=variety) - LEAD_WORDS)
    last = first + SNIPPET_WORDS
    return ("… " if first else "") + " ".join(words[first:last]) + (" …" if last < len(words) else "")


def _html(marked: str) -> SafeString:
    text = str(escape(JOINED_MARKS.sub(r"\1", marked)))
    return mark_safe(text.replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S308 - escaped above
