"""What the desk's list shows: which enquiries, in which order, and, unlocked, what each person asked to be called."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from enquiries import vault
from enquiries.models import Enquiry, EnquiryQuerySet, SealedDocument
from enquiries.sealing.errors import SealBroken
from enquiries.vault import ContentKeys, Unlocked

if TYPE_CHECKING:
    from staff.models import User

PAGE = 50
SEARCHED = 500  # how many enquiries a search by name opens, newest first: about a tenth of a second
NUMBER = re.compile(r"[\d\s()+./-]+")  # what may be a phone number
State, Screening = Enquiry.State, Enquiry.Screening


@dataclass(frozen=True)
class Tab:
    """One of the desk's lists."""

    name: str
    label: str
    counted: bool = False  # counting is quick where an index holds only these rows


TABS = (
    Tab("waiting", "Waiting", counted=True),
    Tab("mine", "Assigned to me"),
    Tab("held", "May be spam", counted=True),
    Tab("answered", "Answered"),
    Tab("closed", "Closed"),
)


@dataclass(frozen=True)
class Row:
    """One enquiry in the list. `called` is nothing where this desk cannot read it."""

    enquiry: Enquiry
    called: str | None
    readable: bool


def pick(tab: str, user: "User") -> EnquiryQuerySet:
    """Return the enquiries of a tab that a person may know of: what is overdue first, or what changed last."""
    # Prefetched and not joined: beside a table as small as the teams, SQLite would sort a million rows.
    mine = Enquiry.objects.visible_to(user).prefetch_related("team", "assignee")
    waiting = mine.waiting().order_by("due_at", "pk")
    recent = mine.order_by("-changed_at", "pk")
    return {
        "mine": mine.open().filter(assignee=user).order_by(F("state").desc(), "due_at", "pk"),
        "held": waiting.filter(screening=Screening.HELD),
        "answered": recent.filter(state=State.ANSWERED),
        "closed": recent.filter(state=State.CLOSED),
    }.get(tab, waiting.exclude(screening=Screening.HELD))


def page_of(enquiries: EnquiryQuerySet, number: int) -> tuple[list[Enquiry], bool]:
    """Return one page, and whether there is another. Nothing is counted: that would take a second at a million rows."""
    start = (number - 1) * PAGE
    found = list(enquiries[start : start + PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def rows(enquiries: Sequence[Enquiry], unlocked: Unlocked | None) -> list[Row]:
    """Return the rows of a list, with the names that an unlocked desk may read: three queries for all of them."""
    answers = _answers(enquiries, unlocked) if unlocked else {}
    return [Row(enquiry, _called(answers.get(enquiry.pk)), enquiry.pk in answers) for enquiry in enquiries]


def find(words: str, user: "User", unlocked: Unlocked) -> list[Row]:
    """Return the newest of a person's enquiries whose reference, name, phone or address holds these words."""
    own = Enquiry.objects.visible_to(user).filter(wraps__recipient=unlocked.key).prefetch_related("team", "assignee")
    newest = list(own.order_by("-changed_at", "pk")[:SEARCHED])
    answers = _answers(newest, unlocked)
    return [
        Row(enquiry, _called(answers[enquiry.pk]), True)
        for enquiry in newest
        if enquiry.pk in answers and _holds(enquiry, answers[enquiry.pk], words.casefold().strip())
    ][:PAGE]


def _answers(enquiries: Iterable[Enquiry], unlocked: Unlocked) -> dict[int, dict[str, object]]:
    """Return what each of these enquiries says that this desk may read, by primary key."""
    by_pk = {enquiry.pk: enquiry for enquiry in enquiries}
    keys = vault.keys_for_many(by_pk.values(), unlocked)
    first = SealedDocument.objects.filter(enquiry__in=keys, kind=SealedDocument.Kind.ENQUIRY).order_by("pk")
    latest = {document.enquiry_id: document for document in first}
    return {pk: _read(document, by_pk[pk], keys[pk]) for pk, document in latest.items()}


def _read(document: SealedDocument, enquiry: Enquiry, keys: ContentKeys) -> dict[str, object]:
    try:
        return vault.read(document, enquiry, keys)
    except SealBroken:
        return {"name": "(damaged)"}


def _called(answers: dict[str, object] | None) -> str | None:
    return None if answers is None else str(answers.get("name") or "")


def _holds(enquiry: Enquiry, answers: dict[str, object], wanted: str) -> bool:
    values = (enquiry.reference, *(str(answers.get(name, "")) for name in ("name", "phone", "email")))
    if wanted in "\n".join(values).casefold():
        return True
    digits = _digits(wanted) if NUMBER.fullmatch(wanted) else ""
    return bool(digits) and digits in _digits(str(answers.get("phone", "")))


def _digits(number: str) -> str:
    """Return a phone number as it is dialled within the country, so that all ways of writing it are the same."""
    return re.sub(r"^(\+|00)440?", "0", re.sub(r"[^\d+]", "", number)).replace("+", "")
