"""What needs doing: each task is for those who can do it, and leads to a page that shows as much as it says."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from content.models import ClinicDetails
from content.tasks import tasks_for
from tests.content.factories import make_article, make_draft, make_line, make_outside_link, make_user
from tests.pages import texts

pytestmark = pytest.mark.django_db

WAITING = "waiting for a reviewer"
DRAFTS = "still in draft"
NEVER = "public without a clinician's review"
DUE = "due for review within 30 days, or overdue"
LINES = "support lines not checked in the last 90 days"
CLINIC = "clinic details still missing"
STALE = "public pages to look at again"
BROKEN = "broken links to other sites"


@pytest.fixture
def work():
    """Some of everything that waits, beside things that do not."""
    today = timezone.localdate()
    reviewed = {"last_reviewed": today - timedelta(days=300), "reviewer_role": "Nurse"}
    make_draft()
    make_draft()
    make_draft(state="in_review")
    make_article()
    make_article(**reviewed, next_review_due=today - timedelta(days=1))
    make_article(**reviewed, next_review_due=today + timedelta(days=30))
    make_article(**reviewed, next_review_due=today + timedelta(days=31))
    make_line(last_checked=None)
    make_line(last_checked=today - timedelta(days=91))
    make_line(last_checked=today - timedelta(days=90))
    ClinicDetails(pk=1, phone="020 7946 0123").save()
    make_outside_link(outcome="fails", failing_since=today - timedelta(days=1), failed_on=today)
    make_outside_link(outcome="fails", failing_since=today, failed_on=today)
    make_outside_link(outcome="works")


def counts(user):
    return {task.text: task.count for task in tasks_for(user)}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("editor", {DRAFTS: 2, STALE: 4, BROKEN: 1}),
        ("reviewer", {WAITING: 1, DRAFTS: 2, NEVER: 1, DUE: 2, STALE: 4, BROKEN: 1, LINES: 2}),
        ("manager", {WAITING: 1, DRAFTS: 2, STALE: 4, BROKEN: 1, LINES: 2, CLINIC: 14}),
        ("desk", {}),
    ],
)
def test_each_role_sees_what_it_can_do(work, role, expected):
    assert counts(make_user(role)) == expected


@pytest.mark.parametrize("user", [AnonymousUser, make_user])
def test_those_without_a_role_see_nothing(work, user):
    assert counts(user()) == {}


def test_what_is_done_is_not_listed(work):
    make_user("reviewer")
    ClinicDetails(**dict.fromkeys(ClinicDetails.fact_names(), "x@clinic.example"), pk=1).save()

    assert CLINIC not in counts(make_user("manager"))


def test_nothing_to_do_is_an_empty_list():
    assert counts(make_user("reviewer")) == {}


@pytest.mark.parametrize("text", [WAITING, DRAFTS, NEVER, DUE])
def test_a_task_leads_to_as_many_articles_as_it_counts(client, work, text):
    client.force_login(make_user("reviewer"))
    task = next(task for task in client.get("/admin/").context["tasks"] if task.text == text)

    response = client.get(task.address)

    assert response.context["cl"].result_count == task.count


def test_tasks_of_health_lead_to_as_many_rows_as_they_count(client, work):
    client.force_login(make_user("editor"))
    addresses = {task.text: task.address for task in client.get("/admin/").context["tasks"]}

    assert len(client.get(addresses[STALE]).context["rows"]) == 4
    assert client.get(addresses[BROKEN]).context["cl"].result_count == 1


def test_first_page_of_the_admin_says_what_needs_doing(client, work):
    client.force_login(make_user("editor"))

    shown = texts(client.get("/admin/"), "//section[@aria-labelledby='tasks-heading']//li")
    assert shown == ["2 still in draft", "4 public pages to look at again", "1 broken link to another site"]


def test_first_page_of_the_admin_says_that_nothing_needs_doing(client):
    client.force_login(make_user("editor"))

    assert texts(client.get("/admin/"), "//p[@class='at-rest']") == ["Nothing is waiting for you."]


def test_page_of_one_part_of_the_admin_bears_its_name_and_does_not_say_that_nothing_needs_doing(client, work):
    client.force_login(make_user("editor"))
    response = client.get("/admin/content/")

    assert texts(response, "//title") == ["Website content | Acquiesce"]
    assert texts(response, "//h1") == ["Website content"]
    assert texts(response, "//p[@class='at-rest']") == []
