"""The freshness promises of the page cache, with real processes: two workers, and changes that Django knows nothing of."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.clinic_site.servers import servers
from tests.enquiries.installation import wait_for

ARTICLE = "/therapies/talking/"
PROMISE = 1.0  # seconds

CHANGES = {
    "article": ("UPDATE content_article SET title = 'New title' WHERE slug = 'talking'", "New title"),
    "profile": ("UPDATE content_therapyprofile SET session_like = 'A new kind of session.'", "A new kind of session."),
    "glossary": ("UPDATE content_glossaryterm SET meaning = 'A new meaning.'", "A new meaning."),
    "clinic": ("UPDATE content_clinicdetails SET clinic_name = 'New name'", "New name"),
    "section": ("UPDATE content_section SET menu_title = 'New menu'", "New menu"),
}
#: What every Python reads as it starts: only gunicorn's clock is changed, and runs on from there.
NEARLY_MIDNIGHT = """
import sys
if "gunicorn" in sys.orig_argv:
    import time_machine
    from datetime import datetime, time, timedelta
    from zoneinfo import ZoneInfo
    london = ZoneInfo("Europe/London")
    midnight = datetime.combine(datetime.now(london).date() + timedelta(days=1), time(), london)
    time_machine.travel(midnight - timedelta(seconds=15), tick=True).start()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with servers(tmp_path_factory.mktemp("pages")) as served:
        yield served


@pytest.mark.parametrize(("statement", "text"), CHANGES.values(), ids=CHANGES)
def test_change_shows_in_every_worker_within_a_second(site, statement, text):
    before = site.everywhere(ARTICLE)

    site.database.write(statement)
    time.sleep(PROMISE)
    after = site.everywhere(ARTICLE)

    assert [(status, text in page) for status, page in before] == [(200, False)]
    assert [(status, text in page) for status, page in after] == [(200, True)]


def test_redirect_leads_on_from_every_worker_within_a_second(site):
    before = site.everywhere("/therapies/old-name/")

    site.database.write(
        "INSERT INTO content_redirect (old_path, article_id, created_at)"
        " SELECT '/therapies/old-name/', id, CURRENT_TIMESTAMP FROM content_article WHERE slug = 'talking'"
    )
    time.sleep(PROMISE)

    assert [{status for status, _ in answers} for answers in (before, site.everywhere("/therapies/old-name/"))] == [
        {404},
        {301},
    ]


def test_review_that_falls_due_at_midnight_is_said_by_every_worker_within_a_second(tmp_path_factory, monkeypatch):
    """The servers' clocks are set, as they start, to a few seconds before the midnight that is next."""
    folder = tmp_path_factory.mktemp("midnight")
    (folder / "sitecustomize.py").write_text(NEARLY_MIDNIGHT)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    today = datetime.now(ZoneInfo("Europe/London")).date()
    with servers(folder) as site:
        due = f"last_reviewed = '2026-01-05', reviewer_role = 'Psychiatrist', next_review_due = '{today}'"
        site.database.write(f"UPDATE content_article SET {due} WHERE slug = 'talking'")  # noqa: S608
        time.sleep(PROMISE)
        before = site.everywhere(ARTICLE)
        wait_for(lambda: "The next review was due in" in site.get(ARTICLE)[1], "midnight")
        time.sleep(PROMISE)
        after = site.everywhere(ARTICLE)

    assert [(status, "Next review due" in page) for status, page in before] == [(200, True)]
    assert [(status, "The next review was due in" in page) for status, page in after] == [(200, True)]


def test_scheduled_page_appears_and_is_listed_by_itself_within_a_second(site):
    moment = datetime.now(UTC) + timedelta(seconds=6)
    when = f"{moment:%Y-%m-%d %H:%M:%S.%f}"
    site.database.write(f"UPDATE content_article SET publish_at = '{when}' WHERE slug = 'later'")  # noqa: S608
    time.sleep(PROMISE)
    before = site.everywhere("/therapies/later/"), site.everywhere("/therapies/")

    time.sleep(max(0, (moment - datetime.now(UTC)).total_seconds()) + PROMISE)
    after = site.everywhere("/therapies/later/"), site.everywhere("/therapies/")

    assert [{status for status, _ in answers} for answers in before] == [{404}, {200}]
    assert [{status for status, _ in answers} for answers in after] == [{200}, {200}]
    assert ["/therapies/later/" in page for answers in (before[1], after[1]) for _, page in answers] == [False, True]


def test_pages_that_are_there_are_served_while_the_database_is_down(site):
    warm = site.everywhere(ARTICLE)
    site.database.take_away()
    try:
        time.sleep(PROMISE)
        during = site.everywhere(ARTICLE)
        cold, ready = site.get("/glossary/")[0], site.get("/readyz")[0]
    finally:
        site.database.bring_back()
    site.database.write("UPDATE content_article SET title = 'After the storm' WHERE slug = 'talking'")
    time.sleep(PROMISE + 0.5)
    after = site.everywhere(ARTICLE)

    assert during == warm
    assert (cold, ready) == (500, 503)
    assert [(status, "After the storm" in page) for status, page in after] == [(200, True)]
