"""Indexes for long lists, and on PostgreSQL a table that search can go through quickly among very many articles."""

import string

from django.conf import settings
from django.db import migrations, models

from content.migrations._by_database import run

PUNCTUATION = string.punctuation.replace("'", "''")  # as in migration 0002
SPACES = " " * len(string.punctuation)

POSTGRESQL = [
    # Texts and vectors lie apart from their rows, so that the rows which a search finds fill some pages and not a gigabyte.
    "ALTER TABLE content_searchdocument SET (toast_tuple_target = 128)",
    # The titles by themselves: their weight in `heading` is not in its index, and had to be read from each row.
    f"""
    ALTER TABLE content_searchdocument ADD COLUMN naming tsvector
        GENERATED ALWAYS AS (to_tsvector('english', translate(title, '{PUNCTUATION}', '{SPACES}'))) STORED
    """,
    "CREATE INDEX content_searchdocument_naming ON content_searchdocument USING gin (naming) WITH (fastupdate = off)",
]
POSTGRESQL_REVERSE = [
    "ALTER TABLE content_searchdocument DROP COLUMN naming",
    "ALTER TABLE content_searchdocument RESET (toast_tuple_target)",
]


class Migration(migrations.Migration):
    dependencies = (
        ("content", "0005_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.RemoveIndex(model_name="article", name="content_article_public"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["state", "publish_at", "revises"], name="content_article_public"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("revises", None)),
                fields=["section", "state", "order", "title", "id", "publish_at"],
                name="content_article_shelf",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["updated_at"], name="content_article_changed"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["next_review_due", "last_reviewed"], name="content_article_review"),
        ),
        migrations.RunPython(run(postgresql=POSTGRESQL), run(postgresql=POSTGRESQL_REVERSE)),
    )
