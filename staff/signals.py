"""What follows from a change to an account, however it comes about."""

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in as user_came_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.management import call_command
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from staff import browsers, second_step
from staff.models import User
from staff.sessions import begin, end_sessions

log = logging.getLogger(__name__)


@receiver(post_save, sender=User)
def account_changed(instance: User, **kwargs: Any) -> None:
    """End the sessions of who has left, and forget the former address of who has a new one."""
    EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email).delete()
    if not (instance.is_active and instance.is_staff):
        end_sessions(instance)


@receiver(user_logged_in)
def session_began(request: HttpRequest, **kwargs: Any) -> None:
    """Start the clocks of a session."""
    begin(request)


@receiver(user_came_in)
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Tell a person of a sign-in from a browser that has not been seen with their account."""
    browsers.note(request, user)


@receiver(authenticator_added)
def second_step_set_up(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """End the sessions in which no second step was given, once there is one: a stolen password may have begun them."""
    if second_step.is_first(authenticator):
        end_sessions(user, but=request.session.session_key or "")


@receiver(user_login_failed)
def password_refused(**kwargs: Any) -> None:
    """Let a monitor see that somebody guesses. The log says no more than that: not whom, and not from where."""
    log.warning("A sign-in was refused: wrong address or password.")


@receiver(authentication_failed)
def second_step_refused(**kwargs: Any) -> None:
    """The same for the second step, which only somebody who has the password comes to."""
    log.warning("A sign-in was refused: wrong second step.")


@receiver(post_migrate)
def make_counters(using: str, app_config: Any, **kwargs: Any) -> None:
    """Make the table in which sign-in attempts are counted, if they are counted in the database."""
    if app_config.name == "staff":
        call_command("createcachetable", database=using, verbosity=0)
