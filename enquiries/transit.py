"""Keeps an enquirer's email address encrypted while a mail to it waits in the outbox.

Its key comes from the site's secret, which is not in the database: the worker has to send without anybody's desk being
unlocked. So this is weaker than the seal on the enquiry itself. The address is only here if the enquirer gave it and said
that mail is safe, and only until the mail is sent or given up.
"""

from uuid import UUID

from enquiries.sealing.errors import SealBroken
from staff.encryption import CannotDecrypt, decrypt, encrypt

PURPOSE = b"acquiesce enquirer address 1"


def seal_address(address: str, *, enquiry: UUID) -> bytes:
    """Return an email address, encrypted for the worker."""
    return encrypt(address.encode(), purpose=PURPOSE, bound_to=enquiry.bytes)


def open_address(sealed: bytes, *, enquiry: UUID) -> str:
    """Return the email address that `seal_address` encrypted.

    Raises:
        SealBroken: it was altered, or the site's secret has changed since and is not among SECRET_KEY_FALLBACKS.
    """
    try:
        return decrypt(sealed, purpose=PURPOSE, bound_to=enquiry.bytes).decode()
    except CannotDecrypt as error:
        raise SealBroken("address") from error
