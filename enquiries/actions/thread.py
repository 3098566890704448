"""What is written after the enquiry: the enquirer's further words, replies, and notes among staff."""

from uuid import UUID, uuid4

from django.db import transaction

from enquiries import audit, notices, vault
from enquiries.actions.changing import answered, locked, refuse_flood, save, says, wait_anew
from enquiries.models import Enquiry, Notification, SealedDocument
from enquiries.sealing.errors import SealBroken
from enquiries.sealing.receipt import Receipt
from enquiries.vault import ContentKeys, Unlocked

Kind = SealedDocument.Kind


@transaction.atomic
def write_again(*, enquiry: Enquiry, receipt: Receipt, text: str, uid: UUID) -> None:
    """Add an enquirer's further words, and start the clock if it was not running.

    `uid` is the form's: the same words of a form that is sent twice count once, and changed ones are kept beside the first.

    Raises:
        ErasedMeanwhile: the enquiry is gone.
        TooMuchToday: they have written very often.
    """
    enquiry = locked(enquiry)
    keys = vault.keys_by_receipt(enquiry, receipt)
    first = enquiry.documents.filter(uid=uid).first()
    if first and _said_since(first, enquiry, keys, text):
        return
    refuse_flood(enquiry)
    vault.write(enquiry, keys, Kind.MESSAGE, {"text": text}, uid=uuid4() if first else uid)
    wait_anew(enquiry)


@transaction.atomic
def reply(*, enquiry: Enquiry, desk: Unlocked, text: str, version: int) -> None:
    """Answer an enquiry, and tell its enquirer by mail if they asked for that and said that it is safe.

    `version` is the enquiry's as the writer saw it.

    Raises:
        ChangedMeanwhile: somebody has written or changed something since.
        ErasedMeanwhile: the enquiry is gone.
        NotForYou: the enquiry is not theirs to read.
    """
    enquiry = locked(enquiry, version)
    keys = vault.keys_for(enquiry, desk)
    vault.write(enquiry, keys, Kind.REPLY, {"text": text}, author=desk.user)
    answered(enquiry)
    save(enquiry)
    notices.tell_enquirer(enquiry, Notification.Kind.ANSWERED, _safe_email(enquiry, keys))
    audit.record(audit.Act.REPLIED, actor=desk.user, enquiry=enquiry, role=desk.role_in(enquiry.team))


@transaction.atomic
def add_note(*, enquiry: Enquiry, desk: Unlocked, text: str) -> None:
    """Add a note that only staff can read. A note overwrites nothing, so it asks for no version.

    Raises:
        NotForYou: the enquiry is not theirs to read.
        ErasedMeanwhile: the enquiry is gone.
    """
    enquiry = locked(enquiry)
    vault.write(enquiry, vault.keys_for(enquiry, desk), Kind.NOTE, {"text": text}, author=desk.user)
    audit.record(audit.Act.NOTED, actor=desk.user, enquiry=enquiry, role=desk.role_in(enquiry.team))


def _said_since(first: SealedDocument, enquiry: Enquiry, keys: ContentKeys, text: str) -> bool:
    """Say whether a message holds these words: the first that its form sent, or a later one."""
    later = enquiry.documents.filter(kind=Kind.MESSAGE, pk__gte=first.pk)
    return any(says(document, enquiry, keys, {"text": text}) for document in later)


def _safe_email(enquiry: Enquiry, keys: ContentKeys) -> str:
    """Return the address to which a neutral mail may go, or nothing, also where the answers were damaged."""
    try:
        answers = vault.read(enquiry.documents.filter(kind=Kind.ENQUIRY).latest("pk"), enquiry, keys)
    except SealBroken:
        return ""
    return str(answers["email"]) if answers.get("way") == "email" and answers.get("email_safe") else ""
