"""Seals enquiries into the database and opens them for those who may read them. All reading goes through here."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from enquiries.models import Enquiry, Membership, RecipientKey, SealedDocument, Team, WrappedKey
from enquiries.sealing.document import KEY_BYTES, new_key, open_sealed, seal
from enquiries.sealing.errors import SealBroken
from enquiries.sealing.receipt import Receipt
from enquiries.sealing.recipient import PrivateKey, wrap

if TYPE_CHECKING:
    from staff.models import User

Kind = SealedDocument.Kind


class NotForYou(PermissionDenied):
    """This person may not read this enquiry, or nobody has given them its keys yet."""


@dataclass(frozen=True)
class ContentKeys:
    """What opens one enquiry: a key for the thread, and one for the notes among staff, which no receipt opens."""

    thread: bytes = field(repr=False)
    notes: bytes | None = field(repr=False, default=None)

    @classmethod
    def generate(cls) -> "ContentKeys":
        """Return fresh keys for a new enquiry."""
        return cls(new_key(), new_key())

    def of(self, kind: str) -> bytes:
        """Return the key that documents of a kind are under."""
        if kind != Kind.NOTE:
            return self.thread
        if self.notes is None:
            raise NotForYou
        return self.notes


@dataclass(frozen=True)
class Unlocked:
    """A recipient key with its private half: a member of staff at their unlocked desk, or the recovery key in hand."""

    key: RecipientKey
    private: PrivateKey = field(repr=False)

    @property
    def user(self) -> "User":
        """Whose desk it is."""
        if self.key.user is None:
            raise TypeError("The recovery key belongs to nobody.")
        return self.key.user

    def role_in(self, team: Team) -> str:
        """Return what enquirers see instead of this person's name."""
        return Membership.objects.get(team=team, user=self.key.user).role


def hold_teams() -> None:
    """Let nobody leave a team or get another key until the transaction ends. Call it before keys are given or taken away.

    The first team's row stands for all, so that no two transactions wait for each other. SQLite writes one at a time anyway.
    """
    Team.objects.select_for_update(no_key=True).order_by("pk").first()


@transaction.atomic
def readers(team: Team) -> list[RecipientKey]:
    """Return every key that an enquiry of this team is sealed to: its members' and the clinic's recovery key.

    They stay the right ones until the transaction ends.
    """
    hold_teams()
    mine = Q(user__memberships__team=team) | Q(user=None)
    return list(RecipientKey.objects.usable().filter(mine).distinct())


def wrap_for(enquiry: Enquiry, keys: ContentKeys, recipients: Iterable[RecipientKey]) -> None:
    """Give recipients the keys of an enquiry. Who has them already keeps what they have."""
    content = keys.thread + keys.of(Kind.NOTE)
    WrappedKey.objects.bulk_create(
        [
            WrappedKey(
                enquiry=enquiry,
                recipient=recipient,
                suite=recipient.suite,
                wrapped=wrap(content, bytes(recipient.public), enquiry=enquiry.uid, recipient=recipient.uid),
            )
            for recipient in recipients
        ],
        ignore_conflicts=True,
    )


def wrap_for_receipt(enquiry: Enquiry, keys: ContentKeys, receipt: Receipt) -> None:
    """Give the holder of the receipt the key of the thread, and not that of the notes."""
    WrappedKey.objects.create(enquiry=enquiry, suite="receipt", wrapped=receipt.wrap(keys.thread, enquiry=enquiry.uid))


def keys_for(enquiry: Enquiry, unlocked: Unlocked) -> ContentKeys:
    """Return the keys of an enquiry for an unlocked desk of its team, or for the recovery key.

    Raises:
        NotForYou: the person is not in its team now, or has no key to it.
        SealBroken: what is stored does not open.
    """
    user = unlocked.key.user
    if user and not (_works_here(user) and Membership.objects.filter(team=enquiry.team_id, user=user).exists()):
        raise NotForYou("This enquiry belongs to another team.")
    wrapped = WrappedKey.objects.filter(enquiry=enquiry, recipient=unlocked.key).first()
    if not wrapped:
        raise NotForYou("A colleague has to give you access to this enquiry first.")
    return _open(wrapped, enquiry, unlocked)


def keys_for_many(enquiries: Iterable[Enquiry], unlocked: Unlocked) -> dict[int, ContentKeys]:
    """Return the keys of those of `enquiries` that this desk may read, by primary key, in two queries for all.

    What does not open is left out, so that one damaged row hides none of the others.
    """
    by_pk = {enquiry.pk: enquiry for enquiry in enquiries}
    teams = set(Team.objects.of(unlocked.user).values_list("pk", flat=True)) if _works_here(unlocked.user) else set()
    wraps = WrappedKey.objects.filter(enquiry__in=by_pk, recipient=unlocked.key)
    keys = {}
    for wrapped in wraps:
        enquiry = by_pk[wrapped.enquiry_id]
        if enquiry.team_id in teams:
            with suppress(SealBroken):
                keys[enquiry.pk] = _open(wrapped, enquiry, unlocked)
    return keys


def keys_by_receipt(enquiry: Enquiry, receipt: Receipt) -> ContentKeys:
    """Return the key of the thread for whoever holds the receipt.

    Raises:
        SealBroken: what is stored does not open.
    """
    wrapped = WrappedKey.objects.get(enquiry=enquiry, recipient=None)
    return ContentKeys(receipt.unwrap(bytes(wrapped.wrapped), enquiry=enquiry.uid))


def write(
    enquiry: Enquiry,
    keys: ContentKeys,
    kind: SealedDocument.Kind,
    content: dict[str, Any],
    *,
    author: "User | None" = None,
    uid: UUID | None = None,
) -> SealedDocument:
    """Seal a document and store it."""
    uid = uid or uuid4()
    sealed = seal(content, keys.of(kind), enquiry=enquiry.uid, row=uid, kind=kind)
    return SealedDocument.objects.create(uid=uid, enquiry=enquiry, kind=kind, author=author, sealed=sealed)


def read(document: SealedDocument, enquiry: Enquiry, keys: ContentKeys) -> dict[str, Any]:
    """Return what a document says.

    Raises:
        NotForYou: it is a note, and these keys came from a receipt.
        SealBroken: it was altered, moved from another row, or is damaged.
    """
    return open_sealed(
        bytes(document.sealed), keys.of(document.kind), enquiry=enquiry.uid, row=document.uid, kind=document.kind
    )


def _works_here(user: "User") -> bool:
    return user.is_active and user.is_staff


def _open(wrapped: WrappedKey, enquiry: Enquiry, unlocked: Unlocked) -> ContentKeys:
    content = unlocked.private.unwrap(bytes(wrapped.wrapped), enquiry=enquiry.uid, recipient=unlocked.key.uid)
    return ContentKeys(content[:KEY_BYTES], content[KEY_BYTES:])
