"""Watches that somebody looks after security.txt: a contact that nobody reads is worse than none.

The day on which it expires is set by hand, once a year, by whoever has tried that the contact answers. A day that was
computed anew for each visitor would never come.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.utils import timezone

SOON = timedelta(days=30)
LONGEST = timedelta(days=366)  # RFC 9116, section 2.5.5: less than a year
NEXT = "Try that its contact answers, and set SECURITY_TXT_EXPIRES to a day within a year."


def faults() -> Iterator[str]:
    """Yield what is wrong with what is set, in words."""
    expires, today = settings.SECURITY_TXT_EXPIRES, timezone.localdate()
    if expires and expires <= today:
        yield f"security.txt expired on {expires}. {NEXT}"
    elif expires and expires < today + SOON:
        yield f"security.txt expires on {expires}. {NEXT}"
    elif expires and expires > today + LONGEST:
        yield f"security.txt expires on {expires}, more than a year from now. {NEXT}"


def omissions() -> Iterator[str]:
    """Yield what nobody has set yet. The file is served all the same."""
    if not settings.SECURITY_CONTACT:
        yield "security.txt names nobody who looks after security. Set SECURITY_CONTACT to a mailto: or https: address."
    elif not settings.SECURITY_TXT_EXPIRES:
        yield f"Nobody has confirmed security.txt. {NEXT}"


@register(Tags.security, deploy=True)
def check_security_txt(**kwargs: Any) -> list[CheckMessage]:
    """Tell whoever deploys of a day that has come or is near."""
    return [Warning(fault, id="operations.W001") for fault in faults()]
