"""Takes access away at once when somebody leaves a team, the clinic, or the screen, however that comes about.

These are signals, and not calls in an action, because memberships end in many ways: in the admin, with a role, with an
account, with a team, or in a shell.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_delete, post_save
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
def lost_the_role(instance: User | Group, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Take out of every team who does not work at the desk any more."""
    if action in ("post_remove", "post_clear"):
        people = (pk_set or ()) if reverse else (instance.pk,)
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
