"""Which team gets an enquiry, and when an answer is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from enquiries.models import DeskSettings, RoutingRule, Team
from enquiries.routing import route
from enquiries.working_hours import add_working_hours
from tests.enquiries.factories import make_member, make_team

LONDON = ZoneInfo("Europe/London")


@pytest.mark.django_db
def test_first_rule_that_matches_decides():
    families, urgent, _ = make_team(), make_team(), make_team(is_fallback=True)
    RoutingRule.objects.create(order=2, audience="someone", team=families)
    RoutingRule.objects.create(order=1, urgent=True, team=urgent)

    assert route(audience="someone", topic="", urgent=False) == families
    assert route(audience="someone", topic="", urgent=True) == urgent


@pytest.mark.django_db
def test_fallback_takes_what_no_rule_sends_elsewhere():
    team, fallback = make_team(), make_team(is_fallback=True)
    RoutingRule.objects.create(topic="cannabis", urgent=False, team=team)

    assert route(audience="me", topic="", urgent=False) == fallback
    assert route(audience="me", topic="cannabis", urgent=True) == fallback


@pytest.mark.django_db
def test_without_a_fallback_nothing_is_routed():
    with pytest.raises(Team.DoesNotExist):
        route(audience="me", topic="", urgent=False)


@pytest.mark.django_db
def test_there_is_one_fallback():
    make_team(is_fallback=True)

    with pytest.raises(IntegrityError):
        make_team(is_fallback=True)


@pytest.mark.django_db
def test_rule_to_a_team_without_a_key_is_refused():
    team = make_team()
    rule = RoutingRule(order=1, team=team)

    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert list(refused.value.message_dict) == ["team"]

    make_member(team)
    rule.full_clean()


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24 10:00", 2, "2026-11-24 12:00"),
        ("2026-11-24 16:00", 2, "2026-11-25 10:00"),  # over the night
        ("2026-11-24 23:00", 8, "2026-11-25 17:00"),  # sent at night
        ("2026-11-27 16:00", 2, "2026-11-30 10:00"),  # over a weekend
        ("2026-12-24 16:00", 2, "2026-12-29 10:00"),  # over Christmas, with Boxing Day moved to the Monday
        ("2027-03-25 16:00", 2, "2027-03-30 10:00"),  # over Easter
        ("2026-10-23 16:30", 1, "2026-10-26 09:30"),  # over the end of summer time
    ],
)
def test_working_hours_skip_nights_weekends_and_bank_holidays(start, hours, due):
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=LONDON) for text in (start, due))

    assert add_working_hours(begin, hours, DeskSettings()) == end


def test_saturdays_count_where_they_are_worked():
    begin = datetime(2026, 11, 27, 16, tzinfo=LONDON)

    assert add_working_hours(begin, 2, DeskSettings(saturdays=True)) == datetime(2026, 11, 28, 10, tzinfo=LONDON)
