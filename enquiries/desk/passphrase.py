"""What a desk passphrase has to be, and what is said when it is wrong."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from enquiries.actions.unlock import TooManyTries, unlock
from enquiries.models import RecipientKey
from enquiries.sealing.passphrase import WrongPassphrase
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User

LEAST_SIGNS = 16
LEAST_DIFFERENT = 8


def validate_passphrase(passphrase: str, user: "User") -> None:
    """Refuse a passphrase that could be guessed from a stolen database, or that is the password as well.

    Length is what counts (NIST SP 800-63B, section 3.1.1.2): four words by chance are easy to keep and hard to guess.

    Raises:
        ValidationError: it is too short, too even, or the person's password.
    """
    words = passphrase.strip()
    if len(words) < LEAST_SIGNS or len(set(words)) < LEAST_DIFFERENT:
        raise ValidationError(
            f"Choose at least {LEAST_SIGNS} letters and signs that vary."
            " Four words that have nothing to do with each other are good."
        )
    if user.check_password(passphrase):
        raise ValidationError("This is your password. The passphrase must be another, so that neither gives the other away.")


@sensitive_variables()
def open_desk(user: "User", passphrase: str) -> Unlocked:
    """Return a person's key with its private half. Wrong tries are counted and written down; see `unlock`.

    Raises:
        ValidationError: the passphrase is wrong, was wrong too often, or has not been chosen yet.
    """
    try:
        return unlock(user=user, passphrase=passphrase)
    except WrongPassphrase:
        said = "This is not your passphrase. Check that Caps Lock is off, and type it again."
    except TooManyTries:
        said = "It was wrong five times. Wait 15 minutes, then try again."
    except RecipientKey.DoesNotExist:
        said = "You have not chosen a passphrase yet."
    raise ValidationError(said)
