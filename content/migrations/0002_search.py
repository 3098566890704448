"""The database's own search index, kept in step by the database, and the words that search can suggest.

PostgreSQL: generated tsvector columns and trigrams. SQLite: FTS5 tables on top of the rows, with triggers.
"""

import re
import string

from django.db import migrations, models

from content.migrations._by_database import run

# PostgreSQL's parser joins what these characters join (co-occurring, example.org); SQLite's splits there. Both shall split.
PUNCTUATION = string.punctuation.replace("'", "''")
SPACES = " " * len(string.punctuation)


def weighted(column, weight):
    return f"setweight(to_tsvector('english', translate({column}, '{PUNCTUATION}', '{SPACES}')), '{weight}')"


HEADING = f"{weighted('title', 'A')} || {weighted('summary', 'B')}"

# Without fastupdate: articles are read far more than written, and a list of pending entries slows every search.
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"""
    ALTER TABLE content_searchdocument
        ADD COLUMN heading tsvector GENERATED ALWAYS AS ({HEADING}) STORED,
        ADD COLUMN vector tsvector GENERATED ALWAYS AS ({HEADING} || {weighted("body", "C")}) STORED
    """,
    # Uncompressed: a vector is unpacked far more often than written, and this makes it three times as fast.
    "ALTER TABLE content_searchdocument ALTER COLUMN vector SET STORAGE EXTERNAL",
    "CREATE INDEX content_searchdocument_heading ON content_searchdocument USING gin (heading) WITH (fastupdate = off)",
    "CREATE INDEX content_searchdocument_vector ON content_searchdocument USING gin (vector) WITH (fastupdate = off)",
    """
    CREATE INDEX content_searchword_stem ON content_searchword
        USING gin (to_tsvector('english', word)) WITH (fastupdate = off)
    """,
    "CREATE INDEX content_searchword_trigrams ON content_searchword USING gin (word gin_trgm_ops) WITH (fastupdate = off)",
]
POSTGRESQL_REVERSE = [
    "DROP INDEX content_searchword_stem",
    "DROP INDEX content_searchword_trigrams",
    "ALTER TABLE content_searchdocument DROP COLUMN vector, DROP COLUMN heading",
]


def fts5(table, index, key, columns, tokenize):
    """Return the SQL for an FTS5 index on `table`, the triggers that keep it in step, and its first filling."""
    names = ", ".join(columns)
    new = ", ".join(f"new.{column}" for column in columns)
    old = ", ".join(f"old.{column}" for column in columns)
    insert = f"INSERT INTO {index} (rowid, {names}) VALUES (new.{key}, {new});"  # noqa: S608 - constants
    delete = f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', old.{key}, {old});"  # noqa: S608
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5 ({names}, content='{table}', content_rowid='{key}', tokenize='{tokenize}')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {insert} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {delete} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE ON {table} BEGIN {delete} {insert} END",
        f"INSERT INTO {index} ({index}) VALUES ('rebuild')",  # noqa: S608
    ]


def drop_fts5(index):
    return [f"DROP TRIGGER {index}_{event}" for event in ("insert", "delete", "update")] + [f"DROP TABLE {index}"]


STEMMED = "porter unicode61 remove_diacritics 0"  # PostgreSQL does not fold accents either
SQLITE = [
    *fts5(
        "content_searchdocument",
        "content_searchindex",
        "article_id",
        ["title", "summary", "body"],
        STEMMED,
    ),
    *fts5("content_searchword", "content_searchstem", "id", ["word"], STEMMED),
    *fts5("content_searchword", "content_searchtrigram", "id", ["word"], "trigram"),
]
SQLITE_REVERSE = [
    *drop_fts5("content_searchindex"),
    *drop_fts5("content_searchstem"),
    *drop_fts5("content_searchtrigram"),
]


def learn_words(apps, schema_editor):
    """Fill the words from articles that were there before."""
    words: set[str] = set()
    for document in apps.get_model("content", "SearchDocument").objects.iterator(chunk_size=500):
        text = f"{document.title} {document.summary} {document.body}".lower()
        words.update(word for word in re.findall(r"[^\W\d_]+", text) if 3 <= len(word) <= 40)
    SearchWord = apps.get_model("content", "SearchWord")
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in sorted(words)], batch_size=500)


class Migration(migrations.Migration):
    dependencies = (("content", "0001_initial"),)

    operations = (
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.RunPython(learn_words, migrations.RunPython.noop),
        migrations.RunPython(
            run(postgresql=POSTGRESQL, sqlite=SQLITE), run(postgresql=POSTGRESQL_REVERSE, sqlite=SQLITE_REVERSE)
        ),
    )
