"""Addresses never break: what was public once answers, or leads to where it went."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import Article, Redirect
from tests.content.factories import make_article, make_draft, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(client):
    """Return a function that says what an address answers: its status, and where it leads if it has moved."""

    def answer(address):
        response = client.get(address)
        return (response.status_code, response.headers.get("Location"))

    return answer


def redirects():
    return {redirect.old_path: (redirect.article or redirect.section).get_absolute_url() for redirect in Redirect.objects.all()}


def move(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()


# --- Articles ---------------------------------------------------------------------------------------------------------


def test_changed_slug_leaves_a_permanent_redirect(answer):
    article = make_article(slug="a")

    move(article, slug="b")

    assert answer("/ketamine/a/") == (301, "/ketamine/b/")
    assert answer("/ketamine/b/") == (200, None)


def test_changed_section_leaves_a_permanent_redirect(answer):
    article = make_article(slug="a")

    move(article, section=make_section(slug="families"))

    assert answer("/ketamine/a/") == (301, "/families/a/")
    assert answer("/families/a/") == (200, None)


def test_chain_of_changes_leads_straight_to_the_end(answer):
    article = make_article(slug="a")

    move(article, slug="b")
    move(article, slug="c")

    assert answer("/ketamine/a/") == (301, "/ketamine/c/")
    assert answer("/ketamine/b/") == (301, "/ketamine/c/")
    assert answer("/ketamine/c/") == (200, None)


def test_going_back_makes_no_loop(answer):
    article = make_article(slug="a")

    move(article, slug="b")
    move(article, slug="a")

    assert answer("/ketamine/a/") == (200, None)
    assert answer("/ketamine/b/") == (301, "/ketamine/a/")
    assert redirects() == {"/ketamine/b/": "/ketamine/a/"}


def test_two_articles_that_swap_addresses_make_no_loop(answer):
    first, second = make_article(slug="a", title="First"), make_article(slug="b", title="Second")

    move(first, slug="c")
    move(second, slug="a")
    move(first, slug="b")

    assert [answer(f"/ketamine/{slug}/") for slug in "abc"] == [(200, None), (200, None), (301, "/ketamine/b/")]


def test_saving_without_a_change_leaves_no_redirect():
    article = make_article()

    article.save()

    assert redirects() == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "draft", "publish_at": None},
        {"state": "in_review", "publish_at": None},
        {"state": "published", "publish_at": timezone.now() + timedelta(days=400)},
    ],
    ids=["draft", "in review", "scheduled"],
)
def test_article_that_was_never_public_leaves_no_redirect(answer, fields):
    article = make_article(slug="a", **fields)

    move(article, slug="b")

    assert redirects() == {}
    assert answer("/ketamine/a/") == (404, None)


def test_moved_article_that_is_no_longer_published_is_not_given_away(answer):
    article = make_article(slug="a")
    move(article, slug="b")

    move(article, state="draft")

    assert answer("/ketamine/a/") == (404, None)
    assert answer("/ketamine/b/") == (404, None)


def test_article_that_moves_while_unpublished_is_found_again_once_published(answer):
    article = make_article(slug="a")
    move(article, state="draft")
    move(article, slug="b")

    move(article, state="published")

    assert answer("/ketamine/a/") == (301, "/ketamine/b/")


def test_moved_article_that_is_scheduled_is_not_given_away(answer):
    article = make_article(slug="a")
    move(article, slug="b")

    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now() + timedelta(hours=1))

    assert answer("/ketamine/a/") == (404, None)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert answer("/ketamine/a/") == (301, "/ketamine/b/")


def test_new_article_at_an_old_address_wins(answer):
    moved = make_article(slug="a")
    move(moved, slug="b")

    make_article(slug="a")

    assert answer("/ketamine/a/") == (200, None)
    assert redirects() == {}


def test_draft_at_an_old_address_leaves_the_redirect_until_it_is_public(answer):
    moved = make_article(slug="a")
    move(moved, slug="b")

    draft = make_draft(slug="a")
    while_draft = answer("/ketamine/a/")
    move(draft, state="published", publish_at=timezone.now())

    assert while_draft == (301, "/ketamine/b/")
    assert answer("/ketamine/a/") == (200, None)


def test_scheduled_article_at_an_old_address_wins_from_its_time(answer):
    moved = make_article(slug="a")
    move(moved, slug="b")
    make_article(slug="a", publish_at=timezone.now() + timedelta(hours=1))

    before = answer("/ketamine/a/")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        after = answer("/ketamine/a/")

    assert (before, after) == ((301, "/ketamine/b/"), (200, None))


def test_second_article_that_leaves_an_address_takes_the_redirect(answer):
    first = make_article(slug="a")
    move(first, slug="b")
    second = make_article(slug="a")

    move(second, slug="c")

    assert answer("/ketamine/a/") == (301, "/ketamine/c/")
    assert answer("/ketamine/b/") == (200, None)


def test_working_copy_leaves_addresses_alone(answer):
    page = make_article(slug="a")
    moved = make_article(slug="old")
    move(moved, slug="new")

    copy = make_draft(slug="old", section=page.section, revises=page)
    copy.delete()

    assert redirects() == {"/ketamine/old/": "/ketamine/new/"}
    assert answer("/ketamine/a/") == (200, None)


def test_deleted_article_takes_its_redirects_along(answer):
    article = make_article(slug="a")
    move(article, slug="b")

    article.delete()

    assert redirects() == {}
    assert answer("/ketamine/a/") == (404, None)


def test_address_that_was_never_there_is_not_found(answer):
    make_article(slug="a")

    assert answer("/ketamine/other/") == (404, None)
    assert answer("/other/") == (404, None)


# --- Standing pages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def standing():
    return make_section(slug="site", standing=True)


def test_changed_slug_of_a_standing_page_leaves_a_permanent_redirect(answer, standing):
    page = make_article(slug="about", section=standing)

    move(page, slug="about-us")

    assert answer("/about/") == (301, "/about-us/")
    assert answer("/about-us/") == (200, None)


def test_article_that_becomes_a_standing_page_and_back_is_followed(answer, standing):
    page = make_article(slug="about")

    move(page, section=standing)
    as_standing = (answer("/ketamine/about/"), answer("/about/"))
    move(page, section=make_section())

    assert as_standing == ((301, "/about/"), (200, None))
    assert (answer("/about/"), answer("/ketamine/about/")) == ((301, "/ketamine/about/"), (200, None))


def test_standing_page_answers_at_no_other_address(answer, standing):
    make_article(slug="about", section=standing)

    assert answer("/site/about/") == (404, None)
    assert answer("/site/") == (404, None)


def test_changed_slug_of_the_standing_section_changes_no_address(answer, standing):
    make_article(slug="about", section=standing)

    move(standing, slug="pages")

    assert redirects() == {}
    assert answer("/about/") == (200, None)
    assert answer("/site/") == (404, None)


# --- Sections ---------------------------------------------------------------------------------------------------------


def test_changed_slug_of_a_section_moves_it_and_all_that_was_public_in_it(answer):
    section = make_section(slug="old")
    make_article(slug="a", section=section)
    make_article(slug="unpublished", section=section, state="draft")
    make_draft(slug="draft", section=section)
    make_article(slug="later", section=section, publish_at=timezone.now() + timedelta(hours=1))

    move(section, slug="new")

    assert redirects() == {"/old/": "/new/", "/old/a/": "/new/a/", "/old/unpublished/": "/new/unpublished/"}
    assert (answer("/old/"), answer("/old/a/")) == ((301, "/new/"), (301, "/new/a/"))
    assert (answer("/new/"), answer("/new/a/")) == ((200, None), (200, None))
    assert answer("/old/unpublished/") == (404, None)


def test_chain_of_section_changes_leads_straight_to_the_end(answer):
    section = make_section(slug="a")
    make_article(slug="page", section=section)

    move(section, slug="b")
    move(section, slug="c")

    assert [answer(f"/{slug}/") for slug in "abc"] == [(301, "/c/"), (301, "/c/"), (200, None)]
    assert [answer(f"/{slug}/page/") for slug in "abc"] == [(301, "/c/page/"), (301, "/c/page/"), (200, None)]


def test_section_that_goes_back_makes_no_loop(answer):
    section = make_section(slug="a")
    make_article(slug="page", section=section)

    move(section, slug="b")
    move(section, slug="a")

    assert redirects() == {"/b/": "/a/", "/b/page/": "/a/page/"}
    assert (answer("/a/"), answer("/a/page/")) == ((200, None), (200, None))


def test_article_and_then_its_section_move(answer):
    section = make_section(slug="old")
    article = make_article(slug="a", section=section)

    move(article, slug="b")
    move(section, slug="new")

    assert answer("/old/a/") == (301, "/new/b/")
    assert answer("/old/b/") == (301, "/new/b/")


def test_second_section_that_leaves_an_address_takes_the_redirect(answer):
    first = make_section(slug="a")
    move(first, slug="b")
    second = make_section(slug="a")

    move(second, slug="c")

    assert (answer("/a/"), answer("/b/"), answer("/c/")) == ((301, "/c/"), (200, None), (200, None))


def test_standing_page_and_then_a_section_leave_the_same_address(answer, standing):
    page = make_article(slug="help", section=standing)
    move(page, slug="help-us")
    section = make_section(slug="help")

    move(section, slug="help-you")

    assert answer("/help/") == (301, "/help-you/")


@pytest.mark.parametrize("slug", ["site", "pages"])
def test_standing_pages_that_become_a_section_are_followed(answer, standing, slug):
    make_article(slug="privacy", section=standing)
    make_article(slug="unpublished", section=standing, state="draft")
    make_draft(slug="draft", section=standing)

    move(standing, standing=False, slug=slug)

    assert redirects() == {"/privacy/": f"/{slug}/privacy/", "/unpublished/": f"/{slug}/unpublished/"}
    assert (answer("/privacy/"), answer(f"/{slug}/privacy/")) == ((301, f"/{slug}/privacy/"), (200, None))
    assert (answer("/unpublished/"), answer(f"/{slug}/")) == ((404, None), (200, None))


@pytest.mark.parametrize("slug", ["ketamine", "pages"])
def test_section_that_becomes_standing_pages_and_back_is_followed(answer, slug):
    section = make_section()
    make_article(slug="a", section=section)

    move(section, standing=True, slug=slug)
    as_standing = [answer(address) for address in ("/ketamine/a/", "/a/", "/ketamine/", f"/{slug}/")]
    move(section, standing=False)

    assert as_standing == [(301, "/a/"), (200, None), (404, None), (404, None)]
    assert (answer(f"/{slug}/"), answer(f"/{slug}/a/"), answer("/a/")) == ((200, None), (200, None), (301, f"/{slug}/a/"))
    assert answer("/ketamine/") == ((200, None) if slug == "ketamine" else (301, "/pages/"))


def test_standing_section_leaves_the_redirect_at_its_slug(answer, standing):
    """It has no page that could answer there instead."""
    move(make_section(slug="pages"), slug="families")

    move(standing, slug="pages")

    assert answer("/pages/") == (301, "/families/")


def test_saving_a_section_without_a_change_leaves_no_redirect():
    section = make_section()
    make_article(section=section)

    section.save()

    assert redirects() == {}


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_following_a_redirect_takes_two_queries_however_many_there_are(client, django_assert_num_queries, count):
    articles = [make_article(slug=f"old-{number}") for number in range(count)]
    for article in articles:
        for step in range(count):
            move(article, slug=f"new-{article.pk}-{step}")

    with django_assert_num_queries(2):  # the article that is not there, and the redirect with all that it needs
        response = client.get("/ketamine/old-0/")

    assert response.headers["Location"] == articles[0].get_absolute_url()


@pytest.mark.parametrize("count", [1, 3])
def test_moving_an_article_costs_the_same_however_many_articles_there_are(count):
    articles = [make_article() for _ in range(count)]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        move(articles[0], slug="moved")

    on_redirects = [query["sql"] for query in queries if "content_redirect" in query["sql"]]
    assert len(on_redirects) == 3  # delete what was at the new address, look for one from the old address, insert it
