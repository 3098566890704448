"""The freshness promises of the page cache, with real processes: two workers, and changes that Django knows nothing of."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.clinic_site.servers import servers

ARTICLE = "/therapies/talking/"
PROMISE = 1.0  # seconds

CHANGES = {
    "article": ("UPDATE content_article SET title = 'New title' WHERE slug = 'talking'", "New title"),
    "glossary": ("UPDATE content_glossaryterm SET meaning = 'A new meaning.'", "A new meaning."),
    "clinic": ("UPDATE content_clinicdetails SET clinic_name = 'New name'", "New name"),
    "section": ("UPDATE content_section SET menu_title = 'New menu'", "New menu"),
}


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
