"""Finding links to other sites on public pages, and what the worker makes of them over days."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from content.links import batch
from content.links.batch import check_due
from content.links.collect import collect
from content.links.visit import Verdict
from content.models import OutsideLink
from operations import work
from tests import settings as tests_settings
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_line,
    make_outside_link,
    make_section,
    make_source,
)

pytestmark = pytest.mark.django_db
START = "2026-03-02 10:00:00Z"
WORKS, GONE, SILENT = Verdict("works"), Verdict("fails", "There is no such page (404)."), Verdict("fails", "x", reached=False)


class FakeVisitor:
    """Says of every address what a test wants to hear, and notes what it was asked."""

    def __init__(self, verdict=WORKS):
        self.verdict = verdict
        self.visited = []

    def visit(self, address):
        self.visited.append(address)
        return self.verdict(address) if callable(self.verdict) else self.verdict


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.LINK_CHECKS = True


def link_to(address):
    return f'<p><a href="{address}">there</a></p>'


def uses():
    return {link.address: (sorted(a.slug for a in link.articles.all()), link.elsewhere) for link in OutsideLink.objects.all()}


# --- Finding them -------------------------------------------------------------------------------------------------------


def test_links_are_found_in_every_part_of_a_public_page():
    one = make_article(
        slug="one", body=link_to("https://a.example/body?x=1&y=2#part"), urgent_help=link_to("https://a.example/urgent")
    )
    make_faq(one, answer=link_to("https://a.example/answer"))
    cite(one, make_source(url="https://a.example/source"))
    make_article(slug="two", body=link_to("https://a.example/urgent")).support_lines.add(
        make_line(name="Aid", url="https://aid.example/")
    )
    make_section(slug="families", title="Families", introduction=link_to("https://a.example/section"))

    collect()

    assert uses() == {
        "https://a.example/body?x=1&y=2": (["one"], ""),
        "https://a.example/urgent": (["one", "two"], ""),
        "https://a.example/answer": (["one"], ""),
        "https://a.example/source": (["one"], ""),
        "https://aid.example/": (["two"], "support line: Aid"),
        "https://a.example/section": ([], "section: Families"),
    }


def test_what_is_no_link_to_another_site_is_left_out(settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://clinic.example", [".other-name.example"]
    inside = ("/here/", "#part", "mailto:a@b.example", "tel:999", "https://clinic.example/x/", "http://www.other-name.example/")
    make_article(body="".join(map(link_to, (*inside, f"https://a.example/{'x' * 1000}"))))
    make_draft(body=link_to("https://draft.example/"))
    cite(make_draft(), make_source(url="https://draft.example/source"))
    make_source(url="https://idle.example/")

    collect()

    assert uses() == {}


def test_finding_again_keeps_what_is_known_and_forgets_what_is_gone():
    article = make_article(body=link_to("https://a.example/") + link_to("https://b.example/"))
    collect()
    OutsideLink.objects.get(address="https://a.example/").note("fails", "Gone.")
    article.body = link_to("https://a.example/") + link_to("https://c.example/")
    article.save()

    collect()
    collect()

    assert sorted(uses()) == ["https://a.example/", "https://c.example/"]
    assert OutsideLink.objects.get(address="https://a.example/").answer == "Gone."


@pytest.mark.parametrize("count", [1, 3])
def test_finding_takes_as_many_queries_however_many_pages_there_are(django_assert_num_queries, count):
    for number in range(count):
        article = make_article(body=link_to(f"https://a.example/{number}"))
        make_faq(article)
        cite(article, make_source())
        article.support_lines.add(make_line())

    with django_assert_num_queries(13):
        collect()


# --- Checking them ------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_while_the_setting_is_off(settings):
    settings.LINK_CHECKS = False
    make_outside_link()
    visitor = FakeVisitor()

    assert (check_due(visitor), visitor.visited) == (0, [])
    work.check_links()
    assert OutsideLink.objects.get().checked_at is None


def test_tests_and_trials_ask_nobody_by_themselves():
    assert tests_settings.LINK_CHECKS is False


def test_one_link_of_a_host_is_checked_in_a_batch():
    for path in ("one", "two", "three"):
        make_outside_link(address=f"https://a.example/{path}")
    make_outside_link(address="https://b.example/one")
    batches = []
    for _ in range(4):
        visitor = FakeVisitor()
        check_due(visitor)
        batches.append(visitor.visited)

    assert batches == [
        ["https://a.example/one", "https://b.example/one"],
        ["https://a.example/two"],
        ["https://a.example/three"],
        [],
    ]


def test_batch_is_small_and_ends_in_time():
    for _ in range(12):
        make_outside_link()
    many, slow = FakeVisitor(), FakeVisitor()
    check_due(many)
    OutsideLink.objects.update(next_check=None)
    times = iter([0, 1, 29, 31])
    check_due(slow, lambda: next(times))

    assert (len(many.visited), len(slow.visited)) == (10, 2)


def test_link_that_works_is_checked_again_after_a_week():
    make_outside_link(address="https://a.example/")
    seen = []
    for days in (0, 1, 6.9, 7.1):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            seen.append(check_due(FakeVisitor()))

    assert seen == [1, 0, 0, 1]


def test_link_is_broken_only_when_it_fails_on_a_second_day():
    link = make_outside_link()
    states = []
    with time_machine.travel(START, tick=False) as now:
        for _ in range(4):
            check_due(FakeVisitor(GONE))
            link.refresh_from_db()
            states.append((link.failing_since.day, link.failed_on.day, link.is_broken, OutsideLink.objects.broken().count()))
            now.shift(timedelta(hours=23))
        now.shift(timedelta(days=7))
        check_due(FakeVisitor(WORKS))
    link.refresh_from_db()

    # On 2 March; on 3 March it is not yet due again; on 4 March it is; after that in a week.
    assert states == [(2, 2, False, 0), (2, 2, False, 0), (2, 4, True, 1), (2, 4, True, 1)]
    assert (link.outcome, link.answer, link.failing_since, link.failed_on, link.is_broken) == ("works", "", None, None, False)


def test_success_between_two_failures_starts_anew():
    link = make_outside_link()
    with time_machine.travel(START, tick=False) as now:
        for verdict in (GONE, WORKS, GONE):
            link.next_check = None
            link.save()
            check_due(FakeVisitor(verdict))
            link.refresh_from_db()
            now.shift(timedelta(days=2))

    assert (link.is_broken, OutsideLink.objects.failed_once().count()) == (False, 1)


def test_when_nobody_answers_our_own_network_is_to_blame(caplog):
    links = [make_outside_link() for _ in range(3)]
    check_due(FakeVisitor(SILENT))

    assert [OutsideLink.objects.get(pk=link.pk).outcome for link in links] == ["unchecked"] * 3
    assert OutsideLink.objects.due().count() == 0
    assert len(caplog.messages) == 1


def test_when_somebody_answers_the_silent_ones_fail():
    for name in ("a", "b", "c"):
        make_outside_link(address=f"https://{name}.example/")
    check_due(FakeVisitor(lambda address: WORKS if "a." in address else SILENT))

    assert list(OutsideLink.objects.values_list("outcome", flat=True)) == ["works", "fails", "fails"]


def test_link_is_taken_by_one_worker_only():
    make_outside_link()
    first, second = OutsideLink.objects.get(), OutsideLink.objects.get()

    assert [first.claim(), second.claim()] == [True, False]


def test_check_undoes_nothing_that_is_found_meanwhile():
    gone, line = make_outside_link(), make_outside_link(address="https://b.example/")

    def find_meanwhile(address):
        OutsideLink.objects.filter(pk=gone.pk).delete()
        OutsideLink.objects.filter(pk=line.pk).update(elsewhere="support line: Night line")
        return WORKS

    check_due(FakeVisitor(find_meanwhile))

    assert uses() == {"https://b.example/": ([], "support line: Night line")}
    assert OutsideLink.objects.get().outcome == "works"


def test_where_it_moved_is_kept():
    make_outside_link()
    check_due(FakeVisitor(Verdict("works", "", "https://new.example/")))

    assert OutsideLink.objects.get().moved_to == "https://new.example/"


def test_row_that_is_due_the_longest_comes_first_and_the_asked_for_before_it():
    now = timezone.now()
    for name, due in {
        "b": now - timedelta(days=1),
        "c": now - timedelta(days=2),
        "a": None,
        "later": now + timedelta(days=1),
    }.items():
        make_outside_link(address=f"https://{name}.example/", next_check=due)
    visitor = FakeVisitor()
    check_due(visitor)

    assert visitor.visited == ["https://a.example/", "https://c.example/", "https://b.example/"]
    assert batch.MOST == 10
