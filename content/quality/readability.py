"""How hard a text is to read.

The reading age is the Automated Readability Index (Senter and Smith, 1967, AMRL-TR-66-220), which counts characters,
words and sentences, plus 5 for the age at which that school year is reached. It needs no dictionary of syllables, so
anyone can check it by hand.
"""

import re
from dataclasses import dataclass

from lxml import html

from content.tokens import CITATION

BLOCKS = ("p", "li", "td")
TITLES = ("h2", "h3", "th", "figcaption")  # which are words but not sentences
WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")


@dataclass(frozen=True)
class Block:
    """A paragraph, list item or table cell, as text, with the addresses that it links to."""

    text: str
    links: tuple[str, ...] = ()

    @property
    def words_only(self) -> str:
        """The text without its citations."""
        return CITATION.sub("", self.text)

    def sentences(self) -> list[list[str]]:
        """Return the words of each sentence."""
        return [words for part in SENTENCE_END.split(self.words_only) if (words := WORD.findall(part))]


@dataclass(frozen=True)
class Readability:
    """Figures of a text; `reading_age` is in years."""

    words: int
    reading_age: float
    longest_sentence: int


def blocks(markup: str, tags: tuple[str, ...] = BLOCKS) -> list[Block]:
    """Return the blocks of rich text in order, each with its own text only, not that of lists inside it."""
    if not markup.strip():
        return []
    root = html.fragment_fromstring(markup, create_parent="div")
    found = (_block(element) for element in root.iter(*tags))
    return [block for block in found if block.text]


def _block(element: html.HtmlElement) -> Block:
    inside = [*BLOCKS, "ul", "ol"]
    parts = [element.text or ""]
    links = []
    for child in element:
        if child.tag not in inside:
            parts.append(child.text_content())
            links += [link.get("href", "") for link in child.iter("a")]
        parts.append(child.tail or "")
    return Block(" ".join("".join(parts).split()), tuple(links))


def measure(texts: list[Block]) -> Readability:
    """Return the figures of `texts`, each of which ends its last sentence."""
    sentences = [sentence for block in texts for sentence in block.sentences()]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return Readability(0, 0.0, 0)
    characters = sum(sum(map(str.isalnum, word)) for word in words)
    index = 4.71 * characters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
    return Readability(len(words), round(index + 5, 1), max(map(len, sentences)))
