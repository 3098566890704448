"""How counters of sign-in attempts are named."""

import hmac

from django.conf import settings


def hashed_key(key: str, key_prefix: str, version: int) -> str:
    """Return a name for a counter from which nobody reads the address that it counts."""
    name = f"{key_prefix}:{version}:{key}"
    return hmac.digest(settings.SECRET_KEY.encode(), name.encode(), "sha256").hex()
