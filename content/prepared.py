"""Queries whose SQL is built once. Django takes longer to build a small query than a database takes to answer it."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, QuerySet, Value

Row = tuple[Any, ...]


class Slot(Value):
    """A place in a query for a value that is given each time the query is asked."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(name, output_field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def filled(self, values: dict[str, Any]) -> Any:
        """Return this slot's value among `values`, as the database takes it."""
        return self.output_field.get_db_prep_value(values[self.value], connection)


NOW = Slot("now", DateTimeField())


class Prepared:
    """A query with slots. `build` makes it, as `values_list()`, when it is first asked of a database."""

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self._build = build
        self._built: dict[str, tuple[str, Row]] = {}

    def sql_and_params(self, **values: Any) -> tuple[str, Row]:
        """Return the SQL and its parameters, with these values in the slots.

        Raises:
            KeyError: if a slot has no value.
        """
        vendor = connection.vendor
        if vendor not in self._built:
            self._built[vendor] = self._build().query.sql_with_params()
        sql, params = self._built[vendor]
        return sql, tuple(param.filled(values) if isinstance(param, Slot) else param for param in params)

    def first(self, **values: Any) -> Row | None:
        """Return the first row, its columns as the database's driver gives them; none if there is no row.

        Raises:
            KeyError: if a slot has no value.
        """
        with connection.cursor() as cursor:
            cursor.execute(*self.sql_and_params(**values))
            return cursor.fetchone()
