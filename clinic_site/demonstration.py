"""Keeps a demonstration from becoming a live site."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from staff.models import User

DOMAIN = "demo.example"  # as `manage.py demo_accounts` makes them


def refuse_in_production() -> None:
    """Stop the start of a production site whose database was made for trying it out: its passwords and keys were on a screen.

    Raises:
        ImproperlyConfigured: there are demonstration accounts.
    """
    if not settings.PRODUCTION:
        return
    try:
        found = User.objects.filter(email__iendswith=f"@{DOMAIN}").exists()
    except Error:
        return  # the database is away, or empty as yet: there is nothing to refuse, and /readyz says what is wrong
    if found:
        raise ImproperlyConfigured(
            "This database holds the demonstration accounts and keys, which are no secret. Start production with a new"
            " database: migrate it, run manage.py load_starter, and invite the first manager with manage.py invite."
        )
