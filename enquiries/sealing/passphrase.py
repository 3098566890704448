"""Keeps a private key under a passphrase: Argon2id makes the key that encrypts it."""

import os
from functools import partial
from unicodedata import normalize
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from enquiries.sealing.recipient import PrivateKey

FORMAT = b"\x01"
SALT_BYTES = 16
NONCE_BYTES = 12
#: RFC 9106's second recommended choice, for where 2 GiB of memory are too many: 64 MiB (here in KiB) and three passes.
#: Another cost would open no key that is stored already.
ARGON2ID = partial(Argon2id, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)


class WrongPassphrase(Exception):
    """The passphrase does not open this key."""


def lock(private: PrivateKey, passphrase: str, *, key_id: UUID) -> bytes:
    """Return the private key with the id `key_id`, encrypted under a passphrase."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    encrypted = AESGCM(_derive(passphrase, salt)).encrypt(nonce, private.seed, FORMAT + key_id.bytes)
    return FORMAT + salt + nonce + encrypted


def unlock(locked: bytes, passphrase: str, *, key_id: UUID) -> PrivateKey:
    """Return the private key that `lock` encrypted.

    Raises:
        WrongPassphrase: the passphrase is another one, or the locked key was altered or belongs to another id.
    """
    salt, rest = locked[1 : 1 + SALT_BYTES], locked[1 + SALT_BYTES :]
    if locked[:1] != FORMAT or len(rest) <= NONCE_BYTES:
        raise WrongPassphrase
    try:
        seed = AESGCM(_derive(passphrase, salt)).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], FORMAT + key_id.bytes)
    except InvalidTag:
        raise WrongPassphrase from None
    return PrivateKey(seed)


def _derive(passphrase: str, salt: bytes) -> bytes:
    """Stretch a passphrase. Spaces around it and the way that accents are typed make no difference."""
    return ARGON2ID(salt=salt).derive(normalize("NFKC", passphrase).strip().encode())
