"""Fills a database with articles, and prints what to ask it for: `python -m benchmarks.articles`, in the site's environment.

The words are the starter content's and as skewed as in any language: a few are in every article, most are in few. The
texts are put together from a pool of paragraphs, so that many articles share words which are rare.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate, pairwise
from random import Random

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402 - Django must be ready
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from content.models import Article, SearchDocument, Section  # noqa: E402
from content.models.search import SearchWord  # noqa: E402
from content.query import STOP_WORDS  # noqa: E402
from staff.models import User  # noqa: E402

ARTICLES, BATCH, PARAGRAPHS = 100_000, 2_000, 20_000
WORDS_A_PARAGRAPH, PARAGRAPHS_AN_ARTICLE = 65, range(7, 15)  # some 3,000 to 6,000 characters
RARE_WORDS, SKEW, FLAT = 40_000, 1.1, 2  # Zipf's law as Mandelbrot has it: the weight of the nth word is 1 / (n + FLAT) ** SKEW
EMAIL, PASSWORD = "manager@clinic.example", "a password for one manager"

#: What hangs on an article, made by the database, which fills its own index of words along with the rows.
PARTS = (
    """
    INSERT INTO content_searchdocument (article_id, title, summary, body)
    SELECT id, title, summary, replace(replace(body, '<p>', ''), '</p>', ' ') FROM content_article WHERE slug LIKE 'bench-%'
    """,
    """
    INSERT INTO content_citation (article_id, source_id, "order")
    SELECT article.id, source.id, source.id FROM content_article article
    JOIN content_source source ON source.id % 30 = article.id % 30 WHERE slug LIKE 'bench-%'
    """,
    """
    INSERT INTO content_faq (article_id, question, answer, "order")
    SELECT id, 'Does it help?', '<p>Often.</p>', 0 FROM content_article WHERE slug LIKE 'bench-%'
    """,
    """
    INSERT INTO content_historicalfaq (id, article_id, question, answer, "order", history_date, history_type)
    SELECT faq.id, article.id, question, answer, 0, created_at, '+'
    FROM content_faq faq JOIN content_article article ON article.id = article_id WHERE slug LIKE 'bench-%'
    """,
)


class Language:
    """Words, the commonest first, and paragraphs and titles that are made of them."""

    def __init__(self, texts: list[str]) -> None:
        self.random = Random(22)  # noqa: S311 - the same articles each time
        counted = Counter(word for text in texts for word in text.lower().split() if word.isalpha())
        words = dict.fromkeys(word for word, _ in counted.most_common())
        short = [word for word in words if len(word) in range(4, 8)]
        while len(words) < len(counted) + RARE_WORDS:
            words[self.random.choice(short) + self.random.choice(short)] = None
        self.words = list(words)
        self.telling = [word for word in words if len(word) > 3 and word not in STOP_WORDS]
        self.paragraphs = self._texts(self.words, WORDS_A_PARAGRAPH, PARAGRAPHS)
        self.titles = [title.capitalize() for title in self._texts(self.telling, 5, PARAGRAPHS)]

    def _texts(self, words: list[str], length: int, count: int) -> list[str]:
        weights = list(accumulate(1 / (place + FLAT) ** SKEW for place in range(len(words))))
        return [" ".join(self.random.choices(words, cum_weights=weights, k=length)) for _ in range(count)]

    def article(self, number: int) -> Article:
        """Return an article with a text of its own; one in fifty is a draft."""
        moment = timezone.now() - timedelta(minutes=5 * (ARTICLES - number) + 60)
        chosen = self.random.sample(self.paragraphs, self.random.choice(PARAGRAPHS_AN_ARTICLE))
        return Article(
            slug=f"bench-{number}",
            title=self.random.choice(self.titles)[:120],
            summary=self.random.choice(self.paragraphs)[:190],
            body="".join(f"<p>{paragraph}</p>" for paragraph in chosen),
            state="draft" if number % 50 == 0 else "published",
            publish_at=moment,
        )

    def searches(self) -> dict[str, list[str]]:
        """Return what people type, by its kind."""
        pick = self.random.sample
        once = [word for word, count in Counter(" ".join(self.paragraphs).split()).items() if count == 1]
        pairs = [
            f'"{a} {b}"' for text in self.paragraphs[:60] for a, b in pairwise(text.split()) if {a, b} <= set(self.telling)
        ]
        return {
            "common word": self.telling[:12],
            "less common word": self.telling[50:900:100],
            "rare word": pick(once, 8),
            "several words": [" ".join(pick(self.telling[:1000], number)) for number in (2, 3, 4) * 4],
            "words everywhere": [" ".join(self.telling[start : start + 3]) for start in range(0, 12, 3)],
            "phrase": pairs[:8],
            "exclusion": [f"{a} -{b}" for a, b in zip(self.telling[:8], self.telling[40:], strict=False)],
            "misspelt word": [_misspelt(word) for word in self.telling[:400] if len(word) > 7][:8],
            "no result": ["xqzvkw", "wvutsrq zyxw", "jjjjjjjj", "qqqq"],
        }


def _misspelt(word: str) -> str:
    middle = len(word) // 2
    return word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :]


@contextmanager
def _indexed_afterwards() -> Iterator[None]:
    """Have PostgreSQL index the words at the end, which takes it a tenth of the time."""
    with connection.cursor() as cursor:
        made: list[tuple[str, str]] = []
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%content_searchdocument USING gin%'"
            )
            made = cursor.fetchall()
        for name, _ in made:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in made:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def main() -> None:
    """Make a manager, the articles and what hangs on them; print what to ask for as JSON."""
    User.objects.create_user(EMAIL, PASSWORD, name="A manager").groups.add(Group.objects.get(name="manager"))
    language = Language([f"{row.title} {row.summary} {row.body}" for row in SearchDocument.objects.all()])
    sections = list(Section.objects.listed())
    with _indexed_afterwards(), transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, ARTICLES, BATCH):
            articles = [language.article(number) for number in range(start, start + BATCH)]
            for number, article in enumerate(articles):
                article.section = sections[number % len(sections)]
            Article.objects.bulk_create(articles)
        for statement in PARTS:
            cursor.execute(statement)
        SearchWord.objects.learn({word for word in language.words if 3 <= len(word) <= 40})
    typed = [word[:length] for word in (*language.telling[:200:20], *language.telling[500:2000:150]) for length in (2, 3, 5)]
    article = Article.objects.listed().get(slug=f"bench-{ARTICLES // 2 + 1}")
    shelf = Article.objects.on_shelf(article.section).count()
    asked = {"searches": language.searches(), "typed": typed, "article": article.get_absolute_url(), "shelf": shelf}
    print(json.dumps({**asked, "articles": ARTICLES, "email": EMAIL, "password": PASSWORD}))


if __name__ == "__main__":
    main()
