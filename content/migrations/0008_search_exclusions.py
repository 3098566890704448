"""On PostgreSQL, one index of all words in place of three, so that it can tell who has one word and lacks another."""

from django.db import migrations

from content.migrations._by_database import run

COLUMNS = ("naming", "heading", "vector")


def create(name, *columns):
    """Return SQL that creates an index of these columns."""
    listed = ", ".join(columns)
    return f"CREATE INDEX content_searchdocument_{name} ON content_searchdocument USING gin ({listed}) WITH (fastupdate = off)"


POSTGRESQL = [create("words", *COLUMNS), *(f"DROP INDEX content_searchdocument_{column}" for column in COLUMNS)]
POSTGRESQL_REVERSE = [*(create(column, column) for column in COLUMNS), "DROP INDEX content_searchdocument_words"]


class Migration(migrations.Migration):
    dependencies = (("content", "0007_health"),)

    operations = (migrations.RunPython(run(postgresql=POSTGRESQL), run(postgresql=POSTGRESQL_REVERSE)),)
