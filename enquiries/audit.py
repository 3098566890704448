"""Writes the record of access and checks it. Every act is written by an explicit call, in the transaction of the act."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from enquiries.models import AccessEntry, AuditHead, Enquiry

if TYPE_CHECKING:
    from staff.models import User

Act = AccessEntry.Act


def record(
    act: AccessEntry.Act, *, actor: "User | None" = None, enquiry: Enquiry | None = None, role: str = "", detail: str = ""
) -> AccessEntry:
    """Append one act to the record. Call it last in a transaction: it holds the end of the chain until the commit."""
    with transaction.atomic():
        head = _locked_head()
        entry = AccessEntry(
            number=head.count + 1,
            at=timezone.now(),
            act=act,
            reference=enquiry.reference if enquiry else "",
            actor=actor,
            role=role,
            detail=detail[:120],
        )
        entry.hash = _link(head.hash, entry)
        entry.save()
        head.count, head.hash = entry.number, entry.hash
        head.signature = _signature(head)
        head.save()
    return entry


def faults() -> Iterator[str]:
    """Walk the record from its beginning and yield what is wrong with it, in words. A sound record yields nothing.

    It walks to the end that it read first. People go on meanwhile, and what they add is no fault.
    """
    head = AuditHead.objects.first() or AuditHead(pk=1)
    if head.count and not _signed(head):
        yield "The end of the chain is not signed with this site's secret."
    number, chained = 0, ""
    for entry in AccessEntry.objects.filter(number__lte=head.count).order_by("number").iterator():
        if entry.number != number + 1:
            yield _gap(number, entry.number)
        elif not hmac.compare_digest(entry.hash, _link(chained, entry)):
            yield f"Entry {entry.number} is not what was written."
        number, chained = entry.number, entry.hash
    if number != head.count:
        yield f"The record ends with entry {number}, and should end with {head.count}."
    elif chained != head.hash:
        yield "The last entry is not the one that the end of the chain names."
    if _goes_on():
        yield "The record goes on after its end."


def _goes_on() -> bool:
    """Say whether there are entries after the end. One statement sees both, as one transaction writes both."""
    end = Coalesce(Subquery(AuditHead.objects.values("count")[:1]), 0)
    return AccessEntry.objects.filter(number__gt=end).exists()


def _gap(before: int, after: int) -> str:
    missing = f"Entry {before + 1} is missing" if after == before + 2 else f"Entries {before + 1} to {after - 1} are missing"
    return f"{missing}."


def _locked_head() -> AuditHead:
    AuditHead.objects.get_or_create(pk=1)
    return AuditHead.objects.select_for_update().get(pk=1)


def _link(before: str, entry: AccessEntry) -> str:
    """Return the hash that chains an entry to the one before it."""
    content = [entry.number, entry.at.isoformat(), entry.act, entry.reference, entry.actor_id, entry.role, entry.detail]
    return hashlib.sha256(f"{before}{json.dumps(content)}".encode()).hexdigest()


def _signature(head: AuditHead) -> str:
    return _signer().signature(f"{head.count} {head.hash}")


def _signed(head: AuditHead) -> bool:
    try:
        _signer().unsign(f"{head.count} {head.hash}:{head.signature}")
    except BadSignature:
        return False
    return True


def _signer() -> Signer:
    return Signer(salt="enquiries.audit")
