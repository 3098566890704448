"""Opens a member of staff's own key with their desk passphrase."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from enquiries import audit
from enquiries.models import AccessEntry, RecipientKey
from enquiries.sealing import passphrase as passphrases
from enquiries.sealing.passphrase import WrongPassphrase
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User

TRIES = 5
WITHIN = timedelta(minutes=15)


class TooManyTries(Exception):
    """The passphrase was wrong too often. It is not looked at again before some minutes have passed."""


def unlock(*, user: "User", passphrase: str) -> Unlocked:
    """Return a person's key with its private half. What they then do with it is written down by what does it.

    Wrong tries are counted in the record of access, so they count in every process.

    Raises:
        WrongPassphrase: the passphrase does not open the key. That is written down.
        TooManyTries: it was wrong five times within 15 minutes.
        RecipientKey.DoesNotExist: they have no key.
    """
    with transaction.atomic():
        key = RecipientKey.objects.select_for_update().get(user=user, state=RecipientKey.State.ACTIVE)
        if _refused_lately(user) >= TRIES:
            raise TooManyTries
        try:
            private = passphrases.unlock(bytes(key.locked_private), passphrase, key_id=key.uid)
        except WrongPassphrase:
            audit.record(audit.Act.REFUSED, actor=user)
        else:
            return Unlocked(key, private)
    raise WrongPassphrase  # outside the transaction, which would take the line in the record back


def _refused_lately(user: "User") -> int:
    lately = AccessEntry.objects.filter(actor=user, act=audit.Act.REFUSED, at__gt=timezone.now() - WITHIN)
    return lately.count()
