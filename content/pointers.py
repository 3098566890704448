"""What a search finds beside articles: the glossary's terms, and the pages whose words no editor writes."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from content.everyday import EVERYDAY
from content.models import GlossaryTerm
from content.query import STOP_WORDS, names_in, plain_name

MOST_TERMS = 3


class FixedPage(NamedTuple):
    """A page at a fixed address: what a link to it says, the name of its route, and what people call it."""

    title: str
    route: str
    names: frozenset[str]


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split(", "))


FIXED_PAGES = (  # a name has no stop words
    FixedPage(
        "Contact",
        "content:contact",
        _names(
            "contact, contact details, phone, phone number, email, email address, address, location, directions, "
            "opening hours, opening times, complaint, complaints, complain, refer patient, refer someone, make referral, "
            "referral form, professionals, health professionals, healthcare professionals"
        ),
    ),
    FixedPage("Glossary", "content:glossary", _names("glossary, dictionary, jargon")),
    FixedPage(
        "The therapies side by side",
        "content:compare",
        _names("compare, comparison, compare therapies, compare treatments, therapies side side"),
    ),
    FixedPage(
        "Ask us in confidence",
        "enquire",
        _names("enquiry, enquiries, enquire, inquiry, confidential enquiry, ask, ask question, ask confidence"),
    ),
    FixedPage(
        "Read our reply",
        "enquire_reply",
        _names("receipt, lost receipt, receipt lost, reply, read reply, replied, erase, erase enquiry, delete enquiry"),
    ),
)


def fixed_page(query: str) -> FixedPage | None:
    """Return the fixed page that `query` names, whatever stop words are about it ("how do I contact you")."""
    name = " ".join(word for word in plain_name(query[:100]).split() if word not in STOP_WORDS)
    return next((page for page in FIXED_PAGES if name in page.names), None)


def glossary_names(terms: Iterable[GlossaryTerm]) -> dict[str, GlossaryTerm]:
    """Return the glossary's terms by each of their plain names."""
    return {plain_name(name): term for term in terms for name in term.names()}


def glossary_terms(text: str, names: Mapping[str, GlossaryTerm]) -> list[GlossaryTerm]:
    """Return the terms that `text` has words for, as `glossary_names()` knows them, up to `MOST_TERMS`."""
    return list(dict.fromkeys(term for _, term in names_in(text, names)))[:MOST_TERMS]


def our_words(names: Mapping[str, GlossaryTerm]) -> dict[str, str]:
    """Return what this site calls each thing: the glossary's other names by their terms, and the everyday words."""
    return {**{name: _in_a_sentence(term.term) for name, term in names.items()}, **EVERYDAY}


def _in_a_sentence(term: str) -> str:
    return term if term[1:] != term[1:].lower() else term.lower()
