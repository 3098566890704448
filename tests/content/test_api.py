"""The content API, held to its own description; and the list for language models."""

from datetime import date

import pytest

from content.models import Article
from tests.content.factories import cite, make_article, make_draft, make_faq, make_profile, make_section, make_source, make_term

pytestmark = pytest.mark.django_db

TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}


@pytest.fixture
def article():
    section = make_section(slug="therapies")
    found = make_article(section=section, slug="talking", title="Talking", body="<p>Dissociation may pass [paper-2024].</p>")
    make_profile(found)
    make_faq(found)
    make_term("Dissociation")
    cite(found, make_source(key="paper-2024"))
    found.related.set([make_article(section=section, slug="other"), make_draft(section=section, slug="hidden")])
    return found


def faults(value, schema, described, where="answer"):
    """Return where `value` differs from its schema, for what this API's schemas use of JSON Schema."""
    schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if type(value) not in [TYPES[kind] for kind in kinds]:
        return [f"{where} is {value!r}"]
    if isinstance(value, list):
        return [fault for item in value for fault in faults(item, schema["items"], described, where)]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties") or dict.fromkeys(value, schema.get("additionalProperties"))
    if set(known) != set(value):
        return [f"{where} has {sorted(set(known) ^ set(value))}"]
    return [fault for name in known for fault in faults(value[name], known[name], described, f"{where}.{name}")]


@pytest.mark.parametrize(
    ("address", "path"),
    [("/api/articles/", "/api/articles/"), ("/api/articles/therapies/talking/", "/api/articles/{section}/{slug}/")],
)
def test_answer_is_as_it_is_described(client, article, address, path):
    described = client.get("/api/openapi.json").json()
    schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert described["openapi"] == "3.1.0"
    assert faults(client.get(address).json(), schema, described) == []


def test_article_is_given_as_its_page_shows_it_without_the_glossary(client, article):
    found = client.get("/api/articles/therapies/talking/", headers={"host": "localhost"}).json()

    assert found["url"] == "http://localhost/therapies/talking/"
    assert found["body"].startswith("<p>Dissociation may pass<sup><a")
    assert [source["number"] for source in found["sources"]] == [1]
    assert found["related"] == ["http://localhost/api/articles/therapies/other/"]
    assert found["review"] == {"reviewed": False, "last_reviewed": None, "next_review_due": None, "reviewed_by": None}


def test_review_and_licence_are_given(client, article, settings):
    settings.CONTENT_LICENCE = "https://licence.example/"
    Article.objects.filter(pk=article.pk).update(last_reviewed=date(2026, 3, 2), reviewer_role="Nurse")

    found = client.get("/api/articles/therapies/talking/").json()

    assert found["review"]["reviewed"] is True
    assert (found["review"]["last_reviewed"], found["review"]["reviewed_by"]) == ("2026-03-02", "Nurse")
    assert found["licence"] == {"holder": "Acquiesce", "url": "https://licence.example/"}


def test_list_goes_on_page_by_page(client, article, monkeypatch):
    monkeypatch.setattr("content.api.PAGE_SIZE", 1)

    first = client.get("/api/articles/", headers={"host": "localhost"}).json()
    second = client.get(first["next"], headers={"host": "localhost"}).json()

    assert (first["count"], first["previous"], second["next"]) == (2, None, None)
    assert {entry["slug"] for answer in (first, second) for entry in answer["articles"]} == {"talking", "other"}
    assert second["previous"] == "http://localhost/api/articles/?page=1"


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "", "9" * 400, "²", "0000000019", "0000000001"])
def test_page_that_is_not_there_is_missing(client, article, page):
    assert client.get("/api/articles/", {"page": page}).status_code == 404


def test_api_cannot_be_written_to(client, article):
    assert [client.post(address).status_code for address in ("/api/articles/", "/api/articles/therapies/talking/")] == [
        405,
        405,
    ]


def test_hidden_article_is_missing(client, article):
    assert client.get("/api/articles/therapies/hidden/").status_code == 404
    assert "hidden" not in client.get("/api/articles/").content.decode()


def test_list_for_language_models_has_reviewed_pages_only(client, article):
    before = client.get("/llms.txt").content.decode()
    Article.objects.filter(slug__in=["talking", "hidden"]).update(last_reviewed=date(2026, 3, 2), reviewer_role="Nurse")
    after = client.get("/llms.txt", headers={"host": "localhost"}).content.decode()

    assert "No page has been reviewed yet." in before
    assert [line for line in after.splitlines() if line.startswith("- ")] == [
        "- [Talking](http://localhost/therapies/talking/): What this page says. Reviewed by Nurse on 2026-03-02."
    ]
