"""How pages are read: what is counted, how it adds up, and what staff see of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from content.models import PageCount, Redirect
from content.reading import Reading, is_counted, month_before, of_article, shown
from content.version import current_version
from operations import work
from tests.content.factories import make_article, make_draft, make_outside_link, make_user
from tests.pages import count_queries, links, texts, tree

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
SITE = "/admin/content/pagecount/"


@pytest.fixture
def today():
    with time_machine.travel("2026-06-10 10:00:00Z", tick=False):
        yield TODAY


def count(path, *numbers, last=TODAY):
    """Count so many for each of the days that end with `last`."""
    for back, number in enumerate(reversed(numbers)):
        PageCount.objects.add(last - timedelta(days=back), {path: number})


# --- Which pages, and how they add up -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/ketamine/", "/ketamine/x/", "/glossary/", "/contact/", "/therapies/compare/", "/urgent-help/"]
)
def test_page_of_content_is_counted(path):
    assert is_counted(path)


@pytest.mark.parametrize(
    "path",
    ["/search/", "/search/suggest/", "/enquire/", "/enquire/reply/", "/admin/", "/accounts/login/", "/feed/", "/llms.txt", "/robots.txt",
     "/sitemap.xml", "/healthz", "/readyz", "/api/articles/", "/api/articles/a/b/", "/og/x.png", "/media/a.png", "/static/a.css", "/a/b/c/", "/a", ""],
)  # fmt: skip
def test_nothing_else_is_counted(path):
    assert not is_counted(path)


def test_counts_add_up():
    PageCount.objects.add(TODAY, {"/a/": 2, "/b/": 1})
    PageCount.objects.add(TODAY, {"/a/": 3})
    PageCount.objects.add(TODAY + timedelta(days=1), {"/a/": 4})

    assert set(PageCount.objects.values_list("day", "path", "count")) == {
        (TODAY, "/a/", 5), (TODAY, "/b/", 1), (TODAY + timedelta(days=1), "/a/", 4),
    }  # fmt: skip


def test_counting_makes_no_page_anew():
    before = current_version()
    PageCount.objects.add(TODAY, {"/a/": 2})
    make_outside_link(make_article()).note("works", "")
    after_article = current_version()
    make_outside_link().note("works", "")
    PageCount.objects.add(TODAY, {"/a/": 2})

    assert (before == after_article, after_article == current_version()) == (False, True)


def test_row_of_a_count_holds_a_page_a_day_and_a_number():
    assert [field.name for field in PageCount._meta.get_fields()] == ["id", "day", "path", "count"]


def test_counts_older_than_13_months_are_erased(today):
    for day in (date(2025, 4, 30), date(2025, 5, 1), TODAY):
        PageCount.objects.add(day, {"/": 9})

    work.tidy()

    assert list(PageCount.objects.order_by("day").values_list("day", flat=True)) == [date(2025, 5, 1), TODAY]


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 6, 10), 0, date(2026, 6, 1)),
        (date(2026, 1, 31), 1, date(2025, 12, 1)),
        (date(2026, 12, 1), 13, date(2025, 11, 1)),
    ],
)
def test_months_back(day, months, first):
    assert month_before(day, months) == first


# --- What staff see -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "exact", "words"),
    [(0, True, "fewer than 5"), (4, True, "fewer than 5"), (5, True, "5"), (1234, True, "1,234"),
     (4, False, "fewer than 5"), (5, False, "about 5"), (9, False, "about 5"), (1239, False, "about 1,235")],
)  # fmt: skip
def test_few_are_not_told_apart_and_sums_come_in_fives(number, exact, words):
    assert shown(number, exact=exact) == words


def test_chart_has_a_bar_for_each_day_and_month(today):
    count("/a/", 10, 4, 0, 20)
    count("/a/", 7, last=date(2025, 7, 31))
    count("/a/", 99, last=date(2025, 6, 30))
    count("/b/", 50)
    days, months = Reading(TODAY, ["/a/"]).charts

    assert (len(days.bars), days.bars[0].label, days.bars[-1].label, days.most) == (30, "12 May", "10 June", "20")
    assert [(bar.words, bar.height) for bar in days.bars[-5:]] == [
        ("fewer than 5", 2), ("10", 50), ("fewer than 5", 2), ("fewer than 5", 2), ("20", 100),
    ]  # fmt: skip
    assert (len(months.bars), months.bars[0].label, months.bars[-1].label) == (12, "July 2025", "June 2026")
    assert [months.bars[0].words, months.bars[1].words, months.bars[-1].words] == ["about 5", "fewer than 5", "about 30"]


def test_chart_of_nothing(today):
    days, months = Reading(TODAY).charts

    assert {(bar.words, bar.height) for bar in (*days.bars, *months.bars)} == {("fewer than 5", 2)}


def test_article_keeps_its_readers_when_its_address_changes(today):
    article = make_article(slug="new")
    Redirect.objects.create(old_path="/ketamine/old/", article=article)
    count("/ketamine/old/", 10)
    count("/ketamine/new/", 5)

    assert of_article(article, TODAY).charts[0].bars[-1].words == "15"


def test_article_shows_its_charts_with_the_same_numbers_as_a_table(client, today):
    client.force_login(make_user("editor"))
    article = make_article()
    count(article.get_absolute_url(), 12)

    response = client.get(f"/admin/content/article/{article.pk}/change/")

    assert texts(response, "//section[@aria-labelledby='reading-heading']//table//tr[30]") == ["10 June 12"]
    assert len(response.context["charts"]) == 2
    assert texts(response, "//figure//rect[30]/title") == ["10 June: 12"]


@pytest.mark.parametrize("why", ["draft", "switched off"])
def test_article_without_counts_shows_no_chart(client, settings, why):
    client.force_login(make_user("editor"))
    article = make_draft() if why == "draft" else make_article()
    settings.PAGE_COUNTS = why == "draft"

    assert "charts" not in client.get(f"/admin/content/article/{article.pk}/change/").context


def test_broken_links_of_an_article_are_named_on_its_page_and_on_its_proposed_change(client, today):
    client.force_login(make_user("editor"))
    article = make_article()
    copy = make_draft(slug=article.slug, revises=article)
    make_outside_link(
        article,
        address="https://gone.example/",
        outcome="fails",
        answer="Gone.",
        failing_since=date(2026, 6, 1),
        failed_on=TODAY,
    )
    make_outside_link(article, address="https://fine.example/", outcome="works")

    for row in (article, copy):
        shown_there = texts(client.get(f"/admin/content/article/{row.pk}/change/"), "//div[@class='editor-note']//li")
        assert shown_there == ["https://gone.example/ Gone. Since 1 June 2026."]


def test_site_shows_its_charts_and_the_most_read_pages(client, today):
    client.force_login(make_user("editor"))
    count("/a/", *[1] * 40)
    count("/b/", 3)
    count("/c/", 33)

    response = client.get(SITE)

    assert texts(response, "//section[@aria-labelledby='most-heading']//tr[td]") == [
        "/c/ about 30",
        "/a/ about 30",
        "/b/ fewer than 5",
    ]
    assert response.context["charts"][0].bars[-1].words == "37"
    assert "/c/" in links(response)


def test_site_says_when_nothing_is_counted(client, settings):
    client.force_login(make_user("editor"))
    settings.PAGE_COUNTS = False

    assert texts(client.get(SITE), "//p[@class='health__note']") == [
        "Pages are not counted now: the setting PAGE_COUNTS is off."
    ]


@pytest.mark.parametrize(("role", "status"), [("editor", 200), ("reviewer", 200), ("manager", 200), ("desk", 403), ("", 403)])
@pytest.mark.parametrize("address", [SITE, "/admin/content/outsidelink/"])
def test_who_sees_them(client, role, status, address):
    client.force_login(make_user(role))

    assert client.get(address).status_code == status


def test_no_single_row_is_shown_or_changed_even_to_a_superuser(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("boss@clinic.example", name="Boss"))
    count("/a/", 3)
    row = PageCount.objects.get()

    answers = [
        client.get(f"{SITE}{part}").status_code
        for part in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/", f"{row.pk}/history/")
    ]

    assert answers == [403, 403, 403, 403]


def test_page_of_the_site_takes_as_many_queries_however_much_was_counted(client):
    client.force_login(make_user("editor"))
    numbers = []
    for more in (1, 3):
        for number in range(more):
            PageCount.objects.add(timezone.localdate(), {f"/{number}/": 9})
        numbers.append(count_queries(client, SITE))

    assert numbers[0] == numbers[1]


# --- Links to other sites -----------------------------------------------------------------------------------------------


def rows(client, query=""):
    """Return the cells of each row as text, without the box to tick."""
    page = tree(client.get(f"/admin/content/outsidelink/{query}"))
    lines = page.xpath("//table[@id='result_list']//tr[td]")
    return [[" ".join(cell.text_content().split()) for cell in line.xpath("./td[position() > 1]")] for line in lines]


@pytest.fixture
def four_links(today, settings):
    settings.LINK_CHECKS = True
    article = make_article(title="Page")
    gone = {"outcome": "fails", "answer": "Gone.", "failed_on": TODAY}
    noon = datetime(2026, 6, 9, 12, tzinfo=UTC)
    make_outside_link(article, address="https://works.example/", outcome="works", moved_to="https://new.example/")
    make_outside_link(article, address="https://once.example/", failing_since=TODAY, **gone)
    make_outside_link(article, address="https://broken.example/", failing_since=date(2026, 6, 1), checked_at=noon, **gone)
    make_outside_link(address="https://new.example/", elsewhere="support line: Aid")
    return article


def test_list_says_what_is_wrong_where_and_since_when(client, four_links):
    client.force_login(make_user("editor"))

    assert rows(client) == [
        ["https://broken.example/", "Page", "Broken: Gone. Checked on 9 June.", "1 June 2026"],
        ["https://once.example/", "Page", "Failed once: Gone.", "10 June 2026"],
        ["https://new.example/", "support line: Aid", "Not checked yet.", "-"],
        ["https://works.example/", "Page", "Works. Moved for good, to https://new.example/.", "-"],
    ]
    assert f"/admin/content/article/{four_links.pk}/change/" in links(client.get("/admin/content/outsidelink/"))


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("broken", ["broken"]),
        ("once", ["once"]),
        ("moved", ["works"]),
        ("works", ["works"]),
        ("unchecked", ["new"]),
        ("unclear", []),
    ],
)
def test_list_by_result(client, four_links, result, found):
    client.force_login(make_user("editor"))

    assert [row[0] for row in rows(client, f"?result={result}")] == [f"https://{name}.example/" for name in found]


def test_check_now_lets_the_worker_take_a_link_first(client, four_links):
    client.force_login(make_user("editor"))
    link = four_links.outside_links.get(outcome="works")
    link.note("works", "")

    client.post("/admin/content/outsidelink/", {"action": "check_now", "_selected_action": [link.pk]})

    link.refresh_from_db()
    assert (link.next_check, link.outcome) == (None, "works")


def test_nothing_can_be_checked_while_the_setting_is_off(client, four_links, settings):
    settings.LINK_CHECKS = False
    client.force_login(make_user("editor"))
    link = four_links.outside_links.get(outcome="works")
    link.note("works", "")

    page = client.get("/admin/content/outsidelink/")
    client.post("/admin/content/outsidelink/", {"action": "check_now", "_selected_action": [link.pk]})

    link.refresh_from_db()
    assert texts(page, "//ul[@class='messagelist']/li") == [
        "Links to other sites are not checked here: the setting LINK_CHECKS is off."
    ]
    assert link.next_check is not None


def test_links_are_not_written_by_hand(client, four_links):
    client.force_login(make_user("manager"))
    pk = four_links.outside_links.first().pk

    assert [client.get(f"/admin/content/outsidelink/{part}").status_code for part in ("add/", f"{pk}/delete/")] == [403, 403]


def test_long_use_is_shortened(client, today, settings):
    settings.LINK_CHECKS = True
    client.force_login(make_user("editor"))
    make_outside_link(*[make_article() for _ in range(7)], elsewhere="support line: Aid")

    assert rows(client)[0][1].endswith("and 2 more pages support line: Aid")


def test_list_takes_as_many_queries_however_long_it_is(client, today):
    client.force_login(make_user("editor"))
    numbers = []
    for more in (1, 3):
        for _ in range(more):
            make_outside_link(make_article())
        numbers.append(count_queries(client, "/admin/content/outsidelink/"))

    assert numbers[0] == numbers[1]
