"""What is written after the enquiry: the enquirer's further words, replies, and notes among staff."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from enquiries import audit, notices, vault
from enquiries.models import DeskSettings, Enquiry, Notification, SealedDocument
from enquiries.sealing.receipt import Receipt
from enquiries.vault import Unlocked
from enquiries.working_hours import add_working_hours

Kind = SealedDocument.Kind


class ChangedMeanwhile(Exception):
    """A colleague or the enquirer was quicker. The words were not stored: show what changed, and keep them in the form."""


@transaction.atomic
def write_again(*, enquiry: Enquiry, receipt: Receipt, text: str, uid: UUID) -> None:
    """Add an enquirer's further words, and start the clock if it was not running. `uid` is the form's: twice counts once."""
    enquiry = Enquiry.objects.select_for_update().select_related("team").get(pk=enquiry.pk)
    if enquiry.documents.filter(uid=uid).exists():
        return
    vault.write(enquiry, vault.keys_by_receipt(enquiry, receipt), Kind.MESSAGE, {"text": text}, uid=uid)
    if enquiry.state != Enquiry.State.WAITING:
        _start_clock(enquiry)
    _changed(enquiry)
    notices.tell_team(enquiry, Notification.Kind.MESSAGE)
    audit.record(audit.Act.WROTE, enquiry=enquiry)


@transaction.atomic
def reply(*, enquiry: Enquiry, desk: Unlocked, text: str, version: int) -> None:
    """Answer an enquiry, and tell its enquirer by mail if they asked for that and said that it is safe.

    `version` is the enquiry's as the writer saw it.

    Raises:
        ChangedMeanwhile: somebody has written or changed something since.
        NotForYou: the enquiry is not theirs to read.
    """
    enquiry = Enquiry.objects.select_for_update().select_related("team").get(pk=enquiry.pk)
    if enquiry.version != version:
        raise ChangedMeanwhile
    keys = vault.keys_for(enquiry, desk)
    vault.write(enquiry, keys, Kind.REPLY, {"text": text}, author=desk.user)
    enquiry.state = Enquiry.State.ANSWERED
    enquiry.closed_at, enquiry.erase_on, enquiry.close_reason = None, None, ""
    _changed(enquiry)
    answers = vault.read(enquiry.documents.filter(kind=Kind.ENQUIRY).latest("pk"), enquiry, keys)
    safe = answers.get("way") == "email" and answers.get("email_safe")
    notices.tell_enquirer(enquiry, Notification.Kind.ANSWERED, answers["email"] if safe else "")
    audit.record(audit.Act.REPLIED, actor=desk.user, enquiry=enquiry, role=desk.role_in(enquiry.team))


@transaction.atomic
def add_note(*, enquiry: Enquiry, desk: Unlocked, text: str) -> None:
    """Add a note that only staff can read. A note overwrites nothing, so it asks for no version.

    Raises:
        NotForYou: the enquiry is not theirs to read.
    """
    vault.write(enquiry, vault.keys_for(enquiry, desk), Kind.NOTE, {"text": text}, author=desk.user)
    audit.record(audit.Act.NOTED, actor=desk.user, enquiry=enquiry, role=desk.role_in(enquiry.team))


def _start_clock(enquiry: Enquiry) -> None:
    """Make an enquiry wait for us again, also when it was closed."""
    enquiry.state = Enquiry.State.WAITING
    enquiry.closed_at, enquiry.erase_on, enquiry.close_reason = None, None, ""
    enquiry.waiting_since = timezone.now()
    enquiry.due_at = add_working_hours(enquiry.waiting_since, enquiry.team.target_hours, DeskSettings.load())
    enquiry.escalate_at = enquiry.due_at


def _changed(enquiry: Enquiry) -> None:
    enquiry.version += 1
    enquiry.changed_at = timezone.now()
    enquiry.save()
