"""Takes access away at once when somebody leaves a team, the clinic, or the screen, however that comes about.

These are signals, and not calls in an action, because memberships end in many ways: in the admin, with an account, with
a team, or in a shell.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from enquiries.actions.access import revoke
from enquiries.desk import session
from enquiries.models import Membership
from staff.models import User


@receiver(post_delete, sender=Membership)
def left_the_team(instance: Membership, **kwargs: Any) -> None:
    """Take away a team's enquiries from who is no longer in it."""
    revoke(user=instance.user, team=instance.team)


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
