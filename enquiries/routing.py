"""Chooses the team for an enquiry."""

from enquiries.models import RoutingRule, Team


def route(*, audience: str, topic: str, urgent: bool) -> Team:
    """Return the team of the first rule that matches, or the fallback team.

    Raises:
        Team.DoesNotExist: there is no fallback team, so the enquiry is not open.
    """
    for rule in RoutingRule.objects.select_related("team"):
        if rule.matches(audience, topic, urgent):
            return rule.team
    return Team.objects.get(is_fallback=True)
