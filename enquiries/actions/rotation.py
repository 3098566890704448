"""Replaces a key by a fresh one without losing what it opened, and proves that the recovery key works."""

from uuid import uuid4

from django.db import transaction
from django.template.defaultfilters import pluralize
from django.utils import timezone

from enquiries import audit, vault
from enquiries.models import Enquiry, RecipientKey
from enquiries.sealing import passphrase as passphrases
from enquiries.sealing.passphrase import WrongPassphrase
from enquiries.sealing.recipient import PrivateKey
from enquiries.vault import Unlocked

State = RecipientKey.State


class NotThisKey(Exception):
    """The private key in hand does not belong to the public key on record."""


def holding(key: RecipientKey, private: PrivateKey) -> Unlocked:
    """Return a key with its private half, once it is proven that they belong together.

    Raises:
        NotThisKey: they do not.
    """
    if private.public != bytes(key.public):
        raise NotThisKey
    return Unlocked(key, private)


@transaction.atomic
def pending_key(*, old: RecipientKey, passphrase: str = "") -> tuple[RecipientKey, PrivateKey | None]:
    """Return the key that is to replace `old`, and its private half if it was made just now.

    From now on new enquiries are sealed to both. A staff member's is locked under `passphrase`. One that waits under a
    former passphrase is given up for a fresh one: `old` opens all that it opens.
    """
    waiting = RecipientKey.objects.filter(user=old.user, state=State.PENDING).first()
    if waiting and _opens(waiting, passphrase):
        return waiting, None
    private, uid = PrivateKey.generate(), uuid4()
    locked = passphrases.lock(private, passphrase, key_id=uid) if old.user else b""
    vault.hold_teams()
    if waiting:
        waiting.delete()
    fresh = RecipientKey(uid=uid, user=old.user, public=private.public, locked_private=locked, state=State.PENDING)
    fresh.save()
    return fresh, private


def _opens(waiting: RecipientKey, passphrase: str) -> bool:
    """Say whether a passphrase opens a key. The recovery key has none: whoever holds its printed half proves that."""
    if waiting.user is None:
        return True
    try:
        passphrases.unlock(bytes(waiting.locked_private), passphrase, key_id=waiting.uid)
    except WrongPassphrase:
        return False
    return True


def rotate(*, old: Unlocked, fresh: RecipientKey, batch: int = 100) -> int:
    """Wrap all that `old` opens to `fresh` too, then retire `old`. Return how many enquiries that took.

    It goes batch by batch, and retires the old key only when nothing is left that it alone opens. So it may be killed at
    any point and called again.
    """
    left = Enquiry.objects.filter(wraps__recipient=old.key).exclude(wraps__recipient=fresh).order_by("pk")
    done = 0
    while enquiries := list(left[:batch]):
        with transaction.atomic():
            vault.hold_teams()
            for enquiry in enquiries:
                vault.wrap_for(enquiry, vault.keys_for(enquiry, old), [fresh])
        done += len(enquiries)
    _exchange(old.key, fresh)
    return done


@transaction.atomic
def _exchange(old: RecipientKey, fresh: RecipientKey) -> None:
    if Enquiry.objects.filter(wraps__recipient=old).exclude(wraps__recipient=fresh).exists():
        raise RuntimeError("The old key alone still opens something. Run the rotation again.")
    old.state, old.locked_private = State.RETIRED, b""
    old.save()
    old.wraps.all().delete()
    old.desks.all().delete()
    fresh.state = State.ACTIVE
    fresh.save()
    audit.record(audit.Act.KEY_ROTATED, actor=fresh.user, detail="" if fresh.user else "recovery key")


def drill(*, recovery: Unlocked) -> int:
    """Open every enquiry that there is with the recovery key, keep nothing of it, and return how many there were.

    Raises:
        NotForYou: there is an enquiry that was not sealed to this key.
        SealBroken: an enquiry does not open.
    """
    count = 0
    for enquiry in Enquiry.objects.iterator():
        keys = vault.keys_for(enquiry, recovery)
        for document in enquiry.documents.all():
            vault.read(document, enquiry, keys)
        count += 1
    with transaction.atomic():
        RecipientKey.objects.filter(pk=recovery.key.pk).update(drilled_at=timezone.now())
        audit.record(audit.Act.DRILLED, detail=f"{count} enquir{pluralize(count, 'y,ies')}")
    return count
