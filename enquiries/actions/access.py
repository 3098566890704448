"""Gives and takes away access to enquiries, and makes keys."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from enquiries import audit, vault
from enquiries.models import Enquiry, EnquiryQuerySet, OpenDesk, RecipientKey, Team, WrappedKey
from enquiries.sealing import passphrase as passphrases
from enquiries.sealing.errors import SealBroken
from enquiries.sealing.recipient import PrivateKey
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User


class RecoveryKeyExists(Exception):
    """There is a recovery key already. Rotating it needs the old one."""


@transaction.atomic
def make_staff_key(*, user: "User", passphrase: str) -> Unlocked:
    """Make a person's key, locked under a passphrase, and return it unlocked.

    A key that they had is retired: without its passphrase nobody can pass on what it opened, so its wraps go too.
    """
    private, uid = PrivateKey.generate(), uuid4()
    locked = passphrases.lock(private, passphrase, key_id=uid)
    vault.hold_teams()
    for old in RecipientKey.objects.filter(user=user).exclude(state=RecipientKey.State.RETIRED):
        _retire(old)
    key = RecipientKey.objects.create(uid=uid, user=user, public=private.public, locked_private=locked)
    audit.record(audit.Act.KEY_MADE, actor=user)
    return Unlocked(key, private)


@transaction.atomic
def make_recovery_key() -> Unlocked:
    """Make the clinic's recovery key. Its private half is in the answer only: print it now.

    Raises:
        RecoveryKeyExists: there is one already.
    """
    if RecipientKey.objects.usable().recovery().exists():
        raise RecoveryKeyExists
    private = PrivateKey.generate()
    key = RecipientKey.objects.create(public=private.public)
    audit.record(audit.Act.KEY_MADE, detail="recovery key")
    return Unlocked(key, private)


@transaction.atomic
def change_passphrase(*, desk: Unlocked, new: str) -> None:
    """Lock a person's key, which `unlock` has just opened, under another passphrase. What it opens stays as it is.

    Raises:
        RecipientKey.DoesNotExist: the key was replaced meanwhile.
    """
    key = RecipientKey.objects.select_for_update().get(pk=desk.key.pk, state=RecipientKey.State.ACTIVE)
    key.locked_private = passphrases.lock(desk.private, new, key_id=key.uid)
    key.save(update_fields=("locked_private",))
    audit.record(audit.Act.PASSPHRASE, actor=key.user)


def missing(team: Team) -> Iterable[tuple[RecipientKey, int]]:
    """Yield each key of a team's members that lacks some of the team's open enquiries, with how many it lacks."""
    for key in team.recipients():
        count = _lacking(team, key).count()
        if count:
            yield key, count


def grant(*, team: Team, to: RecipientKey, by: Unlocked, batch: int = 100) -> int:
    """Give a member of a team the open enquiries that they lack and the granting key opens. Return how many were given.

    It goes batch by batch, so that it may be stopped at any point and called again. What is damaged is left out.

    Raises:
        NotForYou: the key is not that of a member of the team.
    """
    lacking = _lacking(team, to).filter(wraps__recipient=by.key).order_by("pk")
    given = last = 0
    while enquiries := list(lacking.filter(pk__gt=last)[:batch]):
        last = enquiries[-1].pk
        with transaction.atomic():
            vault.hold_teams()
            if not team.recipients().filter(pk=to.pk).exists():
                raise vault.NotForYou("Only members of a team are given its enquiries.")
            opened = sum(_pass_on(enquiry, by, to) for enquiry in enquiries)
            given += opened
            audit.record(audit.Act.GRANTED, actor=by.key.user, detail=f"{opened} of {team} to person {to.user_id}")
    return given


@transaction.atomic
def revoke(*, user: "User", team: Team | None = None) -> None:
    """Take from a person the keys of a team's enquiries, or of all, and lock their desks. Leaving a team calls this."""
    vault.hold_teams()
    wraps = WrappedKey.objects.filter(recipient__user=user)
    wraps.filter(Q(enquiry__team=team) if team else Q()).delete()
    OpenDesk.objects.filter(key__user=user).delete()
    audit.record(audit.Act.REVOKED, detail=f"person {user.pk}, {team or 'every team'}")


def _pass_on(enquiry: Enquiry, by: Unlocked, to: RecipientKey) -> bool:
    """Wrap the keys of an enquiry that one key opens to another. Say whether it opened."""
    try:
        keys = vault.keys_for(enquiry, by)
    except SealBroken:
        return False
    vault.wrap_for(enquiry, keys, [to])
    return True


def _lacking(team: Team, key: RecipientKey) -> EnquiryQuerySet:
    return Enquiry.objects.filter(team=team).open().exclude(wraps__recipient=key)


def _retire(key: RecipientKey) -> None:
    key.wraps.all().delete()
    key.desks.all().delete()
    key.state, key.locked_private = RecipientKey.State.RETIRED, b""
    key.save()
    audit.record(audit.Act.KEY_RETIRED, actor=key.user)
