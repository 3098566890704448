"""Everyday words, read as this site's own where no published article has them."""

import pytest
from django.db import connection

from content.engines import ENGINES
from content.everyday import EVERYDAY, MOST, in_our_words
from content.query import STOP_WORDS, plain_name
from content.search import search
from content.suggest import suggest
from tests.content.factories import make_article, make_draft

pytestmark = pytest.mark.django_db

#: Labels for people, which this site does not use.
LABELS = {"addict", "addiction", "abuser", "junkie", "druggie", "user", "misuse", "abuse", "clean", "dirty", "habit"}


@pytest.fixture(autouse=True)
def articles():
    make_article(slug="dependence", title="Understanding ketamine dependence", body="<p>Blood in your pee.</p>")
    make_article(slug="cannabis", title="Treatment for cannabis", body="<p>What it costs.</p>")
    make_article(slug="families", title="For families of someone who uses ketamine", body="<p>Quiet weeks, and a song.</p>")
    make_article(slug="therapy", title="Choosing a therapy", body="<p>Your therapist, mental health, rehab.</p>")
    make_article(slug="drugs", title="Alcohol and other drugs", body="<p>How to stop.</p>")


def slugs(query):
    return [hit.article.slug for hit in search(query).results]


@pytest.mark.parametrize(
    ("query", "word", "ours", "found"),
    [
        ("ket", "ket", "ketamine", "dependence"),
        ("special k", "special k", "ketamine", "dependence"),
        ("k", "k", "ketamine", "dependence"),
        ("Horse Tranquiliser", "Horse Tranquiliser", "ketamine", "dependence"),
        ("weed", "weed", "cannabis", "cannabis"),
        ("skunk", "skunk", "cannabis", "cannabis"),
        ("booze", "booze", "alcohol", "drugs"),
        ("cocaine", "cocaine", "other drugs", "drugs"),
        ("wee", "wee", "pee", "dependence"),
        ("urine", "urine", "pee", "dependence"),
        ("fees", "fees", "cost", "cannabis"),
        ("price", "price", "cost", "cannabis"),
        ("counselling", "counselling", "therapy", "therapy"),
        ("counsellors", "counsellors", "therapist", "therapy"),
        ("addiction", "addiction", "dependence", "dependence"),
        ("addict", "addict", "dependence", "dependence"),
        ("residential", "residential", "rehab", "therapy"),
        ("adhd", "adhd", "mental health", "therapy"),
        ("quit", "quit", "stop", "drugs"),
        *(
            (person, person, "families", "families")
            for person in ("son", "daughters", "mum", "dad", "husband", "wife", "partner")
        ),
        *((person, person, "families", "families") for person in ("boyfriend", "girlfriend")),
        ("my son is using ketamine", "son", "families", "families"),
    ],
)
def test_an_everyday_word_finds_what_this_site_calls_it(query, word, ours, found):
    results = search(query)

    assert results.instead == [(word, ours)]
    assert found in [hit.article.slug for hit in results.results]
    assert (results.query, results.partial, results.suggestion) == (query, False, None)


def test_an_article_with_the_word_wins():
    make_article(slug="weed", title="About weeds")

    results = search("weed")

    assert ([hit.article.slug for hit in results.results], results.instead) == (["weed"], [])


def test_a_draft_with_the_word_does_not_count():
    make_draft(title="About weed")

    assert (slugs("weed"), search("weed").instead) == (["cannabis"], [("weed", "cannabis")])


def test_only_the_words_that_no_article_has_are_read_as_ours():
    make_article(slug="son", title="A son")

    assert search("son ket").instead == [("ket", "ketamine")]


def test_a_word_is_not_read_as_one_that_no_article_has_either():
    results = search("ket bladder", names={"ket": "nowhere"})

    assert (results.instead, results.total) == ([], 0)


def test_one_word_of_ours_that_is_found_is_still_used():
    results = search("ket weed", names={"ket": "nowhere", "weed": "cannabis"})

    assert (results.instead, [hit.article.slug for hit in results.results]) == ([("weed", "cannabis")], ["cannabis"])


def test_some_of_the_words_are_found_by_ours():
    results = search("ket elephant")

    assert (results.instead, results.partial) == ([("ket", "ketamine")], True)
    assert {hit.article.slug for hit in results.results} == {"dependence", "families"}


def test_what_is_excluded_stays_as_it_is():
    assert search("ketamine -weed").instead == []


def test_the_words_of_ours_are_marked():
    assert search("ket").results[0].title.count("<mark>ketamine</mark>") == 1


def test_a_correction_keeps_the_everyday_word():
    assert search("ket dependense").suggestion == "ket dependence"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("weed", ["cannabis"]),
        ("special k", ["families", "dependence"]),
        ("son", ["families"]),
        ("ketch", []),
        ("k", []),
    ],
)
def test_the_box_suggests_pages_for_everyday_words(query, found):
    assert [article.slug for article in suggest(query)] == found


def test_the_box_leaves_alone_a_word_that_an_article_has():
    make_article(title="Garden", body="<p>A weed.</p>")

    assert suggest("weed") == []


def test_the_table_is_sound():
    typed = set(EVERYDAY)

    assert typed == {plain_name(everyday) for everyday in typed}
    assert {everyday for everyday in typed if set(everyday.split()) & STOP_WORDS} == set()
    assert {ours for ours in EVERYDAY.values() if set(ours.split()) & LABELS or ours in typed} == set()


def test_a_query_has_so_many_everyday_words_and_no_more(django_assert_max_num_queries):
    engine = ENGINES[connection.vendor]
    with django_assert_max_num_queries(MOST):
        said, instead = in_our_words(engine, "ket weed booze son wife mum")

    assert (said, len(instead)) == ("ketamine cannabis alcohol son wife mum", MOST)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("query", "most"), [("ket", 6), ("ket weed son nothing", 20)])
def test_queries_are_few(django_assert_max_num_queries, count, query, most):
    for _ in range(count):
        make_article(title="Ketamine")

    with django_assert_max_num_queries(most):
        search(query)


def test_queries_of_the_box_are_few(django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert len(suggest("weed")) == 1
