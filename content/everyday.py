"""Everyday words that people search with, and the words that this site uses for the same thing.

The articles come first: a word is only read as ours where no published article has it. Editors may write "weed" one day,
and then it is found as it stands. What a word becomes must be a word that the site would say itself: no label for a person.
"""

from collections.abc import Mapping
from typing import NamedTuple

from content.engines import Engine
from content.query import names_in, terms

MOST = 3  # words of one query that are read as ours

EVERYDAY = {
    everyday: ours
    for ours, words in {
        "ketamine": "ket, keta, kett, k, special k, super k, vitamin k, horse tranquilliser, horse tranquiliser, "
        "horse tranquilizer, donkey dust, wonk, ketamina",
        "esketamine": "spravato",
        "cannabis": "weed, skunk, marijuana, ganja, pot, hash, hashish, spliff, bong, edible, gummy, gummies, stoned",
        "alcohol": "booze, drunk, alcoholic, alcoholism",
        "benzodiazepines": "xanax, xan, alprazolam, valium, vallies, vally",
        "opioids": "methadone, subutex, buprenorphine, heroin, codeine, tramadol, morphine, fentanyl, oxycodone",
        "other drugs": "cocaine, coke, crack, mdma, mandy, molly, ecstasy, amphetamine, speed, meth, mcat, mephedrone, lsd, "
        "acid, mushroom, magic mushroom, shroom, nitrous, nitrous oxide, laughing gas, balloon, poppers",
        "pee": "wee, weeing, urine, urinate, urinating, urination, piss, pissing",
        "bladder": "incontinence, incontinent",
        "bladder infection": "uti, urinary tract infection, water infection",
        "tummy": "belly, abdomen, abdominal",
        "yellow skin": "jaundice, jaundiced",
        "nose": "nosebleed, nose bleed, nose bleeding, bleeding nose, snort, snorting, sniff, sniffing",
        "sleep": "insomnia, sleepless",
        "low mood": "comedown",
        "panic": "panic attack",
        "alone": "lonely, loneliness",
        "dependence": "addiction, adiction, addicition, addicted, addict, hooked, junkie, druggie",
        "therapy": "counselling, counseling, councelling, councilling, counciling, psychotherapy",
        "therapist": "counsellor, counselor, psychologist, psychotherapist, psychiatrist, shrink",
        "rehab": "residential, residential treatment, inpatient",
        "12-step": "twelve step, ca, alcoholics anonymous, cocaine anonymous, sponsor",
        "groups for families": "alanon, al anon, nar anon",
        "mental health": "adhd, autism, autistic, ocd, bipolar, schizophrenia, eating disorder, anorexia, bulimia, sectioned, "
        "hallucination, hallucinating, paranoia, paranoid",
        "families": "family, son, daughter, child, mum, mom, mother, dad, father, parent, brother, sister, sibling, loved one, "
        "husband, wife, spouse, partner, boyfriend, girlfriend, fiance, fiancee, nan, gran, grandma, grandad, grandson, "
        "granddaughter, uncle, aunt, auntie, cousin, nephew, niece, stepson, stepdaughter, kid, teen, lad, hubby, bf, gf, "
        "carer",
        "friends": "friend, mate, flatmate, housemate",
        "drug debt": "dealer, owe money, owes money",
        "police": "arrest, arrested",
        "limits": "boundary, boundaries, enabling, enabler, tough love, codependent, codependency, co dependent",
        "teenager": "underage, 14 year old, 15 year old, 16 year old, 17 year old",
        "memory": "brain fog, forgetful, forgetting",
        "dissociation": "depersonalisation, depersonalization, derealisation, derealization",
        "psychosis": "psychotic, delusional",
        "housing": "homeless, homelessness, hostel, evicted",
        "data protection": "gdpr",
        "leaving": "exit, quick exit",
        "programme": "program",
        "behaviour": "behavior, behavioral",
        "class B": "illegal, legality",
        "university": "uni, student",
        "urgent help": "hospital",
        "going missing": "steal, stealing, stole, stolen, theft, thief",
        "PTSD": "flashback, nightmare",
        "K-cramps": "kcramp",
        "lower risks": "harm reduction, safer use",
        "cost": "fee, price, pricing, charge, payment, expensive, afford",
        "stop": "quit, quitting, clean",
        "stop suddenly": "cold turkey",
        "cut down": "taper, tapering",
    }.items()
    for everyday in words.split(", ")
}


class Instead(NamedTuple):
    """A word of the query that no article has, and the words that were looked for in its place."""

    word: str
    ours: str


def in_our_words(engine: Engine, text: str, names: Mapping[str, str] = EVERYDAY) -> tuple[str, list[Instead]]:
    """Return `text` with up to `MOST` of its everyday words as this site says them, and what was put for what.

    Whether an article has those words remains to be seen.
    """
    parts: list[str] = []
    instead: list[Instead] = []
    done = 0
    for place, ours in names_in(text, names)[:MOST]:
        if not is_found(engine, text[place]):
            parts += [text[done : place.start], ours]
            instead.append(Instead(text[place], ours))
            done = place.stop
    return "".join([*parts, text[done:]]), instead


def is_found(engine: Engine, words: str) -> bool:
    """Whether a published article has these words, one after the other. Stop words by themselves count as found."""
    wanted, _ = terms(f'"{words}"')
    return not wanted or bool(engine.ranked(wanted, [], any_term=False))
