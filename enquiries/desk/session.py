"""Keeps a desk unlocked between two requests without the key resting on the server.

The private key lies in the database, encrypted under a random key that only the browser's cookie holds. So neither a copy
of the database nor a stolen cookie opens anything by itself, and locking is deleting a row.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from enquiries import audit
from enquiries.models import OpenDesk
from enquiries.sealing.recipient import PrivateKey
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User

IDLE = timedelta(minutes=15)
TOUCH = timedelta(seconds=10)  # how exactly the idle time is kept: this saves a write a request
TOKEN_BYTES = 32
NONCE_BYTES = 12


@transaction.atomic
def start(unlocked: Unlocked) -> str:
    """Unlock a desk and keep it so. Return the token for `give`, without which the row is of no use."""
    token, nonce = os.urandom(TOKEN_BYTES), os.urandom(NONCE_BYTES)
    digest, key = _derive(token)
    OpenDesk.objects.create(
        key=unlocked.key,
        session_digest=digest,
        encrypted_seed=nonce + AESGCM(key).encrypt(nonce, unlocked.private.seed, unlocked.key.uid.bytes),
    )
    audit.record(audit.Act.UNLOCKED, actor=unlocked.user)
    return urlsafe_b64encode(token).decode()


def give(response: HttpResponse, token: str) -> None:
    """Hand the token to the browser, for as long as the browser runs."""
    # Not "Strict": a link in a notice, followed from webmail, would show the desk locked to whoever has just unlocked it.
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(settings.DESK_COOKIE_NAME, token, secure=secure, httponly=True, samesite="Lax")


def resume(request: HttpRequest) -> Unlocked | None:
    """Return the desk that is unlocked in this browser, or nothing if it is locked or has been idle for too long."""
    try:
        token = urlsafe_b64decode(request.COOKIES.get(settings.DESK_COOKIE_NAME, ""))
    except ValueError:  # not base 64
        return None
    digest, key = _derive(token)
    desk = OpenDesk.objects.select_related("key__user").filter(session_digest=digest, key__user=request.user.pk).first()
    if not desk:
        return None
    now = timezone.now()
    if desk.used_at <= now - IDLE:
        desk.delete()
        return None
    if desk.used_at <= now - TOUCH:
        OpenDesk.objects.filter(pk=desk.pk).update(used_at=now)
    nonce, encrypted = bytes(desk.encrypted_seed)[:NONCE_BYTES], bytes(desk.encrypted_seed)[NONCE_BYTES:]
    try:
        seed = AESGCM(key).decrypt(nonce, encrypted, desk.key.uid.bytes)
    except InvalidTag:
        return None
    return Unlocked(desk.key, PrivateKey(seed))


def lock(user: "User") -> None:
    """Lock every desk that a person has unlocked, in whichever browser."""
    deleted, _ = OpenDesk.objects.filter(key__user=user).delete()
    if deleted:
        audit.record(audit.Act.LOCKED, actor=user)


def _derive(token: bytes) -> tuple[str, bytes]:
    """Return by which digest the row is found, and the key that it is encrypted under."""
    okm = HKDF(SHA256(), 64, salt=None, info=b"acquiesce open desk 1").derive(token)
    return okm[:32].hex(), okm[32:]
