"""Takes access away at once when somebody leaves a team, the clinic, or the screen, however that comes about.

These are signals, and not calls in an action, because memberships end in many ways: in the admin, with a role, with an
account, with a team, or in a shell.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver

from enquiries.actions.access import revoke
from enquiries.desk import session
from enquiries.models import Membership
from enquiries.people import desk_workers
from staff.models import User


@receiver(post_delete, sender=Membership)
def left_the_team(instance: Membership, **kwargs: Any) -> None:
    """Take away a team's enquiries from who is no longer in it."""
    revoke(user=instance.user, team=instance.team)


@receiver(m2m_changed, sender=User.groups.through)
def lost_the_role(instance: User | Group, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Take out of every team who does not work at the desk any more, whichever end the role was taken from."""
    if action == "pre_clear" and isinstance(instance, Group):
        had_the_role(instance)
    if action in ("post_remove", "post_clear"):
        _take_out({instance.pk} if isinstance(instance, User) else pk_set or instance.emptied_of)  # type: ignore[attr-defined]


@receiver(pre_delete, sender=Group)
def had_the_role(instance: Group, **kwargs: Any) -> None:
    """Note who has a role while that can still be asked: neither clearing nor deleting it names them afterwards."""
    instance.emptied_of = set(instance.user_set.values_list("pk", flat=True))  # type: ignore[attr-defined]


@receiver(post_delete, sender=Group)
def role_is_gone(instance: Group, **kwargs: Any) -> None:
    """Take out of every team who worked at the desk by a role that is no more."""
    _take_out(instance.emptied_of)  # type: ignore[attr-defined]


def _take_out(people: set[int]) -> None:
    Membership.objects.filter(user__in=people).exclude(user__in=desk_workers()).delete()


@receiver(post_save, sender=User)
def left_the_clinic(instance: User, **kwargs: Any) -> None:
    """Take away everything from whose account is closed."""
    if not (instance.is_active and instance.is_staff) and instance.recipient_keys.filter(wraps__isnull=False).exists():
        revoke(user=instance)


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Lock the desks of whoever signs out."""
    if user:
        session.lock(user)
