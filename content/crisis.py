"""Tells whether somebody who searches may be in danger: then numbers to call come before anything that was found.

A word too many costs the reader a card that they did not need; a word too few may cost far more. Yet "die" by itself
("can you die from it"), or as a part of "diet", is no cry for help. The query is looked at here, and kept nowhere.
"""

import re

from content.query import MAX_LENGTH, plain_name

_SELF = "(?:my|him|her|your|them|our) ?sel(?:f|ves)"
_WHOSE = "(?:my|his|her|their|your|our)"
# `plain_name()` parts words at an apostrophe: "won't", "won’t" and "wont" are all `won ?t`.
_NOT = "(?:(?:won|can|didn|doesn|isn|wouldn|couldn) ?t|cannot|not|unable to|stopped|stops|barely|hardly)"
_DANGER = (
    # wanting to die, and harm to oneself
    r"s(?:ui|u)cid\w*|suicd\w*|unalive\w*|self ?(?:harm|injur)\w*",
    f"(?:kill|hurt|harm|cut|hang|drown|top|stab|poison)(?:[tpb]?ing|ed|s)? {_SELF}",
    f"(?:end|ends|ending|ended) (?:it all|{_WHOSE} (?:own )?li(?:fe|ves))",
    f"(?:take|takes|taking|took|taken) {_WHOSE} own li(?:fe|ves)",
    "(?:want|wants|wanted|wanting|wanna|going|gonna|ready|about) (?:to )?(?:die|be dead)",
    "(?:don|doesn) ?t (?:want|wanna) (?:to )?(?:live|be (?:alive|here))",
    "better off dead|wish (?:i|he|she) (?:was|were) dead",
    # danger to life
    "dying|kill me|over ?dos(?:e|ed|es|ing)|od|oded|od d|(?:take|taken|took|had) too (?:much|many)",
    f"{_NOT} (?:be )?(?:wak(?:e|es|ing)|woken?|roused?|breath(?:e|es|ing)?|respond(?:s|ing)?)",
    "unconscious|unresponsive|collaps(?:e|ed|es|ing)|pass(?:ed|ing) out",
    # where people look for help
    "emergency|emergencies|ambulances?|999|a e|crisis|crises|samaritans?",
)
_PATTERN = re.compile(rf"\b(?:{'|'.join(_DANGER)})\b")


def speaks_of_danger(query: str) -> bool:
    """Whether `query`, which may be any text at all, speaks of danger to life or of wanting to die."""
    return _PATTERN.search(plain_name(query[: MAX_LENGTH * 10])) is not None
