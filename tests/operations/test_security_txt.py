"""Somebody is reminded of security.txt before it expires, and the software never moves the day by itself."""

from datetime import date

import pytest
import time_machine
from django.core.checks import run_checks
from django.test import Client

from tests.content.factories import make_user
from tests.pages import texts

CONTACT = "mailto:security@clinic.example"
TODAY = "2026-11-25 12:00"


def warnings(settings, expires):
    """Return what `manage.py check --deploy` says of it on 25 November 2026."""
    settings.SECURITY_CONTACT, settings.SECURITY_TXT_EXPIRES = CONTACT, expires
    with time_machine.travel(TODAY, tick=False):
        found = run_checks(include_deployment_checks=True)
    return [message.msg.partition(". ")[0] for message in found if message.id == "operations.W001"]


@pytest.mark.parametrize(
    ("expires", "said"),
    [
        (None, []),
        (date(2026, 11, 24), ["security.txt expired on 2026-11-24"]),
        (date(2026, 11, 25), ["security.txt expired on 2026-11-25"]),
        (date(2026, 12, 24), ["security.txt expires on 2026-12-24"]),
        (date(2026, 12, 25), []),
        (date(2027, 11, 26), []),
        (date(2027, 11, 27), ["security.txt expires on 2027-11-27, more than a year from now"]),
    ],
)
def test_whoever_deploys_is_warned_of_a_day_that_is_near_past_or_too_far(settings, expires, said):
    assert warnings(settings, expires) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("production", "contact", "expires", "said"),
    [
        (True, "", None, "names nobody"),
        (True, CONTACT, None, "Nobody has confirmed"),
        (True, CONTACT, date(2026, 12, 1), "expires on 2026-12-01"),
        (True, CONTACT, date(2026, 11, 1), "expired on 2026-11-01"),
        (True, CONTACT, date(2027, 6, 1), ""),
        (False, "", None, ""),
    ],
)
def test_manager_of_a_live_site_finds_it_among_what_needs_doing(settings, production, contact, expires, said):
    settings.PRODUCTION, settings.SECURITY_CONTACT, settings.SECURITY_TXT_EXPIRES = production, contact, expires
    manager, editor = Client(), Client()
    with time_machine.travel(TODAY, tick=False):
        manager.force_login(make_user("manager"))
        editor.force_login(make_user("editor"))
        tasks = [texts(client.get("/admin/"), "//section[@class='tasks']//a") for client in (manager, editor)]

    found = [[line for line in lines if "security.txt" in line] for lines in tasks]
    assert found[1] == []
    assert [said in line for line in found[0]] == ([True] if said else [])
