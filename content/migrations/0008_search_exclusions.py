"""On PostgreSQL, one index of all words in place of three, so that it can tell who has one word and lacks another."""

from django.db import migrations

COLUMNS = ("naming", "heading", "vector")


def create(columns):
    """Return SQL that creates an index of these columns."""
    name = "words" if len(columns) > 1 else columns[0]
    listed = ", ".join(columns)
    return f"CREATE INDEX content_searchdocument_{name} ON content_searchdocument USING gin ({listed}) WITH (fastupdate = off)"


POSTGRESQL = [create(COLUMNS), *(f"DROP INDEX content_searchdocument_{column}" for column in COLUMNS)]
POSTGRESQL_REVERSE = [*(create([column]) for column in COLUMNS), "DROP INDEX content_searchdocument_words"]


def on_postgresql(statements):
    """Return an operation's function that runs the statements if the database is PostgreSQL."""

    def execute(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement, params=None)

    return execute


class Migration(migrations.Migration):
    dependencies = (("content", "0007_health"),)

    operations = (migrations.RunPython(on_postgresql(POSTGRESQL), on_postgresql(POSTGRESQL_REVERSE)),)
