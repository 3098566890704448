"""The description of the content API in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html)."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
HTML: Schema = {"type": "string", "contentMediaType": "text/html"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
MAYBE_ADDRESS: Schema = {"type": ["string", "null"], "format": "uri"}
TIME: Schema = {"type": "string", "format": "date-time"}
MAYBE_DATE: Schema = {"type": ["string", "null"], "format": "date"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


REVIEW = _object(
    reviewed={"type": "boolean", "description": "Whether a clinician has read and approved the article as it is now."},
    last_reviewed={**MAYBE_DATE, "description": "The words may have changed since: see `reviewed`."},
    next_review_due=MAYBE_DATE,
    reviewed_by={**MAYBE_TEXT, "description": "A role, never a name."},
)
OUTLINE: dict[str, Schema] = {
    "api": ADDRESS,
    "url": {**ADDRESS, "description": "The page for people. Link to it wherever the article is shown."},
    "section": TEXT,
    "slug": TEXT,
    "title": TEXT,
    "summary": TEXT,
    "language": TEXT,
    "published": TIME,
    "modified": {**TIME, "description": "When anything that the page shows last changed."},
    "review": _ref("Review"),
    "licence": _object(holder=TEXT, url=ADDRESS),
}
ARTICLE: dict[str, Schema] = {
    **OUTLINE,
    "body": HTML,
    "urgent_help": {**HTML, "description": "When to get urgent help. Show it with the body."},
    "profile": {"type": "object", "additionalProperties": _object(label=TEXT, text=HTML)},
    "questions": _list(_object(question=TEXT, answer=HTML)),
    "sources": _list(
        _object(
            number={"type": "integer", "description": "The number by which the texts cite it."},
            publisher=TEXT,
            authors=MAYBE_TEXT,
            title=TEXT,
            year={"type": ["integer", "null"]},
            url=MAYBE_ADDRESS,
        )
    ),
    "related": _list(ADDRESS),
}
SCHEMAS = {
    "Review": REVIEW,
    "Outline": _object(**OUTLINE),
    "Article": _object(**ARTICLE),
    "List": _object(count={"type": "integer"}, previous=MAYBE_ADDRESS, next=MAYBE_ADDRESS, articles=_list(_ref("Outline"))),
}


def description(root: str, clinic_name: str) -> Schema:
    """Return the description for the site at `root`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{clinic_name}: articles",
            "version": "1",
            "description": "Published articles, read-only. No key is needed, and readers are not counted.",
        },
        "servers": [{"url": root}],
        "paths": {
            "/api/articles/": {"get": _reading("List the articles", "List", _parameter("page", "query", {"type": "integer"}))},
            "/api/articles/{section}/{slug}/": {
                "get": _reading("Read an article", "Article", _parameter("section", "path"), _parameter("slug", "path"))
            },
        },
        "components": {"schemas": SCHEMAS},
    }


def _parameter(name: str, place: str, schema: Schema = TEXT) -> Schema:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _reading(summary: str, schema: str, *parameters: Schema) -> Schema:
    found = {"description": "Found", "content": {"application/json": {"schema": _ref(schema)}}}
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": found, "404": {"description": "Not there, or not published"}},
    }
