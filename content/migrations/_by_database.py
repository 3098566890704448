"""What migrations share that say different things to PostgreSQL and SQLite."""


def run(*, postgresql=(), sqlite=()):
    """Return an operation's function that runs the statements for the database at hand."""

    def execute(apps, schema_editor):
        for statement in {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return execute
