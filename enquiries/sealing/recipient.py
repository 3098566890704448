"""Wraps content keys to recipients with HPKE (RFC 9180), in its post-quantum hybrid MLKEM768_X25519 (X-Wing).

A recipient's private key is kept as its 32-byte seed, from which X-Wing expands both halves with SHAKE-256
(draft-connolly-cfrg-xwing-kem, section 5.2). The seed is short enough to print, and to lock under a passphrase.
"""

import hashlib
import os
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from enquiries.sealing.errors import SealBroken

#: The id of the one suite in use. It is kept with every key and every wrap, so that a later suite can stand beside it.
SUITE = "MLKEM768_X25519/HKDF_SHA256/AES_256_GCM"
SEED_BYTES = 32
MLKEM_SEED_BYTES = 64
MLKEM_PUBLIC_BYTES = 1184

_suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True)
class PrivateKey:
    """A recipient's private key. Its seed never shows in a `repr`, so that no traceback or log can hold it."""

    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "PrivateKey":
        """Return a new private key."""
        return cls(os.urandom(SEED_BYTES))

    @property
    def public(self) -> bytes:
        """The public half: the ML-KEM-768 key followed by the X25519 key, as X-Wing writes it."""
        mlkem, x25519 = self._halves()
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    def unwrap(self, wrapped: bytes, *, enquiry: UUID, recipient: UUID) -> bytes:
        """Return the content keys that were wrapped to this key for an enquiry.

        Raises:
            SealBroken: they were wrapped for another key or enquiry, or were altered.
        """
        return self.open(wrapped, context=wrap_context(enquiry, recipient))

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Return what `seal_to` sealed to the public half in the same context.

        Raises:
            SealBroken: it was sealed to another key or in another context, or was altered.
        """
        try:
            return _suite.decrypt(sealed, MLKEM768X25519PrivateKey(*self._halves()), context)
        except (InvalidTag, ValueError):
            raise SealBroken("content key") from None

    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = hashlib.shake_256(self.seed).digest(MLKEM_SEED_BYTES + SEED_BYTES)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(expanded[MLKEM_SEED_BYTES:]),
        )


def wrap(keys: bytes, public: bytes, *, enquiry: UUID, recipient: UUID) -> bytes:
    """Return an enquiry's content keys, wrapped so that only the private half of `public` opens them."""
    return seal_to(public, keys, context=wrap_context(enquiry, recipient))


def seal_to(public: bytes, secret: bytes, *, context: bytes) -> bytes:
    """Return `secret` sealed so that only the private half of `public` opens it, and only in the same context."""
    key = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC_BYTES:]),
    )
    return _suite.encrypt(secret, key, context)


def wrap_context(enquiry: UUID, recipient: UUID) -> bytes:
    """Return what binds a wrap to its enquiry and to the key that it is for."""
    return b"acquiesce wrap\x01" + enquiry.bytes + recipient.bytes
