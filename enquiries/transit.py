"""Keeps an enquirer's email address encrypted while a mail to it waits in the outbox.

Its key comes from the site's secret, which is not in the database: the worker has to send without anybody's desk being
unlocked. So this is weaker than the seal on the enquiry itself. The address is only here if the enquirer gave it and said
that mail is safe, and only until the mail is sent or given up.
"""

import os
from collections.abc import Iterator
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from enquiries.sealing.errors import SealBroken

NONCE_BYTES = 12


def seal_address(address: str, *, enquiry: UUID) -> bytes:
    """Return an email address, encrypted for the worker."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(next(_keys())).encrypt(nonce, address.encode(), enquiry.bytes)


def open_address(sealed: bytes, *, enquiry: UUID) -> str:
    """Return the email address that `seal_address` encrypted.

    Raises:
        SealBroken: it was altered, or the site's secret has changed since and is not among SECRET_KEY_FALLBACKS.
    """
    for key in _keys():
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], enquiry.bytes).decode()
        except InvalidTag:
            continue
    raise SealBroken("address")


def _keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield HKDF(SHA256(), 32, salt=None, info=b"acquiesce enquirer address 1").derive(str(secret).encode())
