"""Whether the enquiry is open: somebody must be able to read what arrives, today and after every passphrase is lost."""

from enquiries.models import RecipientKey, Team


def is_open() -> bool:
    """Say whether enquiries can be taken in: there is a team for whatever no rule sends elsewhere, and a recovery key."""
    return Team.objects.filter(is_fallback=True).exists() and RecipientKey.objects.usable().recovery().exists()
