"""Changes of teams that must not leave an enquiry without readers."""

from django.db import transaction

from enquiries.actions.handle import NobodyCouldRead
from enquiries.models import Team


@transaction.atomic
def make_fallback(team: Team) -> None:
    """Make a team the one that takes whatever no rule sends elsewhere.

    Raises:
        NobodyCouldRead: nobody in the team has a desk key.
    """
    if not team.recipients().exists():
        raise NobodyCouldRead
    Team.objects.filter(is_fallback=True).exclude(pk=team.pk).update(is_fallback=False)
    team.is_fallback = True
    team.save(update_fields=("is_fallback",))
