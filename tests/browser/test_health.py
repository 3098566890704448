"""Content health in a real browser: charts, pages to look at again, links to other sites; and a page that is opened and counted."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_public_pages import violations

#: Each page, and the part of it that is ours: the frame around it is Django's own.
PAGES = {
    "/admin/content/pagecount/": ".health",
    "/admin/content/article/stale/": ".health",
    "/admin/content/outsidelink/": "#changelist-form",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(sign_in, scheme: str, width: int) -> None:
    page, complaints = sign_in("editor")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found, wide = {}, []
    for address, ours in PAGES.items():
        page.goto(address)
        for details in page.locator(".chart details").all():
            details.evaluate("element => element.open = true")
        found[address] = violations(page, ours)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
    assert ({address: lines for address, lines in found.items() if lines}, wide, complaints) == ({}, [], [])


def test_charts_of_an_article_stand_below_its_form(sign_in) -> None:
    page, complaints = sign_in("editor")
    page.goto("/admin/content/article/?q=confidentiality&state__exact=published")
    page.locator("#result_list .field-name a").first.click()
    charts = page.get_by_role("region", name="How this page is read")
    expect(charts.get_by_role("img")).to_have_count(2)
    charts.get_by_text("The numbers as a table").first.click()
    expect(charts.get_by_role("row", name="fewer than 5").first).to_be_visible()
    assert complaints == []


def test_nobody_who_reads_is_given_anything_to_be_counted_by(watched: Page) -> None:
    """`watched` fails on a cookie, another host, or an error; reading twice sends nothing but the page's own requests."""
    sent: list[str] = []
    watched.on("request", lambda request: sent.append(f"{request.method} {request.resource_type}"))
    for _ in range(2):
        watched.goto("/privacy/")
    expect(watched.locator("main")).to_contain_text("how often a page is opened in a day")
    assert {kind for kind in sent if not kind.startswith("GET ")} == set()
    assert watched.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
