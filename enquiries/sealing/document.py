"""Encrypts one document of an enquiry: AES-256-GCM over padded JSON, bound to the row that holds it."""

import json
import os
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from enquiries.sealing.errors import SealBroken

FORMAT = b"\x01"
STEP = 512  # bytes; a stored document tells its length only in steps of this size
KEY_BYTES = 32
NONCE_BYTES = 12
LENGTH_BYTES = 4


def new_key() -> bytes:
    """Return a fresh AES-256 key."""
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def seal(document: dict[str, Any], key: bytes, *, enquiry: UUID, row: UUID, kind: str) -> bytes:
    """Encrypt a JSON document for the row `row`, of the kind `kind`, of the enquiry `enquiry`."""
    nonce = os.urandom(NONCE_BYTES)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, _pad(text), _binding(enquiry, row, kind))


def open_sealed(sealed: bytes, key: bytes, *, enquiry: UUID, row: UUID, kind: str) -> dict[str, Any]:
    """Decrypt what `seal` made.

    Raises:
        SealBroken: the data is not, byte by byte, what was sealed for this row with this key.
    """
    nonce, encrypted = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != FORMAT or len(nonce) != NONCE_BYTES:
        raise SealBroken("document")
    try:
        padded = AESGCM(key).decrypt(nonce, encrypted, _binding(enquiry, row, kind))
    except InvalidTag:
        raise SealBroken("document") from None
    return json.loads(_unpad(padded))


def _binding(enquiry: UUID, row: UUID, kind: str) -> bytes:
    """Return the associated data: a document that is moved to another row, or given another kind, does not open."""
    return b"acquiesce document" + FORMAT + enquiry.bytes + row.bytes + kind.encode()


def _pad(text: bytes) -> bytes:
    content = len(text).to_bytes(LENGTH_BYTES, "big") + text
    return content + bytes(-len(content) % STEP)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]
