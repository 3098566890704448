"""What staff do with an enquiry besides writing: open, assign, move, judge, mark as contacted, close and open again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from enquiries import audit, notices, vault
from enquiries.actions.changing import ChangedMeanwhile, ErasedMeanwhile, answered, locked, save, set_due, start_clock
from enquiries.models import DeskSettings, Enquiry, Notification, Team, Viewing, WrappedKey
from enquiries.vault import ContentKeys, Unlocked

if TYPE_CHECKING:
    from staff.models import User

SAME_LOOK = timedelta(minutes=15)  # looking again within this time is the same look, and one line in the record


class NotInTeam(Exception):
    """An enquiry is given to members of its team only."""


class NobodyCouldRead(Exception):
    """Nobody in that team has a desk key, so an enquiry moved there could not be read."""


@transaction.atomic
def open_enquiry(*, enquiry: Enquiry, desk: Unlocked) -> ContentKeys:
    """Return the keys of an enquiry that a member of staff looks at, and write down that they do.

    Raises:
        NotForYou: the enquiry is not theirs to read.
    """
    keys = vault.keys_for(enquiry, desk)
    now = timezone.now()
    viewing, _ = Viewing.objects.get_or_create(enquiry=enquiry, user=desk.user, defaults={"seen_at": now - SAME_LOOK})
    looks_again = viewing.seen_at > now - SAME_LOOK
    Viewing.objects.filter(pk=viewing.pk).update(seen_at=now)
    Enquiry.objects.filter(pk=enquiry.pk).update(seen_at=now)
    if not looks_again:
        _record(audit.Act.OPENED, enquiry, desk)
    return keys


@transaction.atomic
def witness(act: audit.Act, *, enquiry: Enquiry, desk: Unlocked) -> None:
    """Write down a look that asks for more care: at the contact details (REVEALED), or to take a copy along (EXPORTED).

    Raises:
        NotForYou: the enquiry is not theirs to read.
    """
    vault.keys_for(enquiry, desk)
    _record(act, enquiry, desk)


@transaction.atomic
def assign(*, enquiry: Enquiry, to: "User | None", by: "User", version: int) -> None:
    """Make an enquiry somebody's own, or nobody's, and tell them. It changes nothing about who may read it.

    Raises:
        NotInTeam: they are not in the enquiry's team.
        ChangedMeanwhile: somebody has written or changed something since.
    """
    enquiry = locked(enquiry, version)
    if to and not (to.is_active and enquiry.team.memberships.filter(user=to).exists()):
        raise NotInTeam
    enquiry.assignee = to
    save(enquiry)
    if to and to != by:
        notices.tell(enquiry, Notification.Kind.ASSIGNED, [to])
    audit.record(audit.Act.ASSIGNED, actor=by, enquiry=enquiry, detail=f"to {to or 'nobody'}")


@transaction.atomic
def move(*, enquiry: Enquiry, to: Team, desk: Unlocked, version: int) -> None:
    """Hand an enquiry over to another team: seal it to that team's members, and take it from those who are not in it.

    Raises:
        NotForYou: the enquiry is not theirs to read, so they cannot pass it on.
        NobodyCouldRead: nobody in that team has a key.
        ChangedMeanwhile: somebody has written or changed something since.
    """
    enquiry = locked(enquiry, version)
    keys, before, role = vault.keys_for(enquiry, desk), enquiry.team, desk.role_in(enquiry.team)
    if not to.recipients().exists():
        raise NobodyCouldRead
    readers = vault.readers(to)
    vault.wrap_for(enquiry, keys, readers)
    WrappedKey.objects.filter(enquiry=enquiry, recipient__isnull=False).exclude(recipient__in=readers).delete()
    enquiry.team = to
    if enquiry.assignee and not to.memberships.filter(user=enquiry.assignee).exists():
        enquiry.assignee = None
    set_due(enquiry)
    save(enquiry)
    notices.tell_team(enquiry, Notification.Kind.NEW)
    audit.record(audit.Act.MOVED, actor=desk.user, enquiry=enquiry, role=role, detail=f"from {before} to {to}")


def mark_contacted(*, enquiry: Enquiry, desk: Unlocked, version: int) -> None:
    """Write down that the enquirer was spoken to, by phone for example. It counts as an answer. Raises as `_changing`."""
    with _changing(enquiry, desk, version, audit.Act.CONTACTED) as current:
        answered(current)


def close(*, enquiry: Enquiry, reason: Enquiry.Reason, desk: Unlocked, version: int) -> None:
    """Close an enquiry, and set the day on which it is erased. Raises as `_changing`."""
    with _changing(enquiry, desk, version, audit.Act.CLOSED, detail=str(reason.label)) as current:
        close_for(current, reason)


def reopen(*, enquiry: Enquiry, desk: Unlocked, version: int) -> None:
    """Open a closed enquiry again: it waits for us from now on. Raises as `_changing`."""
    with _changing(enquiry, desk, version, audit.Act.REOPENED) as current:
        start_clock(current)
        current.screening = Enquiry.Screening.ACCEPTED


def screen(*, enquiry: Enquiry, spam: bool, desk: Unlocked, version: int) -> None:
    """Judge whether an enquiry is spam. Spam closes and goes soon; the rest waits as any other. Raises as `_changing`."""
    with _changing(enquiry, desk, version, audit.Act.SCREENED, detail="spam" if spam else "not spam") as current:
        if spam:
            current.screening = Enquiry.Screening.SPAM
            close_for(current, Enquiry.Reason.SPAM)
            return
        if current.screening == Enquiry.Screening.SPAM:
            start_clock(current)
        current.screening = Enquiry.Screening.ACCEPTED


def close_quiet() -> int:
    """Close what was answered and has been quiet for long, and return how many there were."""
    since = timezone.now() - timedelta(days=DeskSettings.load().quiet_days)
    quiet = list(Enquiry.objects.filter(state=Enquiry.State.ANSWERED, changed_at__lte=since))
    return sum(_close_if_quiet(enquiry) for enquiry in quiet)


@transaction.atomic
def _close_if_quiet(enquiry: Enquiry) -> bool:
    try:
        enquiry = locked(enquiry, enquiry.version)
    except (ChangedMeanwhile, ErasedMeanwhile):
        return False
    close_for(enquiry, Enquiry.Reason.QUIET)
    save(enquiry)
    audit.record(audit.Act.CLOSED, enquiry=enquiry, detail=Enquiry.Reason.QUIET.label)
    return True


def close_for(enquiry: Enquiry, reason: Enquiry.Reason) -> None:
    """Set an enquiry to closed, without storing it, and the day of its erasure by the desk's settings."""
    kept = DeskSettings.load()
    days = kept.keep_spam_days if reason == Enquiry.Reason.SPAM else kept.keep_closed_days
    enquiry.state, enquiry.close_reason, enquiry.closed_at = Enquiry.State.CLOSED, reason, timezone.now()
    enquiry.erase_on = timezone.localdate() + timedelta(days=days)


@contextmanager
def _changing(enquiry: Enquiry, desk: Unlocked, version: int, act: audit.Act, detail: str = "") -> Iterator[Enquiry]:
    """Yield an enquiry as it is now, for somebody who may read it to change; then store it and write down the act.

    Raises:
        NotForYou: the enquiry is not theirs to read.
        ChangedMeanwhile: somebody has written or changed something since.
    """
    with transaction.atomic():
        current = locked(enquiry, version)
        vault.keys_for(current, desk)
        yield current
        save(current)
        _record(act, current, desk, detail)


def _record(act: audit.Act, enquiry: Enquiry, desk: Unlocked, detail: str = "") -> None:
    audit.record(act, actor=desk.user, enquiry=enquiry, role=desk.role_in(enquiry.team), detail=detail)
