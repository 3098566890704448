"""The receipt: 80 bits with which an enquirer comes back, and which the server does not keep.

A form carries a random submission token. The receipt follows from the token, so that the same form sent twice (a lost
connection, a reload) is answered with the same receipt. What is stored follows from the receipt by Argon2id, which
makes guessing from a stolen database slower by the same factor as guessing a passphrase would be.
"""

import hashlib
import os
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from enquiries.sealing import base32
from enquiries.sealing.errors import SealBroken

RECEIPT_BYTES = 10
NONCE_BYTES = 12
#: One salt for all: a receipt is random, so nothing can be computed in advance, and it has to be found by its digest.
SALT = b"acquiesce receipt 1"
#: The least that OWASP's password storage cheat sheet allows, memory in KiB: it is paid at every visit, and must not tie up
#: the server's memory. Another cost would find no enquiry that is stored already.
ARGON2ID = partial(Argon2id, length=32, iterations=2, lanes=1, memory_cost=19 * 1024)


@dataclass(frozen=True)
class Receipt:
    """A receipt as its holder knows it, with what follows from it."""

    code: str = field(repr=False)
    lookup: str  # 64 hexadecimal digits, by which the enquiry is found
    key: bytes = field(repr=False)  # wraps the enquiry's thread key

    @classmethod
    def from_token(cls, token: str) -> "Receipt":
        """Return the receipt that a form's submission token leads to."""
        digest = hashlib.sha256(b"acquiesce submission 1" + token.encode()).digest()
        return cls.read(base32.encode(digest[:RECEIPT_BYTES]))

    @classmethod
    def read(cls, typed: str) -> "Receipt":
        """Return the receipt that somebody typed. Any text gives one, in the same time; most belong to no enquiry."""
        signs = base32.tidy(typed)
        secret = ARGON2ID(salt=SALT).derive(signs.encode())
        return cls(
            code="-".join(signs[start : start + 4] for start in range(0, len(signs), 4)),
            lookup=HKDFExpand(SHA256(), 32, b"lookup").derive(secret).hex(),
            key=HKDFExpand(SHA256(), 32, b"key").derive(secret),
        )

    def wrap(self, thread_key: bytes, *, enquiry: UUID) -> bytes:
        """Return an enquiry's thread key, wrapped for whoever holds this receipt."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, thread_key, _binding(enquiry))

    def unwrap(self, wrapped: bytes, *, enquiry: UUID) -> bytes:
        """Return the thread key that `wrap` wrapped.

        Raises:
            SealBroken: it was wrapped with another receipt or for another enquiry, or was altered.
        """
        if len(wrapped) <= NONCE_BYTES:
            raise SealBroken("content key")
        try:
            return AESGCM(self.key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _binding(enquiry))
        except InvalidTag:
            raise SealBroken("content key") from None


def new_token() -> str:
    """Return a fresh submission token of 128 bits."""
    return os.urandom(16).hex()


def _binding(enquiry: UUID) -> bytes:
    return b"acquiesce receipt wrap\x01" + enquiry.bytes
