"""A file that anybody may write and only the holder of a printed key can read: what a backup lies in.

The file's key is sealed to the public half by HPKE. The rest is AES-256-GCM in pieces of 1 MiB, whose nonces count them and
mark the last, so that a piece that is changed, moved or missing is noticed (the STREAM construction of Hoang et al., 2015).
"""

import io
import os
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from enquiries.sealing.errors import SealBroken
from enquiries.sealing.recipient import PrivateKey, seal_to

MAGIC = b"acquiesce backup 1\n"
PIECE = 1024 * 1024
TAG = 16
KEY_BYTES = 32


class NotReadable(Exception):
    """The file is no backup, was made for another key, or has been changed or cut short."""


class SealedWriter(io.RawIOBase):
    """Takes bytes, and writes them sealed. Without `close` the file has no end and cannot be read."""

    def __init__(self, file: BinaryIO, public: bytes) -> None:
        key = os.urandom(KEY_BYTES)
        wrapped = seal_to(public, key, context=MAGIC)
        self._file, self._cipher, self._buffer, self._count = file, AESGCM(key), bytearray(), 0
        file.write(MAGIC + len(wrapped).to_bytes(4, "big") + wrapped)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Keep bytes, and write every piece that is full."""
        self._buffer += memoryview(data)
        while len(self._buffer) > PIECE:
            self._piece(bytes(self._buffer[:PIECE]), last=False)
            del self._buffer[:PIECE]
        return memoryview(data).nbytes

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._piece(bytes(self._buffer), last=True)
        super().close()

    def _piece(self, data: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count, last=last), data, None))
        self._count += 1


class SealedReader(io.RawIOBase):
    """Reads what `SealedWriter` wrote. Every byte that it returns has been checked."""

    def __init__(self, file: BinaryIO, private: PrivateKey) -> None:
        if file.read(len(MAGIC)) != MAGIC:
            raise NotReadable("This is not a backup of this software.")
        wrapped = file.read(int.from_bytes(file.read(4), "big"))
        try:
            self._cipher = AESGCM(private.open(wrapped, context=MAGIC))
        except SealBroken:
            raise NotReadable("This backup was made for another key.") from None
        self._file, self._buffer, self._count = file, b"", 0
        self._next = file.read(PIECE + TAG)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next.

        Raises:
            NotReadable: the file has been changed or cut short.
        """
        view = memoryview(buffer).cast("B")
        if not self._buffer and self._next:
            self._buffer = self._piece()
        taken = self._buffer[: len(view)]
        view[: len(taken)] = taken
        self._buffer = self._buffer[len(taken) :]
        return len(taken)

    def _piece(self) -> bytes:
        sealed, self._next = self._next, self._file.read(PIECE + TAG)
        try:
            data = self._cipher.decrypt(_nonce(self._count, last=not self._next), sealed, None)
        except InvalidTag:
            raise NotReadable("This backup has been changed or cut short.") from None
        self._count += 1
        return data


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
