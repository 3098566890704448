"""What somebody may have meant to type: words of published articles that are only a slip away from theirs."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import islice, product
from typing import NamedTuple

from content.engines import Engine
from content.models.search import SearchDocument, words_in
from content.query import STOP_WORDS, terms

MAX_MISSPELT, MAX_CANDIDATES, MAX_ATTEMPTS, SIMILARITY = 4, 5, 6, 0.75
SHOWN = 3  # of the articles found, how many are read for their words
TINY, SHORT, LONG = 3, 5, 8  # letters; short words are so much alike that a likeness says little

VOWELS, DOUBLED = re.compile("[aeiouy]"), re.compile(r"(.)\1+")
WORDS_AND_GAPS = re.compile(r"([\W_]+)")


class Correction(NamedTuple):
    """What somebody may have meant to type, and whether it is sure enough to be looked for without asking."""

    text: str
    sure: bool


def correction(
    engine: Engine, asked: str, said: str, found: Sequence[int], total: int, names: Mapping[str, str]
) -> Correction | None:
    """Return `asked` with words corrected so that more than `total` articles are found, or None.

    `said` is `asked` in our own words, and the one that is looked for; the words of `names` are right, whether an article
    has them or not. Other candidates include words of drafts, so a word must be seen in a published article first.
    """
    wanted, _ = terms(said)
    known = _words_of(found) | STOP_WORDS | {word for name in names for word in name.split()}
    misspelt = {word for term in wanted for word in term.words if words_in(word) == {word}}
    misspelt = {word for word in misspelt if not {word, word.removesuffix("s")} & known}
    if len(misspelt) > MAX_MISSPELT:
        return None
    for new in _corrections(engine, sorted(misspelt), names):
        ours = {word: names.get(right, right) for word, right in new.items()}
        articles = engine.ranked(*terms(_respelt(said, ours)), any_term=False)
        if len(articles) > total and {right for right in new.values() if right not in names} <= _words_of(articles):
            return Correction(_respelt(asked, new), sure=all(is_sure(*slip) for slip in new.items()))
    return None


def is_slip(typed: str, word: str) -> bool:
    """Whether `typed` may be `word` with a slip: the shorter it is, the smaller the slip must be."""
    if len(typed) <= TINY or (len(typed) < LONG and typed[0] != word[0]):
        return False
    slips = _slips(typed, word)
    if len(typed) <= SHORT:
        unfinished = len(typed) == SHORT and word.startswith(typed)
        return unfinished or (slips == 1 and (len(typed) != len(word) or sorted(typed) == sorted(word)))
    return slips <= (2 if len(typed) >= LONG else 1)


def is_sure(typed: str, word: str) -> bool:
    """Whether a slip leaves no doubt: only vowels and doubled letters differ, one letter is missing, or two are swapped.

    "homeless" is no slip of "hopeless", however much the two are alike.
    """
    if _consonants(typed) == _consonants(word):
        return True
    return (len(typed) < len(word) or sorted(typed) == sorted(word)) and _slips(typed, word) == 1


def _consonants(word: str) -> str:
    return DOUBLED.sub(r"\1", VOWELS.sub("", word.removesuffix("s")))


def _slips(typed: str, word: str) -> int:
    """Return how many letters must be added, left out, replaced, or swapped with the next, to make `word` of `typed`."""
    before: list[int] = []
    last = list(range(len(word) + 1))
    for row, letter in enumerate(typed, 1):
        now = [row]
        for column, right in enumerate(word, 1):
            least = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != right))
            if row > 1 and column > 1 and typed[row - 2 : row] == word[column - 1] + word[column - 2]:
                least = min(least, before[column - 2] + 1)
            now.append(least)
        before, last = last, now
    return last[-1]


def _respelt(text: str, new: dict[str, str]) -> str:
    return "".join(new.get(part.lower(), part) for part in WORDS_AND_GAPS.split(text))


def _corrections(engine: Engine, misspelt: Sequence[str], names: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the likeliest ways to replace some of `misspelt`, best first."""
    choices = []
    for word in misspelt:
        meant = {name for name in names if name[0] == word[0] and is_sure(word, name)}
        similar = meant.union(engine.similar(word)) - STOP_WORDS
        close = get_close_matches(word, similar, n=MAX_CANDIDATES, cutoff=SIMILARITY)
        likely = [other for other in close if is_slip(word, other)]
        choices.append([(word, other, SequenceMatcher(None, other, word).ratio()) for other in likely or [word]])
    ways = sorted(product(*choices), key=lambda way: -sum(ratio for *_, ratio in way))
    corrections = ({word: other for word, other, _ in way if other != word} for way in ways)
    return [correction for correction in islice(corrections, MAX_ATTEMPTS) if correction]


def _words_of(ids: Sequence[int]) -> set[str]:
    """Return the words of the best few of the published articles `ids`, as they are written there."""
    return set().union(*(document.words() for document in SearchDocument.objects.filter(pk__in=ids[:SHOWN])))
