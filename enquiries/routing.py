"""Chooses the team for an enquiry."""

from enquiries.models import RoutingRule, Team


def deciding_rule(*, audience: str, topic: str, urgent: bool) -> RoutingRule | None:
    """Return the first rule that matches, or nothing: then the fallback team takes the enquiry."""
    rules = RoutingRule.objects.select_related("team")
    return next((rule for rule in rules if rule.matches(audience, topic, urgent)), None)


def route(*, audience: str, topic: str, urgent: bool) -> Team:
    """Return the team of the first rule that matches, or the fallback team.

    Raises:
        Team.DoesNotExist: there is no fallback team, so the enquiry is not open.
    """
    rule = deciding_rule(audience=audience, topic=topic, urgent=urgent)
    return rule.team if rule else Team.objects.get(is_fallback=True)
