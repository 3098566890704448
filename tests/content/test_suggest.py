"""Suggestions while somebody types."""

import pytest

from content.models import Article, SearchDocument
from content.suggest import suggest
from tests.content.factories import make_article, make_draft, make_section
from tests.pages import count_queries

pytestmark = pytest.mark.django_db

TITLES = ("Understanding ketamine dependence", "Choosing between therapies", "What to expect at first", "CBT for drug problems")


@pytest.fixture(autouse=True)
def site():
    for title in TITLES:
        make_article(title=title, body="<p>Depending on ketamine.</p>")
    make_article(title="Cognitive work", short_title="Talking CBT")
    make_draft(title="Ketamine secrets")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ket", ["Understanding ketamine dependence"]),
        ("KETAMINE", ["Understanding ketamine dependence"]),
        ("dependenc", ["Understanding ketamine dependence"]),
        ("depending", []),
        ("therapie", ["Choosing between therapies"]),
        ("ketamine dep", ["Understanding ketamine dependence"]),
        ("ketamine ther", []),
        ("cbt", ["CBT for drug problems", "Cognitive work"]),
        ("co", ["Cognitive work"]),
        ("what to exp", ["What to expect at first"]),
        ("what", []),
        ("k", []),
        ("secret", []),
        ("understanding-ket", ["Understanding ketamine dependence"]),
        ("amine", []),
    ],
)
def test_titles_are_found_by_their_beginnings(query, found):
    assert [article.title for article in suggest(query)] == found


@pytest.mark.parametrize(
    "query",
    ["", " ", "\x00", '"', "'", "ket' OR 1", "ket*", "😀", "word " * 2000, "a" * 5000, "%", "\\", "ſecret", "kėt", ":*"],
)
def test_any_text_is_answered(client, query):
    response = client.get("/search/suggest/", {"q": query})

    assert response.status_code == 200
    assert "ecret" not in response.content.decode()


def test_answer_is_small_and_kept_by_nobody(client):
    response = client.get("/search/suggest/?q=ketamine")

    article = Article.objects.get(title=TITLES[0])
    assert response.json() == {"suggestions": [{"title": TITLES[0], "section": "Ketamine", "url": article.get_absolute_url()}]}
    assert response.headers["Cache-Control"] == "no-store"
    assert dict(response.cookies) == {}


def test_at_most_eight_are_suggested_and_titles_that_begin_so_come_first():
    for number in range(9):
        make_article(title=f"About bladder {number}")
    make_article(title="Bladder care")

    found = suggest("bladder")

    assert [article.title for article in found][:2] == ["Bladder care", "About bladder 0"]
    assert len(found) == 8


def test_standing_pages_are_suggested_too():
    make_article(section=make_section(slug="site", standing=True), slug="privacy", title="Website privacy")

    assert [article.get_absolute_url() for article in suggest("priv")] == ["/privacy/"]


def test_queries_do_not_grow(client):
    assert count_queries(client, "/search/suggest/?q=ketamine") == 3
    for _ in range(3):
        make_article(title="Ketamine again")
    assert count_queries(client, "/search/suggest/?q=ketamine") == 3
    assert SearchDocument.objects.count() == Article.objects.count()
