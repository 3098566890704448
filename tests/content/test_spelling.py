"""Which words may be what somebody meant to type."""

import pytest

from content.search import search
from content.spelling import is_slip, is_sure
from tests.content.factories import make_article, make_term

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("pian", "pain"),
        ("bladdr", "bladder"),
        ("blader", "bladder"),
        ("bladdder", "bladder"),
        ("thearpy", "therapy"),
        ("ketmine", "ketamine"),
        ("ketam", "ketamine"),
        ("cognative", "cognitive"),
        ("cannibus", "cannabis"),
        ("xylofone", "xylophone"),
        ("couselling", "counselling"),
    ],
)
def test_a_slip_is_corrected(typed, word):
    assert is_slip(typed, word)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("son", "song"),
        ("wee", "week"),
        ("weed", "week"),
        ("wife", "life"),
        ("kill", "skill"),
        ("fees", "feel"),
        ("dad", "add"),
        ("house", "mouse"),
        ("adult", "audit"),
        ("boyfriend", "friend"),
        ("cocaine", "cochrane"),
        ("driving", "drinking"),
        ("mother", "other"),
        ("addiction", "actions"),
        ("psychologist", "psychosis"),
    ],
)
def test_another_word_is_no_slip(typed, word):
    assert not is_slip(typed, word)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("ketmine", "ketamine"),
        ("katamine", "ketamine"),
        ("bladdder", "bladder"),
        ("withdrawls", "withdrawal"),
        ("anxeity", "anxiety"),
        ("parnter", "partner"),
        ("psycosis", "psychosis"),
    ],
)
def test_a_plain_slip_is_sure(typed, word):
    assert is_slip(typed, word)
    assert is_sure(typed, word)


@pytest.mark.parametrize(
    ("typed", "word"), [("homeless", "hopeless"), ("bleeding", "needing"), ("codependent", "dependent"), ("ketam", "ketamine")]
)
def test_what_may_be_another_word_is_not_sure(typed, word):
    assert not is_sure(typed, word)


def test_a_sure_slip_is_looked_for_as_it_was_meant():
    make_article(slug="bladder", title="The bladder", body="<p>And pain.</p>")
    make_article(slug="other", title="Something else", body="<p>Pain.</p>")

    one, several = search("blader"), search("blader pain")

    assert [hit.article.slug for hit in one.results] == [hit.article.slug for hit in several.results] == ["bladder"]
    assert (one.query, one.suggestion, one.total, one.as_typed) == ("blader", "bladder", 1, 0)
    assert (several.suggestion, several.as_typed, several.partial) == ("bladder pain", 2, False)
    assert one.results[0].title == "The <mark>bladder</mark>"


def test_what_is_not_sure_is_asked_about():
    make_article(title="A headline")

    results = search("deadline")

    assert (results.suggestion, results.corrected, results.total) == ("headline", False, 0)


def test_a_query_can_be_taken_exactly_as_it_is():
    make_article(title="The bladder")
    make_article(slug="other", title="Pain")

    results = search("blader pain", exactly=True)

    assert ([hit.article.slug for hit in results.results], results.partial) == (["other"], True)


def test_what_has_pages_as_it_is_typed_is_left_alone():
    make_article(slug="typed", title="A blader")
    make_article(title="The bladder")

    assert [hit.article.slug for hit in search("blader").results] == ["typed"]
    assert not search("blader").corrected


def test_a_misspelt_everyday_word_is_known_too():
    make_article(slug="cannabis", title="Cannabis")

    results = search("marijauna")

    assert (results.suggestion, results.instead) == ("marijuana", [("marijuana", "cannabis")])
    assert [hit.article.slug for hit in results.results] == ["cannabis"]


@pytest.mark.parametrize(
    "query",
    [
        "son",
        "wee",
        "weed",
        "wife",
        "kill",
        "fees",
        "boyfriend",
        "mother",
        "addiction",
        "my son is using ketamine",
        "sons",
        "quit",
    ],
)
def test_no_everyday_word_is_taken_for_another(query):
    make_article(title="A song of the week", body="<p>Life skills: feels, friends, others, actions, quiet, ketamine use.</p>")

    assert search(query).suggestion is None


@pytest.mark.parametrize("query", ["kill myself", "want to die", "suicde", "my son won't wake up", "overdsoe overdose"])
def test_words_of_danger_are_never_corrected(query):
    make_article(title="Skills", body="<p>He died of suicide and an overdose, wakes the son, wants a song.</p>")

    assert search(query).suggestion is None
    assert search(query).urgent


def test_words_of_the_glossary_are_not_corrected(client):
    make_article(title="A neurologist")
    make_term("Urologist", other_names="ureologist")

    assert ">neurologist</a>”." in client.get("/search/?q=neurologst").content.decode()
    assert not any(said in client.get("/search/?q=ureologist").content for said in (b"Did you mean", b"Showing pages for"))
