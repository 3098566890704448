"""Reads rows of several models in one query, because each query costs a page more than the few rows that it brings."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Func, Model, QuerySet, Value
from django.db.models.functions import JSONObject


class JSONRow(JSONObject):
    """`JSONObject` that takes SQLite's JSON for granted, where Django asks each thread's connection by three queries."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        return Func.as_sql(self, compiler, connection, **extra_context)


def read_together(**querysets: QuerySet[Any]) -> dict[str, list[Any]]:
    """Return the rows of each queryset under its name, read by one query, in no order.

    Each row travels as a JSON object. A queryset may filter, annotate and say `only()`, but neither order nor slice. Leave
    out times: SQLite's JSON has them without their zone.
    """
    rows: dict[str, list[Any]] = {name: [] for name in querysets}
    first, *others = (_as_json(name, queryset) for name, queryset in querysets.items())
    for name, values in first.union(*others, all=True):
        rows[name].append(_instance(querysets[name].model, values))
    return rows


def _as_json(name: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
    only, leaves_out = queryset.query.deferred_loading
    fields = [field.attname for field in queryset.model._meta.concrete_fields]
    if only and not leaves_out:
        fields = [field.attname for field in queryset.model._meta.concrete_fields if field.name in only or field.primary_key]
    row = JSONRow(**{attribute: attribute for attribute in (*fields, *queryset.query.annotations)})
    return queryset.order_by().values_list(Value(name, CharField()), row)


def _instance(model: type[Model], values: Mapping[str, Any]) -> Model:
    fields = {field.attname: field for field in model._meta.concrete_fields if field.attname in values}
    instance = model.from_db("default", list(fields), [field.to_python(values[name]) for name, field in fields.items()])
    for name in values.keys() - fields.keys():
        setattr(instance, name, values[name])
    return instance
