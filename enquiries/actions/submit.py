"""Takes in an enquiry: routes it, seals it, starts its clock and writes its notices, all or nothing."""

import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from enquiries import audit, notices, vault
from enquiries.actions.changing import due_after, refuse_flood, says, wait_anew
from enquiries.models import AccessEntry, Enquiry, ErasedEnquiry, Notification, SealedDocument
from enquiries.routing import route
from enquiries.sealing.base32 import ALPHABET
from enquiries.sealing.receipt import Receipt
from enquiries.vault import ContentKeys

Kind = SealedDocument.Kind
REFERENCE_SIGNS = 8


class ErasedAlready(Exception):
    """This form's enquiry was sent before, and has been erased since."""


@dataclass(frozen=True)
class Answers:
    """What an enquirer filled in. Nothing of it shows in a `repr`, so that no traceback or log can hold it."""

    audience: str = field(repr=False)
    way: str = field(repr=False)  # "return", "phone" or "email"
    urgent: bool = field(repr=False)
    topic: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    voicemail: bool = field(default=False, repr=False)
    say_who: bool = field(default=False, repr=False)
    if_others: str = field(default="", repr=False)
    times: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    email_safe: bool = field(default=False, repr=False)
    message: str = field(default="", repr=False)
    needs: str = field(default="", repr=False)

    @property
    def safe_email(self) -> str:
        """The address to which a neutral mail may go, or nothing."""
        return self.email if self.way == "email" and self.email_safe else ""


def submit(*, answers: Answers, token: str, held: bool = False) -> tuple[Enquiry, Receipt]:
    """Store an enquiry and return it with its receipt. The same form sent again makes no second one.

    `token` is the form's own. `held` keeps what looks like spam apart until somebody has judged.

    Raises:
        ErasedAlready: the enquiry of this form is gone.
        TooMuchToday: this form was changed and sent again very often.
        Team.DoesNotExist: there is no fallback team, so the enquiry is not open.
    """
    receipt, uid = Receipt.from_token(token), _uid(token)
    if ErasedEnquiry.objects.filter(uid=uid).exists():
        raise ErasedAlready
    if not Enquiry.objects.filter(uid=uid).exists():
        try:
            return _create(answers, receipt, uid, held), receipt
        except IntegrityError:
            # The same form arrived twice at once, and the other was first; anything else is an error still.
            if not Enquiry.objects.filter(uid=uid).exists():
                raise
    return _repeat(answers, receipt, uid, held), receipt


@transaction.atomic
def _create(answers: Answers, receipt: Receipt, uid: UUID, held: bool) -> Enquiry:
    team = route(audience=answers.audience, topic=answers.topic, urgent=answers.urgent)
    due = due_after(timezone.now(), team, urgent=answers.urgent)
    enquiry = Enquiry.objects.create(
        uid=uid,
        reference=_new_reference(),
        receipt_lookup=receipt.lookup,
        audience=answers.audience,
        topic=answers.topic,
        urgent=answers.urgent,
        team=team,
        screening=Enquiry.Screening.HELD if held else Enquiry.Screening.ACCEPTED,
        due_at=due,
        escalate_at=due,
    )
    keys = ContentKeys.generate()
    vault.wrap_for(enquiry, keys, vault.readers(team))
    vault.wrap_for_receipt(enquiry, keys, receipt)
    vault.write(enquiry, keys, Kind.ENQUIRY, asdict(answers))
    notices.tell_of_new(enquiry)
    if not held:  # or whoever floods the form could have us mail a stranger as often as they like
        notices.tell_enquirer(enquiry, Notification.Kind.RECEIVED, answers.safe_email)
    audit.record(audit.Act.RECEIVED, enquiry=enquiry)
    return enquiry


@transaction.atomic
def _repeat(answers: Answers, receipt: Receipt, uid: UUID, held: bool) -> Enquiry:
    """Answer a form that was sent before. What has been changed in it since is kept as a further sealed document."""
    enquiry = Enquiry.objects.select_for_update().filter(uid=uid).first()
    if not enquiry:
        raise ErasedAlready
    keys = vault.keys_by_receipt(enquiry, receipt)
    last = enquiry.documents.filter(kind=Kind.ENQUIRY).latest("pk")
    if not says(last, enquiry, keys, asdict(answers)):
        refuse_flood(enquiry)
        vault.write(enquiry, keys, Kind.ENQUIRY, asdict(answers))
        if held and not _known_to_staff(enquiry):
            enquiry.screening = Enquiry.Screening.HELD
        enquiry.urgent = enquiry.urgent or answers.urgent
        enquiry.due_at = min(enquiry.due_at, due_after(timezone.now(), enquiry.team, urgent=enquiry.urgent))
        enquiry.escalate_at = min(enquiry.escalate_at, enquiry.due_at)
        wait_anew(enquiry)
    return enquiry


def _known_to_staff(enquiry: Enquiry) -> bool:
    """Say whether a person has looked at it, whose judgement counts for more than a guess about spam."""
    return AccessEntry.objects.of(enquiry).filter(actor__isnull=False).exists()


def _uid(token: str) -> UUID:
    """Return the enquiry's id, which follows from its form, so that the database itself refuses a second one."""
    return UUID(bytes=hashlib.sha256(b"acquiesce enquiry id 1" + token.encode()).digest()[:16])


def _new_reference() -> str:
    """Return a reference that says nothing, such as 7K3Q-9MXD: 40 random bits."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_SIGNS))
    return f"{signs[:4]}-{signs[4:]}"
