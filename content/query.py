"""Reads what somebody typed into the search box: its terms, and the names that stand in it."""

import re
from collections.abc import Mapping
from typing import TypeVar

from content.engines import Term
from content.models.search import searchable

MAX_LENGTH, MAX_WORDS = 200, 16
LONGEST_NAME = 8  # words; no name that is looked for in a query has more

WORD = re.compile(r"[^\W_]+")
TERM = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')
QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
#: What phones and copied texts put for an apostrophe, and marks that nobody sees.
AS_TYPED = str.maketrans({**dict.fromkeys("‘’ʼʻ`´＇", "'"), **dict.fromkeys("\xad\u200b\u200c\u200d\u2060\ufeff")})
INITIALS = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")
CONTRACTED = re.compile(  # with an apostrophe or without: as empty as stop words, which know only some of these parts
    r"\W*(?:i'?m|(?:i|you|we|they)'?ve|(?:you|they)'?re|we're|(?:i|you|s?he|it|we|they)'(?:d|ll)"
    r"|(?:s?he|it|what|who|where|how|that|there|here|let)'?s"
    r"|(?:do|does|did|wo|could|would|should|is|are|was|were|has|have|had)n'?t|can'?t)\W*"
)
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

Meaning = TypeVar("Meaning")


def understood(query: str) -> str:
    """Return `query`, which may be any text at all, on one line and cut to size."""
    words = searchable(query[: MAX_LENGTH * 10].translate(QUOTES)).split()
    return " ".join(words[:MAX_WORDS])[:MAX_LENGTH].strip()


def terms(text: str) -> tuple[list[Term], list[Term]]:
    """Return the terms that `text` wants and those it excludes, without the stop words at their ends."""
    wanted: list[Term] = []
    excluded: list[Term] = []
    for minus, phrase, word in TERM.findall(_plain(text)):
        words = WORD.findall(phrase or ("" if CONTRACTED.fullmatch(word) else word))
        for end in (0, -1):
            while words and words[end] in STOP_WORDS:
                words.pop(end)
        if words:
            (excluded if minus else wanted).append(Term(tuple(words)))
    return list(dict.fromkeys(wanted)), list(dict.fromkeys(excluded))


def plain_name(text: str) -> str:
    """Return the words of `text` in lower case, one space apart: "K-hole" and "k hole" are one name."""
    return " ".join(WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    """Return `text` in lower case, with one kind of apostrophe and no full stops in initials: "C.B.T." is "cbt"."""
    return INITIALS.sub(lambda initials: initials[0].replace(".", ""), text.lower().translate(AS_TYPED))


def names_in(text: str, names: Mapping[str, Meaning]) -> list[tuple[slice, Meaning]]:
    """Return where `text` has a name, and what `names` says of it: the longest name at each place, or its plural.

    The keys of `names` are plain names. What `text` excludes with a minus does not count.
    """
    asked = TERM.sub(lambda term: " " * len(term[0]) if term[1] else term[0], text)
    words = list(WORD.finditer(asked))
    found: list[tuple[slice, Meaning]] = []
    place = 0
    while place < len(words):
        for end in range(min(place + LONGEST_NAME, len(words)), place, -1):
            span = slice(words[place].start(), words[end - 1].end())
            name = plain_name(asked[span])
            meaning = names.get(name) or names.get(name.removesuffix("s"))
            if meaning is not None:
                found.append((span, meaning))
                break
        place = end if meaning is not None else place + 1
    return found
