"""Names that stand in a query."""

import pytest

from content.query import names_in, plain_name, terms

pytestmark = pytest.mark.sqlite

NAMES = {"k": "ketamine", "k hole": "K-hole", "son": "families", "special k": "ketamine"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("k", [("k", "ketamine")]),
        ("my Son’s k-hole", [("Son", "families"), ("k-hole", "K-hole")]),
        ("sons", [("sons", "families")]),
        ("Special  K", [("Special  K", "ketamine")]),
        ('"special k" help', [("special k", "ketamine")]),
        ("special", []),
        ("song season", []),
        ("help -son", []),
        ('help -"special k" k', [("k", "ketamine")]),
        ("", []),
        ("s", []),
    ],
)
def test_the_longest_name_at_each_place_is_found(text, found):
    assert [(text[place], meaning) for place, meaning in names_in(text, NAMES)] == found


def test_names_are_alike_whatever_stands_between_their_words():
    assert plain_name(" K-Hole ") == plain_name("k hole") == "k hole"
    assert plain_name("C.B.T.") == plain_name("cbt") == "cbt"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("my boyfriend won't stop", ["boyfriend", "stop"]),
        ("my boyfriend won’t stop", ["boyfriend", "stop"]),
        ("my boyfriend wonʼt stop", ["boyfriend", "stop"]),
        ("Boyfriend wont STOP", ["boyfriend", "stop"]),
        ("I’ve relapsed", ["relapsed"]),
        ("ive relapsed and im scared", ["relapsed", "scared"]),
        ("what's ketamine? he doesnt say", ["ketamine", "say"]),
        ("wants to sing", ["wants", "sing"]),
        ("mentally ill", ["mentally", "ill"]),
        ('"won\'t stop"', ["won t stop"]),
        ("C.B.T. or D.B.T", ["cbt", "dbt"]),
        ("end. next", ["end", "next"]),
        ("ket\u200bamine", ["ketamine"]),
        ("ketamine\xa0bladder", ["ketamine", "bladder"]),
    ],
)
def test_words_are_read_as_people_type_them(text, wanted):
    assert [" ".join(term.words) for term in terms(text)[0]] == wanted
