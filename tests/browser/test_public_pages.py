"""Every kind of public page in a real browser: accessibility, width, cookies, other hosts, policy violations."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PAGES = (
    "/",
    "/families/",
    "/therapies/",
    "/ketamine/understanding-ketamine-dependence/",
    "/therapies/dialectical-behaviour-therapy/",
    "/related-conditions/cannabis-treatment/",
    "/therapies/compare/",
    "/glossary/",
    "/search/",
    "/search/?q=bladder",
    "/search/?q=couselling",
    "/search/?q=overdose",
    "/search/?q=benzos",
    "/search/?q=special+k",
    "/urgent-help/",
    "/contact/",
    "/privacy/",
    "/leaving-quickly/",
    "/accessibility/",
    "/about/",
    "/enquire/",
    "/nowhere/",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "wcag2aaa"]


def violations(page: Page, part: str | None = None, without: Sequence[str] = ()) -> list[str]:
    """Return what axe finds on the page, or in a part of it, one line a finding, by all rules or without some."""
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],  # what else it looked at would be described as well, which takes longer
    }
    found = Axe().run(page, context=part, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
def test_axe_finds_nothing_on_any_page(watched: Page, scheme: str, width: int) -> None:
    watched.set_viewport_size({"width": width, "height": 800})
    watched.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for address in PAGES:
        if address in ("/nowhere/", "/enquire/"):
            continue  # a 404 is an error to the browser, and the enquiry sets a cookie; `watched` refuses both, they have tests
        watched.goto(address)
        for question in watched.locator("details").all():
            question.evaluate("element => element.open = true")
        found[address] = violations(watched)
    assert {address: lines for address, lines in found.items() if lines} == {}


def test_axe_finds_nothing_on_the_404_page(visitor: Page) -> None:
    visitor.goto("/nowhere/")
    assert violations(visitor) == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways(visitor: Page, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    too_wide = []
    for address in PAGES:
        visitor.goto(address)
        if visitor.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(address)
    assert too_wide == []


def test_the_first_view_of_an_article_is_four_requests_and_40_kilobytes(visitor: Page) -> None:
    sizes: dict[str, int] = {}
    visitor.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    visitor.goto("/ketamine/understanding-ketamine-dependence/", wait_until="networkidle")
    sizes = {url: size for url, size in sizes.items() if "favicon" not in url}  # of the browser's own frame, not of the page
    assert len(sizes) <= 4, sizes
    assert sum(sizes.values()) <= 40 * 1024, sizes


def test_every_page_can_be_left_in_a_moment(plain: Page) -> None:
    plain.set_viewport_size({"width": 320, "height": 568})
    for address in PAGES:
        plain.goto(address)
        expect(plain.get_by_role("link", name="Leave this site")).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), [(320, 480), (390, 780), (768, 900), (844, 390)])
def test_the_way_out_looks_the_same_while_the_menu_is_open(plain: Page, width: int, height: int) -> None:
    plain.set_viewport_size({"width": width, "height": height})
    plain.goto("/getting-help/")
    leave = plain.get_by_role("link", name="Leave this site")
    closed = leave.screenshot()
    plain.get_by_role("button", name="Menu").click()
    expect(plain.get_by_role("button", name="Close")).to_be_visible()
    assert leave.screenshot() == closed


@pytest.mark.parametrize("address", PAGES[:-1])
def test_headings_are_in_order_and_landmarks_are_there(plain: Page, address: str) -> None:
    plain.goto(address)
    levels = [int(tag[1]) for tag in plain.locator("h1,h2,h3,h4").evaluate_all("all => all.map(e => e.tagName)")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for landmark in ("banner", "main", "contentinfo"):
        assert plain.get_by_role(landmark).count() == 1, landmark
