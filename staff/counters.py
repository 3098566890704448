"""How counters of sign-in attempts are named, and forgotten."""

import hmac

from django.conf import settings
from django.db import connection
from django.utils import timezone


def hashed_key(key: str, key_prefix: str, version: int) -> str:
    """Return a name for a counter from which nobody reads the address that it counts."""
    name = f"{key_prefix}:{version}:{key}"
    return hmac.digest(settings.SECRET_KEY.encode(), name.encode(), "sha256").hex()


def forget_old() -> None:
    """Delete counters whose time is over, if they are kept in a table: unlike Redis, it keeps them until somebody does."""
    kept = settings.CACHES["default"]
    if kept["BACKEND"] != "django.core.cache.backends.db.DatabaseCache":
        return
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(kept['LOCATION'])} WHERE expires < %s", [now])  # noqa: S608 - a name from the settings
