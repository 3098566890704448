"""Dates and times where no template says how: by the day first and by 24 hours, on every page of the admin."""

from datetime import datetime, time

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone
from django.utils.formats import date_format, time_format

from enquiries import audit
from tests.content.factories import make_user
from tests.pages import texts

AFTERNOON = datetime(2026, 11, 7, 15, 30)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("DATE_FORMAT", "7 Nov 2026"),
        ("TIME_FORMAT", "15:30"),
        ("DATETIME_FORMAT", "7 Nov 2026, 15:30"),
        ("SHORT_DATE_FORMAT", "07/11/2026"),
        ("SHORT_DATETIME_FORMAT", "07/11/2026 15:30"),
        ("MONTH_DAY_FORMAT", "7 November"),
    ],
)
def test_every_format_is_by_24_hours_and_by_the_day_first(name, written):
    assert date_format(AFTERNOON, name) == written


@pytest.mark.parametrize(("hour", "written"), [(time(0), "00:00"), (time(12), "12:00"), (time(9, 5), "09:05")])
def test_no_hour_has_a_name(hour, written):
    assert time_format(hour) == written


def test_templates_that_name_no_format_follow():
    said = Template("{{ at }} {{ at|date }} {{ at|time }}").render(Context({"at": AFTERNOON}))

    assert said == "7 Nov 2026, 15:30 7 Nov 2026 15:30"


@pytest.mark.django_db
def test_pages_of_the_admin_follow(client):
    with time_machine.travel(timezone.make_aware(AFTERNOON), tick=False):
        person = make_user("manager")
        audit.record(audit.Act.LOCKED, actor=person)
        client.force_login(person)
        listed = texts(client.get("/admin/enquiries/accessentry/"), "//td[contains(@class, 'field-at')]")
        account = texts(client.get(f"/admin/staff/user/{person.pk}/change/"), "//div[@class='readonly']")

    assert listed == ["7 Nov 2026, 15:30"]
    assert account == ["7 Nov 2026, 15:30"] * 2
