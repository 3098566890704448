"""The database triggers behind `ContentVersion`: whatever writes content, and however, changes the version with it.

Signals would miss `update()`, `bulk_create()`, links between articles and every hand at the database. A migration would
lose them on SQLite, which makes a table anew to alter it. So they are looked after each time that migrations have run.
"""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

VERSION_TABLE = "content_contentversion"
#: What no cached page shows: search is never cached, and the rest is for staff. A new model is watched without being named.
UNSEEN = {
    "contentversion",
    "outsidelink",
    "outsidelink_articles",
    "pagecount",
    "searchdocument",
    "searchword",
    "starterrecord",
}
PREFIX = "content_version"

CHANGE = f"""
    INSERT INTO {VERSION_TABLE} (id, token) VALUES (1, {{value}})
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
"""  # noqa: S608 - constants
#: Before the statement, so that each writer takes the version's lock first and two of them can never wait for each other.
POSTGRESQL = """
    CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION content_version_change()
"""
POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION content_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {CHANGE.format(value="gen_random_uuid()")} RETURN NULL; END $$
"""
SQLITE = f"""
    CREATE TRIGGER {{name}}_{{event}} AFTER {{event}} ON {{table}}
    BEGIN {CHANGE.format(value="hex(randomblob(16))")} END
"""


def watched_tables(app: AppConfig) -> list[str]:
    """Return the tables whose content shows on public pages, those of links between rows too."""
    names = {model._meta.model_name or "": model._meta.db_table for model in app.get_models(include_auto_created=True)}
    return sorted(table for name, table in names.items() if name not in UNSEEN and not name.startswith("historical"))


def install(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the triggers that are missing. It is called after migrations, also those that stop half way."""
    connection = connections[using]
    if not router.allow_migrate(using, sender.label):
        return
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if VERSION_TABLE not in tables:
            return
        present = _present(connection)
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for name, statement in _statements(connection.vendor, [t for t in watched_tables(sender) if t in tables]).items():
            if name not in present:
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger, before the table that they write to goes."""
    with connection.cursor() as cursor:
        for name, table in _present(connection).items():
            cursor.execute(f"DROP TRIGGER {name} ON {table}" if connection.vendor == "postgresql" else f"DROP TRIGGER {name}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS content_version_change()")


def _statements(vendor: str, tables: list[str]) -> dict[str, str]:
    """Return the statement that makes each trigger, by the trigger's name."""
    names = {table: table.replace("content", PREFIX, 1) for table in tables}
    if vendor == "postgresql":
        return {name: POSTGRESQL.format(name=name, table=table) for table, name in names.items()}
    return {
        f"{name}_{event}": SQLITE.format(name=name, event=event, table=table)
        for table, name in names.items()
        for event in ("insert", "update", "delete")
    }


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the table of each of our triggers that there is, by the trigger's name."""
    query = (
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE %s"
        if connection.vendor == "postgresql"
        else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}%"])
        return dict(cursor.fetchall())
