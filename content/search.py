"""Search for the public: one function, with the same answers from PostgreSQL and from SQLite.

The query is read here, once; an engine (see `content.engines`) only matches and knows words. Snippets and suggestions
are made here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import accumulate, islice, product

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from content.engines import CEILING, ENGINES, Engine, Term
from content.models.article import Article
from content.models.search import SearchDocument, searchable, words_in

FEW = 3  # fewer results than this may come from a misspelling
MAX_LENGTH, MAX_WORDS = 200, 16
MAX_MISSPELT, MAX_CANDIDATES, MAX_ATTEMPTS, SIMILARITY = 4, 5, 6, 0.75
SNIPPET_WORDS, LEAD_WORDS = 32, 6
START, STOP = "\ue000", "\ue001"  # private use: `searchable` takes them out of texts and queries

WORD = re.compile(r"[^\W_]+")
WORDS_AND_GAPS = re.compile(r"([\W_]+)")
TERM = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')
JOINED_MARKS = re.compile(f"{STOP}(['’-]){START}")
QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
STOP_WORDS = frozenset(  # PostgreSQL's English list, so that both databases leave out the same words
    WORD.findall(
        "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers "
        "herself it its itself they them their theirs themselves what which who whom this that these those am is "
        "are was were be been being have has had having do does did doing a an the and but if or because as until "
        "while of at by for with about against between into through during before after above below to from up "
        "down in out on off over under again further then once here there when where why how all any both each few "
        "more most other some such no nor not only own same so than too very s t can will just don should now "
    )
)


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
    spelling corrected, if that finds more.
    """

    query: str
    total: int
    results: list[Hit]
    suggestion: str | None = None
    partial: bool = False


def search(query: str, *, limit: int = 20, offset: int = 0) -> SearchResults:
    """Return what the public may find for `query`, which may be any text at all.

    Words are matched by their stem and must all occur; a phrase in quotes must occur as it stands; -word excludes.
    """
    engine, text = ENGINES[connection.vendor], _understood(query)
    wanted, excluded = _terms(text)
    if not wanted:
        return SearchResults(text, 0, [])
    exact = found = engine.ranked(wanted, excluded, any_term=False)
    if not exact and len(wanted) > 1:
        found = engine.ranked(wanted, excluded, any_term=True)
    return SearchResults(
        query=text,
        total=len(found),
        results=_hits(engine, found[max(offset, 0) :][: max(limit, 0)], wanted),
        suggestion=_suggestion(engine, text, found, len(exact)) if len(exact) < FEW else None,
        partial=bool(found and not exact),
    )


def _understood(query: str) -> str:
    words = searchable(query[: MAX_LENGTH * 10].translate(QUOTES)).split()
    return " ".join(words[:MAX_WORDS])[:MAX_LENGTH].strip()


def _terms(text: str) -> tuple[list[Term], list[Term]]:
    """Return the terms that `text` wants and those it excludes, without the stop words at their ends."""
    wanted: list[Term] = []
    excluded: list[Term] = []
    for minus, phrase, word in TERM.findall(text.lower()):
        words = WORD.findall(phrase or word)
        for end in (0, -1):
            while words and words[end] in STOP_WORDS:
                words.pop(end)
        if words:
            (excluded if minus else wanted).append(Term(tuple(words)))
    return list(dict.fromkeys(wanted)), list(dict.fromkeys(excluded))


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


# --- Suggestions ------------------------------------------------------------------------------------------------------


def _suggestion(engine: Engine, text: str, found: Sequence[int], total: int) -> str | None:
    """Return `text` with words corrected so that more than `total` articles are found, or None.

    Candidates include words of drafts, so a word must be seen in a published article before it is shown.
    """
    wanted, _ = _terms(text)
    known = _words_of(found) | STOP_WORDS
    misspelt = {word for term in wanted for word in term.words if words_in(word) == {word}} - known
    if len(misspelt) > MAX_MISSPELT:
        return None
    for new in _corrections(engine, sorted(misspelt)):
        corrected = "".join(new.get(part.lower(), part) for part in WORDS_AND_GAPS.split(text))
        articles = engine.ranked(*_terms(corrected), any_term=False)
        if len(articles) > total and set(new.values()) <= _words_of(articles):
            return corrected
    return None


def _corrections(engine: Engine, misspelt: Sequence[str]) -> list[dict[str, str]]:
    """Return the likeliest ways to replace some of `misspelt`, best first."""
    choices = []
    for word in misspelt:
        similar = set(engine.similar(word)) - STOP_WORDS
        close = get_close_matches(word, similar, n=MAX_CANDIDATES, cutoff=SIMILARITY)
        choices.append([(word, other, SequenceMatcher(None, other, word).ratio()) for other in close or [word]])
    ways = sorted(product(*choices), key=lambda way: -sum(ratio for *_, ratio in way))
    corrections = ({word: other for word, other, _ in way if other != word} for way in ways)
    return [correction for correction in islice(corrections, MAX_ATTEMPTS) if correction]


def _words_of(ids: Sequence[int]) -> set[str]:
    """Return the words of the best few of the published articles `ids`, as they are written there."""
    return set().union(*(document.words() for document in SearchDocument.objects.filter(pk__in=ids[:FEW])))
