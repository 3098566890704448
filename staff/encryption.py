"""Encrypts the few secrets that the site has to read by itself, such as the keys of authenticator apps.

The key comes from SECRET_KEY, which is not in the database: a copy of the database alone shows none of them. What enquirers
write is sealed otherwise, to people; see `enquiries.sealing`.
"""

import os
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """It was altered or cut short, or SECRET_KEY has changed since and the former is not among SECRET_KEY_FALLBACKS."""


def encrypt(secret: bytes, *, purpose: bytes, bound_to: bytes = b"") -> bytes:
    """Return `secret` encrypted by AES-256-GCM under the key for `purpose`, bound to other bytes such as a row's id."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(next(_keys(purpose))).encrypt(nonce, secret, bound_to)


def decrypt(encrypted: bytes, *, purpose: bytes, bound_to: bytes = b"") -> bytes:
    """Return what `encrypt` was given.

    Raises:
        CannotDecrypt: as it says.
    """
    for key in _keys(purpose):
        try:
            return AESGCM(key).decrypt(encrypted[:NONCE_BYTES], encrypted[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):  # the latter for what is too short to have a nonce
            continue
    raise CannotDecrypt(purpose.decode())


def _keys(purpose: bytes) -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield HKDF(SHA256(), 32, salt=None, info=purpose).derive(str(secret).encode())
