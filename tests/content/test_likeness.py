"""What to read next: the editor's choice first, completed by likeness, and nothing that is hidden."""

import pytest

from content.models import Article, ClinicDetails
from content.page import ArticlePage
from tests.content.factories import make_article, make_draft, make_section
from tests.pages import count_queries, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(slug="cannabis", title="Help with cannabis and sleep")


def next_to(article):
    page = ArticlePage(Article.objects.with_page().get(pk=article.pk), ClinicDetails())
    return [other.title for other in page.related]


def test_choice_is_completed_by_the_likest_articles(article):
    chosen = make_article(title="Something else")
    for title in ("Cannabis and sleep again", "Sleep", "Cannabis", "Nothing alike"):
        make_article(title=title, body="<p>Other words.</p>")
    article.related.set([chosen])

    found = next_to(article)

    assert found[:2] == ["Something else", "Cannabis and sleep again"]
    assert found[2:] in (["Sleep"], ["Cannabis"])


def test_choice_of_three_or_more_is_left_as_it_is(article):
    make_article(title="Cannabis and sleep again")
    article.related.set([make_article(title=f"Choice {number}") for number in range(4)])

    assert next_to(article) == [f"Choice {number}" for number in range(4)]


def test_article_chosen_and_alike_is_named_once(article):
    article.related.set([make_article(title="Cannabis and sleep again")])

    assert next_to(article) == ["Cannabis and sleep again"]


def test_hidden_articles_and_standing_pages_are_never_like_another(article):
    make_draft(title="Cannabis and sleep: a draft")
    make_article(section=make_section(slug="site", standing=True), title="Cannabis and sleep notice")
    article.related.set([make_draft(title="Chosen draft")])

    assert next_to(article) == []


def test_title_without_words_of_its_own_has_nothing_alike():
    make_article(title="What to do")

    assert next_to(make_article(title="What now?")) == []


def test_page_shows_what_is_alike(client, article):
    make_article(title="Cannabis and sleep again")

    assert texts(client.get("/ketamine/cannabis/"), "//section[@aria-labelledby='related-title']//h3") == [
        "Cannabis and sleep again"
    ]


def test_likeness_takes_two_queries_however_many_articles_there_are(client, article):
    counts = []
    for _ in range(3):
        make_article(title="Cannabis and sleep again")
        counts.append(count_queries(client, "/ketamine/cannabis/"))
    article.related.set(Article.objects.exclude(pk=article.pk))

    assert counts == [counts[0]] * 3
    assert count_queries(client, "/ketamine/cannabis/") == counts[0] - 2
