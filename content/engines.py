"""What search needs from a database: it matches words in the index that the database keeps, and knows like words.

The tables, columns and indexes are made by migrations 0002, 0006 and 0008.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from content.models.article import Article
from content.prepared import NOW, Prepared, Row

CEILING = 500  # results that are ranked and counted; keeps a word that every article has as fast as any other
REACH = 2_000  # of the articles with all its words, how many of the newest PostgreSQL searches for a phrase


class Term(NamedTuple):
    """Words that must follow each other, as one word or a phrase; `excluded` if they must not."""

    words: tuple[str, ...]
    excluded: bool = False

    def quoted(self) -> str:
        """Return the term so that no engine takes a part of it for an operator."""
        return '"' + " ".join(self.words) + '"'


class Engine(Protocol):
    """What search needs from a database."""

    def ranked(self, wanted: Sequence[Term], excluded: Sequence[Term], *, any_term: bool) -> list[int]:
        """Return the ids of up to `CEILING` published articles, best first."""

    def titled(self, words: Sequence[str], beginning: str, forms: Sequence[str], most: int) -> list[int]:
        """Return the newest published articles whose title has all `words`, and one that begins so or is one of `forms`."""

    def known(self, beginnings: Sequence[str]) -> list[int]:
        """Return the ids of the newest articles with words that begin so, up to `CEILING`. Drafts are among them."""

    def forms(self, words: Sequence[str]) -> list[str]:
        """Return the indexed words with the same stem as any of `words`. Drafts' words are among them."""

    def similar(self, word: str) -> list[str]:
        """Return words that share trigrams with `word`. Drafts' words are among them."""


def public_only(column: str) -> tuple[str, Row]:
    """Return SQL that is true where `column` is the id of an article that the public may see."""
    sql, params = _public(column).sql_and_params(now=timezone.now())
    return f"EXISTS ({sql})", params


@cache
def _public(column: str) -> Prepared:
    same = {"pk": RawSQL(column, [])}  # noqa: S611 - our own column
    return Prepared(lambda: Article.objects.public_by(NOW).filter(**same).order_by().values_list("pk"))


