"""What the desk shows of one enquiry, opened."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from enquiries import vault
from enquiries.copies import indented, one_line
from enquiries.models import Enquiry, Membership, SealedDocument
from enquiries.sealing.errors import SealBroken
from enquiries.vault import ContentKeys
from staff.models import User

Kind = SealedDocument.Kind
PRESENT = timedelta(minutes=5)


@dataclass(frozen=True)
class Entry:
    """One thing that was written, in the order of writing."""

    kind: str
    at: datetime
    author: str
    text: str = field(repr=False)
    damaged: bool = False


@dataclass(frozen=True)
class Opened:
    """An enquiry as those who may read it see it. Nothing of it shows in a `repr`."""

    answers: dict[str, Any] = field(repr=False)
    thread: list[Entry] = field(repr=False)

    @property
    def called(self) -> str:
        """What the person asked to be called."""
        return str(self.answers.get("name") or "")

    @property
    def way(self) -> str:
        """How they want to hear from us: "return", "phone" or "email"."""
        return str(self.answers.get("way") or "return")


def read_all(enquiry: Enquiry, keys: ContentKeys) -> Opened:
    """Return what was written, opened. What does not open is named as damaged; nothing is guessed."""
    answers: dict[str, Any] = {}
    thread = []
    roles = dict(Membership.objects.filter(team=enquiry.team).values_list("user", "role"))
    for document in enquiry.documents.select_related("author"):
        author = _author(document, roles)
        try:
            content = vault.read(document, enquiry, keys)
        except SealBroken:
            if document.kind == Kind.ENQUIRY:
                answers = {}  # an earlier one's rules for contact may not be safe any more
            thread.append(Entry(document.kind, document.written_at, author, "", damaged=True))
            continue
        if document.kind == Kind.ENQUIRY:
            answers = content
        thread.append(Entry(document.kind, document.written_at, author, str(content.get("message", content.get("text", "")))))
    return Opened(answers, thread)


def _author(document: SealedDocument, roles: dict[int, str]) -> str:
    if document.kind in (Kind.ENQUIRY, Kind.MESSAGE):
        return ""
    role = roles.get(document.author_id or 0)
    name = str(document.author) if document.author else "a former colleague"
    return f"{name}, {role}" if role else name


def others_here(enquiry: Enquiry, user: User) -> list[str]:
    """Return the names of colleagues who have looked at this enquiry in the last minutes."""
    lately = enquiry.viewings.filter(seen_at__gt=timezone.now() - PRESENT).exclude(user=user).select_related("user")
    return [str(viewing.user) for viewing in lately]


def as_text(enquiry: Enquiry, opened: Opened) -> Iterator[str]:
    """Yield the lines of a copy that a member of staff takes out of the desk, for the person's care record."""
    yield f"Enquiry {enquiry.reference}, received {timezone.localtime(enquiry.received_at):%-d %B %Y, %H:%M}"
    yield f"About: {enquiry.get_audience_display()}"
    if enquiry.topic:
        yield f"Topic: {enquiry.get_topic_display()}"
    for label, value in details(opened.answers):
        yield f"{label}: {one_line(value)}"
    for entry in opened.thread:
        who = entry.author or "The enquirer"
        yield f"\n{timezone.localtime(entry.at):%-d %B %Y, %H:%M}, {who} ({Kind(entry.kind).label}):"
        yield "(damaged: it cannot be opened)" if entry.damaged else indented(entry.text) or "(no message)"


def details(answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the person said about themselves and about reaching them, with its label."""
    yield "Name to use", str(answers.get("name") or "They gave no name.")
    if answers.get("needs"):
        yield "What helps them talk", str(answers["needs"])
    if answers.get("phone"):
        yield "Phone", str(answers["phone"])
    if answers.get("email"):
        yield "Email", str(answers["email"])
    for rule in safe_contact(answers):
        yield "Safe contact", rule


def safe_contact(answers: dict[str, Any]) -> Iterator[str]:
    """Yield the rules that the person gave for reaching them safely, as instructions."""
    way = answers.get("way")
    if way == "phone":
        yield "You may leave a voicemail." if answers.get("voicemail") else "Do not leave a voicemail."
        if answers.get("say_who"):
            yield "You may say who is calling."
        else:
            yield "Do not say who is calling. Give your first name and nothing else."
        if answers.get("if_others"):
            yield f"If someone else answers or listens, they ask you to say: “{answers['if_others']}”"
        else:
            yield "If someone else answers, say that you will call again, and nothing else."
    elif way == "email":
        if answers.get("email_safe"):
            yield "Email is safe. Still write nothing in it that names why."
        else:
            yield "Email may not be safe: others may see it. Answer here; they can come back with their receipt."
    else:
        yield "They come back here for the reply. There is no number or address, and none is to be looked for."
    if answers.get("times"):
        yield f"Times: “{answers['times']}”"
