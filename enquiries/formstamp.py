"""The signed stamp in the enquiry form: which form it is, and since when it has been open. It replaces a session."""

from dataclasses import dataclass

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

from enquiries.sealing.receipt import new_token

GOOD_FOR = 24 * 3600  # seconds
QUICK = 3  # seconds in which nobody reads and fills in the form


class StaleForm(Exception):
    """The stamp is missing, altered or more than a day old. Give the form a fresh one; nothing typed need be lost."""


@dataclass(frozen=True)
class Stamp:
    """What a form's stamp says."""

    token: str
    quick: bool  # sent faster than anybody could fill it in


def fresh() -> str:
    """Return a stamp for a new form."""
    return _signer().sign(new_token())


def read(value: str) -> Stamp:
    """Return what a stamp says.

    Raises:
        StaleForm: it is not one of ours, or too old.
    """
    signer = _signer()
    try:
        token = signer.unsign(value, max_age=GOOD_FOR)
    except BadSignature as error:
        raise StaleForm from error
    try:
        signer.unsign(value, max_age=QUICK)
    except SignatureExpired:
        return Stamp(token, quick=False)
    return Stamp(token, quick=True)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="enquiries.form")
