"""Suggestions while somebody types: titles of published articles, from the index that search has."""

import re
from collections.abc import Sequence

from django.db import connection

from content.engines import ENGINES
from content.everyday import in_our_words
from content.models import Article
from content.models.search import SearchWord
from content.query import STOP_WORDS, WORD, understood

LEAST, MOST = 2, 8  # letters that are worth a look; titles that are shown
CANDIDATES = 200  # looked at, so that a beginning that every title has costs no more than any other
FORMS = 30
STEM = 5  # from this length on, what is typed may go on beyond the stem that the index knows


def suggest(query: str) -> list[Article]:
    """Return the published articles whose title has the words of `query`, the last of which may be unfinished.

    Where there is none, words that no article has are read as everyday words.
    """
    typed = understood(query[:100])
    found = _titled(typed)
    if not found and len(typed) >= LEAST:
        ours, instead = in_our_words(ENGINES[connection.vendor], typed)
        found = _titled(ours) if instead else []
    return found


def _titled(text: str) -> list[Article]:
    words = [word.lower() for word in WORD.findall(text)]
    wanted = [word for word in words if word not in STOP_WORDS]
    if not wanted or wanted[-1] != words[-1] or len(words[-1]) < LEAST:
        return []
    forms = _forms(wanted[-1]) if len(wanted[-1]) >= STEM else []
    ids = ENGINES[connection.vendor].titled(wanted[:-1], wanted[-1], forms, CANDIDATES)
    articles = Article.objects.published().as_links().in_bulk(ids).values()
    fitting = [article for article in articles if _begins(_words(article), wanted[-1])]
    typed = " ".join(words)
    return sorted(fitting, key=lambda article: _rank(article, typed))[:MOST]


def _words(article: Article) -> list[str]:
    found = WORD.findall(f"{article.title} {article.short_title}".lower())
    return [word for word in found if word not in STOP_WORDS]


def _begins(words: Sequence[str], beginning: str) -> bool:
    return any(word.startswith(beginning) for word in words)


def _rank(article: Article, typed: str) -> tuple[bool, str]:
    """Put titles that begin with what was typed before those that have it further on."""
    titles = [re.sub(r"[\W_]+", " ", title.lower()).strip() for title in (article.title, article.short_title)]
    return not any(title.startswith(typed) for title in titles), article.title.lower()


def _forms(beginning: str) -> list[str]:
    """Return the words that begin so. The index knows stems: it has "depend", and not "dependenc", for "dependence"."""
    words = SearchWord.objects.filter(word__startswith=beginning)
    if connection.vendor == "sqlite":  # whose LIKE takes no index; its order of letters is theirs by number
        words = SearchWord.objects.filter(word__gte=beginning, word__lt=beginning + "\U0010ffff")
    return list(words.order_by("word").values_list("word", flat=True)[:FORMS])
