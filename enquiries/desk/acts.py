"""What can be done on the page of one enquiry: for each act its form, what it calls, and what is said when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from enquiries.actions import handle, thread
from enquiries.desk import forms
from enquiries.models import Enquiry
from enquiries.vault import Unlocked

Run = Callable[[Enquiry, Unlocked, dict[str, Any]], None]


@dataclass(frozen=True)
class Act:
    """One act: its form's data is given to `run` when it is sound."""

    form: type[forms.ActForm]
    run: Run
    done: str
    undone: str = ""  # what is said instead where nobody, or nothing, was chosen

    def said(self, data: dict[str, Any]) -> str:
        """Return what to say of this act, done with this data."""
        chosen = data.get("to") or data.get("spam")
        return self.done.format(**data) if chosen or not self.undone else self.undone


def _reply(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    thread.reply(enquiry=enquiry, desk=desk, text=data["text"], version=data["version"])


def _note(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    thread.add_note(enquiry=enquiry, desk=desk, text=data["text"])


def _assign(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    handle.assign(enquiry=enquiry, to=data["to"], by=desk.user, version=data["version"])


def _move(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    handle.move(enquiry=enquiry, to=data["to"], desk=desk, version=data["version"])


def _contacted(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    handle.mark_contacted(enquiry=enquiry, desk=desk, version=data["version"])


def _close(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    handle.close(enquiry=enquiry, reason=Enquiry.Reason(data["reason"]), desk=desk, version=data["version"])


def _reopen(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    handle.reopen(enquiry=enquiry, desk=desk, version=data["version"])


def _screen(enquiry: Enquiry, desk: Unlocked, data: dict[str, Any]) -> None:
    handle.screen(enquiry=enquiry, spam=data["spam"], desk=desk, version=data["version"])


ACTS = {
    "reply": Act(forms.ReplyForm, _reply, "Your reply is there for them to read."),
    "note": Act(forms.NoteForm, _note, "Your note is added."),
    "assign": Act(forms.AssignForm, _assign, "Assigned to {to}.", "Assigned to nobody."),
    "move": Act(forms.MoveForm, _move, "Handed over. The other team can read it now, and has been told."),
    "contacted": Act(forms.ActForm, _contacted, "Marked as contacted."),
    "close": Act(forms.CloseForm, _close, "Closed. It is erased on the day that the page names."),
    "reopen": Act(forms.ActForm, _reopen, "Open again."),
    "screen": Act(
        forms.ScreenForm,
        _screen,
        "Taken for spam and closed. It is erased on the day that the page names.",
        "Not taken for spam. It waits for an answer like any other.",
    ),
}
