"""Keeps a demonstration from becoming a live site."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Error as Fault
from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from enquiries.management.commands.demo_desk import SHOWN
from enquiries.models import AccessEntry
from staff.management.commands.demo_accounts import DOMAIN
from staff.models import User

REFUSAL = (
    "This database holds the demonstration accounts and keys, which are no secret, or held them once. Start production with a"
    " new database: migrate it, run manage.py load_starter, and invite the first manager with manage.py invite."
)


def refuse_in_production() -> None:
    """Stop the start of a production web server whose database was made for trying it out.

    Raises:
        ImproperlyConfigured: there are, or were, demonstration accounts or keys.
    """
    if _is_misused():
        raise ImproperlyConfigured(REFUSAL)


@register(Tags.security)
def check_database(**kwargs: Any) -> list[CheckMessage]:
    """Stop every command there, the worker among them, and tell `check`."""
    return [Fault(REFUSAL, id="clinic_site.E001")] if _is_misused() else []


def _is_misused() -> bool:
    """Say whether a production site has the database of a demonstration: its passwords and keys were on a screen.

    The record of access, in which nothing changes, also knows a desk whose people have other addresses by now.
    """
    if not settings.PRODUCTION:
        return False
    try:
        return (
            User.objects.filter(email__iendswith=f"@{DOMAIN}").exists()
            or AccessEntry.objects.filter(act=AccessEntry.Act.KEY_MADE, detail=SHOWN).exists()
        )
    except Error:
        return False  # the database is away, or empty as yet: there is nothing to refuse, and /readyz says what is wrong
