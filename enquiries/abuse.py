"""Counts what one connection does in a day, without keeping who it was.

The connection is an HMAC of its address, or of the first half of an IPv6 address, under the site's secret and a random salt
that is deleted after its day. One statement counts, so that no process loses another's count; cache counters and
read-then-write would.
"""

import hashlib
import hmac
import os
from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from enquiries.models import DailySalt, Tally
from staff.connections import client_line

SALT_BYTES = 32


def count(what: str, request: HttpRequest) -> int:
    """Count one more, and return how many that makes today."""
    day = timezone.localdate()
    who, table = _who(request, day), connection.ops.quote_name(Tally._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (day, what, who, count) VALUES (%s, %s, %s, 1)"  # noqa: S608 - the table's own name
            f" ON CONFLICT (day, what, who) DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [day, what, who],
        )
        return int(cursor.fetchone()[0])


def forget_old() -> None:
    """Delete the counts and salts of past days. Without its salt a day's counts belong to nobody."""
    today = timezone.localdate()
    Tally.objects.filter(day__lt=today).delete()
    DailySalt.objects.filter(day__lt=today - timedelta(days=1)).delete()


def _who(request: HttpRequest, day: date) -> str:
    salt, _ = DailySalt.objects.get_or_create(day=day, defaults={"salt": os.urandom(SALT_BYTES)})
    key = bytes(salt.salt) + settings.SECRET_KEY.encode()
    return hmac.new(key, client_line(request).encode(), hashlib.sha256).hexdigest()
