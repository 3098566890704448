"""What an enquirer sees who comes back: the words of both sides, who has looked, and when all of it goes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from enquiries import vault
from enquiries.copies import indented, one_line
from enquiries.forms import WAYS
from enquiries.models import AccessEntry, Audience, DeskSettings, Enquiry, Membership, SealedDocument, Topic
from enquiries.sealing.errors import SealBroken
from enquiries.vault import ContentKeys

Kind = SealedDocument.Kind
LOOKED = (AccessEntry.Act.OPENED, AccessEntry.Act.REVEALED, AccessEntry.Act.EXPORTED)
#: What a form's answers are called when they are read back.
LABELS = {
    "audience": "About",
    "name": "What to call you",
    "way": "Reply",
    "phone": "Phone",
    "voicemail": "A voicemail is safe",
    "say_who": "We may say that the clinic is calling",
    "if_others": "If someone else answers, say",
    "times": "Times",
    "email": "Email",
    "email_safe": "An email is safe",
    "topic": "Help with",
    "needs": "What helps you talk",
    "urgent": "Help needed today",
}
ASKED_WITH = {"voicemail": "phone", "say_who": "phone", "email_safe": "email"}
CHOSEN = {"audience": dict(Audience.choices), "topic": dict(Topic.choices), "way": dict(WAYS)}


@dataclass(frozen=True)
class Entry:
    """Something that was written, by the enquirer or by somebody of the clinic, who is named by role."""

    at: datetime
    role: str  # empty for the enquirer
    text: str = field(repr=False)
    details: list[tuple[str, str]] = field(repr=False, default_factory=list)


@dataclass(frozen=True)
class History:
    """All that an enquirer may see of their enquiry."""

    entries: list[Entry] = field(repr=False)
    looks: list[tuple[str, date]]
    erase_on: date | None
    keep_days: int

    @property
    def answered(self) -> bool:
        """Whether there is a reply to read."""
        return any(entry.role for entry in self.entries)


def history(enquiry: Enquiry, keys: ContentKeys) -> History:
    """Return what the enquirer may see. Notes among staff are not part of it: the receipt does not open them."""
    roles = dict(Membership.objects.filter(team=enquiry.team).values_list("user", "role"))
    documents = enquiry.documents.exclude(kind=Kind.NOTE)
    looks = AccessEntry.objects.of(enquiry).filter(act__in=LOOKED).order_by("number")
    return History(
        entries=[_entry(document, enquiry, keys, roles) for document in documents],
        looks=list(dict.fromkeys((look.role or "Staff", timezone.localdate(look.at)) for look in looks)),
        erase_on=enquiry.erase_on,
        keep_days=DeskSettings.load().keep_closed_days,
    )


def as_text(shown: History) -> Iterator[str]:
    """Yield the lines of the file that an enquirer takes along."""
    for entry in shown.entries:
        yield f"{timezone.localtime(entry.at):%-d %B %Y, %H:%M}, {entry.role or 'you'}:"
        yield from (f"{label}: {one_line(value)}" for label, value in entry.details)
        yield f"{indented(entry.text) or '(no message)'}\n"
    yield from (f"Opened by: {role}, {day:%-d %B %Y}" for role, day in shown.looks)
    yield f"To be erased on {shown.erase_on:%-d %B %Y}." if shown.erase_on else "No date for erasure is set while it is open."


def _entry(document: SealedDocument, enquiry: Enquiry, keys: ContentKeys, roles: dict[int, str]) -> Entry:
    role = roles.get(document.author_id or 0, "Staff") if document.kind == Kind.REPLY else ""
    try:
        content: dict[str, Any] = vault.read(document, enquiry, keys)
    except SealBroken:
        content = {"text": "This message was damaged and cannot be opened."}
    details = [(label, _said(name, content[name])) for name, label in LABELS.items() if _is_answered(name, content)]
    return Entry(document.written_at, role, str(content.get("message", content.get("text", ""))), details)


def _is_answered(name: str, content: dict[str, Any]) -> bool:
    """Whether the enquirer answered it. "No" is an answer, where the question was asked."""
    return content.get(name) not in (None, "") and bool(content.get(ASKED_WITH.get(name, name)) or name == "urgent")


def _said(name: str, answer: Any) -> str:
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    return CHOSEN.get(name, {}).get(answer, str(answer))
