"""Public pages to look at again: which, why, and in which order."""

from datetime import date, timedelta

import pytest
import time_machine

from content.stale import reasons, stale
from tests.content.factories import cite, make_article, make_draft, make_outside_link, make_source, make_user
from tests.pages import count_queries, links, texts

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
ADDRESS = "/admin/content/article/stale/"
SOUND = {"last_reviewed": TODAY - timedelta(days=30), "reviewer_role": "Nurse", "next_review_due": TODAY + timedelta(days=61)}
BROKEN = {"outcome": "fails", "failing_since": TODAY - timedelta(days=3), "failed_on": TODAY}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-06-10 10:00:00Z", tick=False):
        yield


def found():
    return {article.title: list(reasons(article, TODAY)) for article in stale(TODAY)}


def test_pages_come_by_urgency_each_with_its_reasons():
    cite(make_article(title="Old", **SOUND), make_source(year=2020), make_source(year=2001), make_source(year=None))
    make_article(title="Soon", **{**SOUND, "next_review_due": TODAY + timedelta(days=60)})
    make_article(title="Never")
    make_article(title="Overdue", **{**SOUND, "next_review_due": TODAY - timedelta(days=1)})
    make_article(title="Long overdue", **{**SOUND, "next_review_due": TODAY - timedelta(days=20)})
    broken = make_article(title="Broken", **SOUND)
    make_outside_link(broken, **BROKEN)
    make_outside_link(broken, **BROKEN)

    assert list(found().items()) == [
        ("Broken", ["2 broken links to other sites"]),
        ("Long overdue", ["review overdue since 21 May 2026"]),
        ("Overdue", ["review overdue since 9 June 2026"]),
        ("Never", ["never reviewed by a clinician"]),
        ("Soon", ["review due on 9 August 2026"]),
        ("Old", ["its newest source is from 2020"]),
    ]


def test_page_with_several_reasons_stands_once_and_says_all():
    article = make_article(title="All", last_reviewed=None)
    make_outside_link(article, **BROKEN)
    cite(article, make_source(year=2019))

    assert found() == {
        "All": ["1 broken link to other sites", "never reviewed by a clinician", "its newest source is from 2019"]
    }


def test_sound_pages_and_pages_that_are_not_public_are_not_listed():
    cite(make_article(**SOUND), make_source(year=2021), make_source(year=1990))
    cite(make_article(**SOUND), make_source(year=None))
    once = make_article(**SOUND)
    make_outside_link(once, **{**BROKEN, "failing_since": TODAY})
    make_draft()

    assert found() == {}


@pytest.mark.parametrize(("role", "status"), [("editor", 200), ("reviewer", 200), ("manager", 200), ("desk", 403), ("", 403)])
def test_who_sees_the_list(client, role, status):
    client.force_login(make_user(role))

    assert client.get(ADDRESS).status_code == status


def test_list_leads_to_each_page(client):
    client.force_login(make_user("editor"))
    article = make_article(title="Never")

    response = client.get(ADDRESS)

    assert texts(response, "//div[@class='health']//tr[td]") == ["Never Ketamine never reviewed by a clinician"]
    assert f"/admin/content/article/{article.pk}/change/" in links(response)


def test_empty_list_says_so(client):
    client.force_login(make_user("editor"))

    assert "Nothing: every public page is reviewed" in texts(client.get(ADDRESS), "//div[@class='health']")[0]


def test_long_list_has_pages(client):
    client.force_login(make_user("editor"))
    for _ in range(101):
        make_article()

    first, second = client.get(ADDRESS), client.get(f"{ADDRESS}?page=2")

    assert [len(response.context["rows"]) for response in (first, second)] == [100, 1]
    assert texts(first, "//nav[@aria-label='More pages']") == ["1 to 100 of 101 Later"]
    assert texts(second, "//nav[@aria-label='More pages']") == ["Earlier 101 to 101 of 101"]


def test_list_takes_as_many_queries_however_long_it_is(client):
    client.force_login(make_user("editor"))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_outside_link(make_article(), **BROKEN)
        counts.append(count_queries(client, ADDRESS))

    assert counts[0] == counts[1]