def first_column(sql: str, params: Sequence[Any]) -> list[Any]:
    """Return the first column of what `sql` selects."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


class PostgreSQL:
    """Full-text search in generated tsvector columns, and pg_trgm.

    One index knows which documents have a word, and in which columns; where it stands is in the vector, which lies apart
    from its row and takes far longer to read. So the index finds the documents, and only as many vectors are read, the
    newest first, as it needs.
    """

    # The planner does not know that the vectors lie apart, nor that the articles of a few documents are all that is asked.
    SETTINGS = (
        "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
        "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '16MB';"
    )
    QUERY = "websearch_to_tsquery('english', %s)"
    COLUMNS = ("naming", "heading", "vector")  # the title; with the summary; everything

    def ranked(self, wanted: Sequence[Term], excluded: Sequence[Term], *, any_term: bool) -> list[int]:
        joint = " or " if any_term else " "
        asked = joint.join(term.quoted() for term in wanted)
        # A rank of all words together would put two that stand side by side anywhere before a title that has one of them.
        each = " or ".join(term.quoted() for term in wanted)
        words = joint.join(" ".join(f'"{word}"' for word in term.words) for term in wanted)
        tests = {f"AND words @@ {self.QUERY}": asked} if words != asked else {}
        unwanted = " or ".join(term.quoted() for term in excluded if len(term.words) == 1)
        phrases = " or ".join(term.quoted() for term in excluded if len(term.words) > 1)
        if phrases:
            tests[f"AND NOT vector @@ {self.QUERY}"] = phrases
        arms: list[str] = []
        params: list[Any] = []
        for place, column in enumerate(self.COLUMNS):
            newest, given = self._newest(column, self.QUERY, words, unwanted)
            enough = "".join(f" AND (SELECT count(*) FROM arm{n}) < {CEILING}" for n in range(place))  # noqa: S608
            arms.append(f"""
                arm{place} AS MATERIALIZED (
                    SELECT article_id, {place} AS place FROM ({newest} LIMIT {REACH}) newest
                    WHERE true {" ".join(tests)} {enough} ORDER BY age DESC LIMIT {CEILING}
                )
            """)  # noqa: S608 - constants and compiled ORM only
            params += [*given, *tests.values()]
        sql = f"""
            {self.SETTINGS} WITH {",".join(arms)}, found AS (
                SELECT article_id, min(place) AS place
                FROM (SELECT * FROM arm0 UNION ALL SELECT * FROM arm1 UNION ALL SELECT * FROM arm2) arms
                GROUP BY article_id ORDER BY place, article_id DESC LIMIT {CEILING}
            )
            SELECT article_id FROM found JOIN content_searchdocument USING (article_id)
            ORDER BY place, ts_rank('{{0, 0.1, 0.4, 1}}', vector, {self.QUERY}) DESC, article_id DESC
        """  # noqa: S608 - as above
        return first_column(sql, [*params, each])

    def _newest(self, column: str, query: str, asked: str, unwanted: str = "") -> tuple[str, list[Any]]:
        """Return SQL that selects the published articles whose `column` has what is `asked`, the newest first.

        None of the words that are `unwanted` stands anywhere in them. The index tells that too, if it is asked for both at
        once, and so spares the vectors.
        """
        gate, gated = public_only("matched.article_id")
        without = f"AND vector @@ ({query} && !!{query})" if unwanted else ""
        sql = f"""
            SELECT article_id, age, words, vector FROM (
                SELECT article_id, article_id + 0 AS age, {column} AS words, vector FROM content_searchdocument
                WHERE {column} @@ {query} {without} ORDER BY age DESC OFFSET 0
            ) matched WHERE {gate} ORDER BY age DESC
        """  # noqa: S608 - as above
        return sql, [asked, *([asked, unwanted] if unwanted else []), *gated]

    def titled(self, words: Sequence[str], beginning: str, forms: Sequence[str], most: int) -> list[int]:
        last = " | ".join([f"'{beginning}':*", *(f"'{form}'" for form in forms)])
        asked = " & ".join([f"({last})", *(f"'{word}'" for word in words)])
        newest, params = self._newest("naming", "to_tsquery('english', %s)", asked)
        return first_column(f"{self.SETTINGS} {newest} LIMIT {most}", params)

    def known(self, beginnings: Sequence[str]) -> list[int]:
        sql = f"""
            {self.SETTINGS} SELECT article_id FROM content_searchdocument
            WHERE vector @@ to_tsquery('english', %s) ORDER BY article_id + 0 DESC LIMIT {CEILING}
        """  # noqa: S608 - constants
        return first_column(sql, [" & ".join(f"'{beginning}':*" for beginning in beginnings)])

    def forms(self, words: Sequence[str]) -> list[str]:
        sql = f"SELECT word FROM content_searchword WHERE to_tsvector('english', word) @@ {self.QUERY}"  # noqa: S608 - a constant
        return first_column(sql, [" or ".join(f'"{word}"' for word in words)])

    def similar(self, word: str) -> list[str]:
        sql = "SELECT word FROM content_searchword WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT 50"
        return first_column(sql, [word, word])


class SQLite:
    """Full-text search in FTS5 tables: one of the documents, two of the words by their stems and trigrams."""

    def ranked(self, wanted: Sequence[Term], excluded: Sequence[Term], *, any_term: bool) -> list[int]:
        each = " OR ".join(term.quoted() for term in wanted)
        asked = each if any_term else " AND ".join(term.quoted() for term in wanted)
        unless = "".join(f" NOT {term.quoted()}" for term in excluded)
        gate, gated = public_only("content_searchindex.rowid")
        newest = f"""
            SELECT * FROM (
                SELECT rowid, {{}} AS place, {{}} AS rank FROM content_searchindex
                WHERE content_searchindex MATCH %s AND {gate} ORDER BY rowid DESC LIMIT {CEILING}
            )
        """  # noqa: S608 - constants and compiled ORM only
        places = [f"{{title}} : ({asked})", f"{{title summary}} : ({asked})", asked]
        if each != asked:  # a word that most articles have scores next to nothing, also in a title
            places.insert(2, f"{{title}} : ({each}) AND ({asked})")
        # Only the widest match is scored: a score takes a pass over every document that has the word.
        ranks = [*(len(places) - 1) * ["0"], "bm25(content_searchindex, 10, 4, 1)"]
        arms = " UNION ALL ".join(newest.format(place, rank) for place, rank in enumerate(ranks))
        sql = f"""
            SELECT rowid, min(place), min(rank) FROM ({arms}) GROUP BY rowid ORDER BY 2, 3, 1 DESC LIMIT {CEILING}
        """  # noqa: S608 - as above
        return first_column(sql, [param for place in places for param in (f"({place}){unless}", *gated)])

    def titled(self, words: Sequence[str], beginning: str, forms: Sequence[str], most: int) -> list[int]:
        last = " OR ".join([f'"{beginning}"*', *(f'"{form}"' for form in forms)])
        asked = "{title} : (" + " AND ".join([f"({last})", *(f'"{word}"' for word in words)]) + ")"
        gate, gated = public_only("content_searchindex.rowid")
        sql = f"""
            SELECT rowid FROM content_searchindex WHERE content_searchindex MATCH %s AND {gate} ORDER BY rowid DESC LIMIT {most}
        """  # noqa: S608 - as above
        return first_column(sql, [asked, *gated])

    def known(self, beginnings: Sequence[str]) -> list[int]:
        sql = f"SELECT rowid FROM content_searchindex WHERE content_searchindex MATCH %s ORDER BY rowid DESC LIMIT {CEILING}"  # noqa: S608
        return first_column(sql, [" AND ".join(f'"{beginning}"*' for beginning in beginnings)])

    def forms(self, words: Sequence[str]) -> list[str]:
        sql = "SELECT word FROM content_searchstem WHERE content_searchstem MATCH %s"
        return first_column(sql, [" OR ".join(f'"{word}"' for word in words)])

    def similar(self, word: str) -> list[str]:
        trigrams = " OR ".join(f'"{word[start : start + 3]}"' for start in range(len(word) - 2))
        sql = "SELECT word FROM content_searchtrigram WHERE content_searchtrigram MATCH %s ORDER BY rank, word LIMIT 50"
        return first_column(sql, [trigrams])


ENGINES: dict[str, Engine] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}
