"""Which words may be what somebody meant to type."""

import pytest

from content.search import search
from content.spelling import is_slip
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

    assert b"Did you mean" in client.get("/search/?q=neurologst").content
    assert b"Did you mean" not in client.get("/search/?q=ureologist").content
