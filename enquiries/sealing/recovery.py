"""The recovery key as it is printed: its seed and a check, in Crockford's base 32."""

import hashlib

from enquiries.sealing import base32
from enquiries.sealing.recipient import SEED_BYTES, PrivateKey

CHECK_BYTES = 3  # one slip in sixteen million goes unnoticed here, and is then refused by the key itself


class MistypedRecoveryKey(ValueError):
    """What was typed is no recovery key: it has the wrong length, or a slip in it."""


def printed(private: PrivateKey) -> str:
    """Return the code to print: fourteen groups of four."""
    return base32.encode(private.seed + _check(private.seed))


def typed(code: str) -> PrivateKey:
    """Return the private key that a printed code stands for.

    Raises:
        MistypedRecoveryKey: the code has a slip in it.
    """
    try:
        data = base32.decode(code, SEED_BYTES + CHECK_BYTES)
    except ValueError as error:
        raise MistypedRecoveryKey from error
    if data[SEED_BYTES:] != _check(data[:SEED_BYTES]):
        raise MistypedRecoveryKey
    return PrivateKey(data[:SEED_BYTES])


def _check(seed: bytes) -> bytes:
    return hashlib.sha256(b"acquiesce recovery 1" + seed).digest()[:CHECK_BYTES]
