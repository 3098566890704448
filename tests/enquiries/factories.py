"""Makes what the tests of enquiries need: teams, members with keys, and sealed enquiries."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from enquiries import vault
from enquiries.models import Enquiry, Membership, RecipientKey, SealedDocument, Team
from enquiries.sealing.receipt import Receipt, new_token
from enquiries.sealing.recipient import PrivateKey
from enquiries.vault import ContentKeys, Unlocked
from staff.models import User

_numbers = count(1)


def make_team(**fields: Any) -> Team:
    """Make a team with a name of its own."""
    return Team.objects.create(**{"name": f"Team {next(_numbers)}", **fields})


def make_key(user: User | None = None) -> Unlocked:
    """Make a key for a person, or a recovery key, and return it with its private half."""
    private = PrivateKey.generate()
    return Unlocked(RecipientKey.objects.create(user=user, public=private.public), private)


def make_member(team: Team, **fields: Any) -> Unlocked:
    """Make a person who is in a team, and return their unlocked desk."""
    number = next(_numbers)
    user = User.objects.create_user(f"person{number}@clinic.example", name=f"Person {number}")
    Membership.objects.create(team=team, user=user, **fields)
    return make_key(user)


def make_enquiry(team: Team, words: str = "Hello", token: str = "") -> tuple[Enquiry, ContentKeys, Receipt]:
    """Seal an enquiry to a team, and return it with its keys and receipt."""
    receipt, keys = Receipt.from_token(token or new_token()), ContentKeys.generate()
    soon = timezone.now() + timedelta(hours=8)
    enquiry = Enquiry.objects.create(
        reference=f"R{next(_numbers)}", receipt_lookup=receipt.lookup, audience="me", team=team, due_at=soon, escalate_at=soon
    )
    vault.wrap_for(enquiry, keys, vault.readers(team))
    vault.wrap_for_receipt(enquiry, keys, receipt)
    vault.write(enquiry, keys, SealedDocument.Kind.ENQUIRY, {"message": words})
    return enquiry, keys, receipt
