"""What counts as speaking of danger."""

import pytest

from content.crisis import speaks_of_danger


@pytest.mark.parametrize(
    "query",
    [
        "suicide",
        "Suicidal thoughts",
        "sucide",
        "kill myself",
        "he says he is killing himself",
        "kill my self",
        "end my life",
        "ending it all",
        "took her own life",
        "want to die",
        "I WANT TO DIE",
        "wants to die",
        "wanna die",
        "is she going to die",
        "don't want to live",
        "dont want to be here any more",
        "dying",
        "hurt myself",
        "harming themselves",
        "cutting myself",
        "self-harm",
        "self harming",
        "selfharm",
        "overdose",
        "overdosed on ket",
        "over dose",
        "OD",
        "od'd",
        "taken too much",
        "my son won't wake up",
        "my son won’t wake up",
        "wont wake up",
        "can't wake him",
        "cant wake",
        "cannot be woken",
        "not waking up",
        "not breathing",
        "stopped breathing",
        "can’t breathe",
        "unconscious",
        "unresponsive",
        "collapsed",
        "emergency",
        "999",
        "call 999!",
        "A&E",
        "ambulance",
        "samaritans",
        "Samaritan's number",
        "crisis",
        '"want to" "die"',
        "want\u00a0to\ndie",
    ],
)
def test_danger_is_heard(query):
    assert speaks_of_danger(query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "diet",
        "want to diet",
        "soldier",
        "die",
        "can you die from ketamine",
        "method",
        "body",
        "period",
        "hurt",
        "does it hurt",
        "kill",
        "does ketamine kill nerves",
        "harm reduction",
        "cut down",
        "help myself",
        "wake up",
        "breathing exercises",
        "studying",
        "9990",
        "critical",
        "life",
        "my own life",
        "end of treatment",
        "k-hole",
        "ketamine bladder",
    ],
)
def test_other_words_are_not_taken_for_danger(query):
    assert not speaks_of_danger(query)


def test_danger_is_heard_at_the_end_of_a_long_query():
    assert speaks_of_danger(
        "we have been up all night and he has had a lot and I do not know what else but now " * 3 + "he won't wake up"
    )


def test_the_longest_query_is_answered_at_once():
    assert not speaks_of_danger("won t " * 100_000)
