"""Tells whether somebody who searches may be in danger: then numbers to call come before anything that was found.

A word too many costs the reader a card that they did not need; a word too few may cost far more. Yet "die" by itself
("can you die from it"), or as a part of "diet", is no cry for help. The query is looked at here, and kept nowhere.
"""

import re

from content.query import MAX_LENGTH, plain_name

_SELF = "(?:my|him|her|your|them|our) ?s(?:el(?:f|ves)|lef|efl)"
_WHOSE = "(?:my|his|her|their|your|our)"
# `plain_name()` parts words at an apostrophe: "won't", "won’t" and "wont" are all `won ?t`.
_NOT = (
    "(?:(?:won|can|don|didn|doesn|isn|aren|wasn|hasn|haven|wouldn|couldn) ?t|cannot|not|no|unable to|stopped|stops|barely"
    "|hardly|struggl(?:es|ing) to|trouble|difficulty|hard to)"
)
_BETWEEN = "(?:(?:be|been|even|really|fully|properly|get(?:ting)? (?:him|her|them) to) )*"
_DRUG = (
    r"(?:drugs?|pills?|tablets?|med(?:s|icines?|ication)|painkillers?|paracetamol|ket\w*|k|alcohol|booze|drinks?|vodka|benzo\w*"
    r"|xan\w*|valium|vallies|diazepam|ghb|gbl|g|opioids?|opiates?|heroin|methadone|codeine|tramadol|coke|cocaine|mdma|mandy"
    r"|ecstasy|speed|spice)"
)
_STRANGELY = "(?:slow(?:ly)?|shallow|strange(?:ly)?|weird|funny)"
_KIN = (
    "(?:me|us|him|her|them|my (?:mum|mom|mother|dad|father|parents?|son|daughter|kids?|child(?:ren)?|baby|brother|sister|wife"
    "|husband|partner|boyfriend|girlfriend|ex|mate|friend))"
)
_HURTS = (
    "(?:hits?|hitting|beats?|beaten|beating|punch(?:es|ed|ing)?|slap(?:s|ped|ping)?|bit|bites|hurt(?:s|ing)?"
    "|grab(?:s|bed|bing)|attack(?:s|ed|ing)?|abus(?:es|ed|ing)|stabb?(?:s|ed|ing)?|kill(?:s|ed|ing)?)"
)
_DANGER = (
    # wanting to die, and harm to oneself
    r"suic\w{0,2}d\w*|sucid\w*|suis[iy]d\w*|unalive\w*|kms|self ?(?:harm|injur)\w*",
    f"(?:kill|hurt|harm|cut|hang|drown|top|stab|poison)(?:[tpb]?ing|ed|s)? {_SELF}|slit {_WHOSE} wrists?",
    f"(?:end|ends|ending|ended) (?:it(?: all|$| now| tonight)|{_WHOSE} (?:own )?li(?:fe|ves))|jump(?:ing)? (?:off|in ?front)",
    f"(?:take|takes|taking|took|taken) {_WHOSE} own li(?:fe|ves)",
    "(?:want|wants|wanted|wanting|wanna|going|gonna|ready|about) (?:(?:to|2) )?(?:die|be dead)",
    "(?:not|(?:don|doesn|didn) ?t) (?:want|wanna) (?:to )?(?:live|exist|wake up|be (?:alive|here))",
    "nothing to live for|will to live",
    "(?:no|any) (?:reason|point) (?:to|in) liv(?:e|ing)|better off (?:dead|without (?:me|him|her|us))",
    "wish (?:i|he|she) (?:was|were) dead",
    f"(?:cannot|can ?t|not) (?:(?:keep|stay|feel) (?:{_SELF} )?safe|go on|cope)|want to disappear|do this any ?more",
    # danger to life: first what our page on urgent help says of 999
    "dying|kill me|ov{1,2}er ?dos(?:e|ed|es|ing)|overdoes|od|oded|od d|(?:take|taken|took|had) too (?:much|many)",
    f"too (?:much|many) {_DRUG}|(?:done|did|drank|drunk|swallowed|snorted|sniffed) (?:far |way )?too (?:much|many)",
    f"(?:mix|combin)(?:e|ed|es|ing)? (?:[a-z]+ ){{0,3}}{_DRUG}|{_DRUG} (?:[a-z]+ )?(?:mix|combin)(?:e|ed|es|ing)?",
    "spik(?:ed|ing)|laced|drugged|(?:bad|scary) trip",
    f"{_NOT} {_BETWEEN}(?:wak(?:e|es|ing)|woken?|roused?|breath(?:e|es|ing)?|respond(?:s|ing)?|conscious|com(?:e|ing) round)",
    f"{_STRANGELY} breath(?:e|es|ing)|breathing (?:(?:is|has|very|really) )*(?:{_STRANGELY}|stopped)|gasping|choking|gurgling",
    "(?:blue|grey) lips|lips (?:(?:are|have|gone|going|turning) )*(?:blue|grey)|(?:gone|going|turned|turning) blue",
    r"seizures?|convuls\w*|(?:having|had) (?:a )?fits?|chest pains?|heart (?:attack|stopped)|no pulse",
    r"uncon\w{1,3}ious\w*|lost consciousness|unresponsive|coll?aps(?:e|ed|es|ing)|(?:pass|black)(?:ed|ing) out",
    # danger from another person, and what our page on urgent help says of A&E
    rf"{_HURTS} (?:up )?{_KIN}|violen(?:t|ce|tly)|domestic abuse|threaten\w*|strangl\w*|assault\w*|raped?|raping",
    f"unsafe|not safe|(?:scared|afraid|frightened|terrified) of {_KIN}|(?:has|have|got|with) a (?:knife|gun|weapon)",
    "(?:can ?t|cannot|couldn ?t|unable to|not able to) (?:even |really )?(?:pee|wee|urinate|piss|pass (?:urine|water))",
    "no (?:pee|wee|urine) (?:will |is )?com(?:e|es|ing)",
    "chest (?:hurts|hurting|is tight)|pain in (?:my |his |her |the )?chest|(?:in|out of) (?:a |the )?k ?hole",
    # where people look for help
    "emerg[ae]nc(?:y|ies)|amb[ue]l[ae]nces?|999|a (?:and )?e|crisis|crises|samaritans?",
)
_PLEA = "(?:(?:please|i|we|need|urgent|urgently) )*(?:help(?: (?:me|us|him|her|now|please))*|urgent(?:ly)?)"  # and no more
_PATTERN = re.compile(rf"\b(?:{'|'.join(_DANGER)})\b|^{_PLEA}$")


def speaks_of_danger(query: str) -> bool:
    """Whether `query`, which may be any text at all, speaks of danger to life or of wanting to die."""
    return _PATTERN.search(plain_name(query[: MAX_LENGTH * 10])) is not None
