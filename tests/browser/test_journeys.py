"""What people come to do, by mouse, by keyboard and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import follow


def test_a_family_member_finds_the_page_for_them(watched: Page) -> None:
    watched.goto("/")
    watched.get_by_role("link", name=re.compile("For someone I care about")).first.click()
    expect(watched.get_by_role("heading", level=1)).to_contain_text("families")
    expect(watched.get_by_role("link", name="116 123").first).to_have_attribute("href", "tel:116123")


def test_the_therapies_are_compared_and_some_can_be_left_out(plain: Page) -> None:
    page = plain
    page.goto("/therapies/compare/")
    for name in ("CBT", "DBT"):
        page.get_by_role("checkbox", name=name, exact=True).set_checked(name == "CBT")
    for name in ("Motivational interviewing", "Group therapy", "Trauma-informed care"):
        page.get_by_role("checkbox", name=name).uncheck()
    follow(page.get_by_role("button", name=re.compile("Show")))
    assert "show=cognitive-behavioural-therapy" in page.url
    assert "show=dialectical" not in page.url
    shown = page.locator("main").inner_text()
    assert "links thoughts" in shown or "thoughts" in shown
    assert "strong emotions" not in page.get_by_role("table").inner_text()


def test_a_misspelt_search_leads_to_what_was_meant(plain: Page) -> None:
    page = plain
    page.goto("/")
    page.goto("/search/")
    page.get_by_role("searchbox").first.fill("cognative")
    page.get_by_role("searchbox").first.press("Enter")
    page.get_by_role("link", name="cognitive").first.click()
    expect(page.locator("main")).to_contain_text("Cognitive behavioural therapy")
    assert page.locator("main mark").count() > 0


def test_a_search_in_danger_shows_whom_to_call_plain(plain: Page) -> None:
    plain.goto("/search/")
    plain.get_by_role("searchbox").first.fill("my son won’t wake up")
    plain.get_by_role("searchbox").first.press("Enter")
    card = plain.get_by_role("region", name=re.compile("call 999 now"))
    expect(card.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    follow(card.get_by_role("link", name="More on urgent help"))
    expect(plain.get_by_role("heading", level=1)).to_have_text("Urgent help")


def test_the_search_box_offers_urgent_help_first(watched: Page) -> None:
    watched.goto("/search/")
    box = watched.get_by_role("combobox", name="What are you looking for?")
    box.press_sequentially("overdose")
    expect(watched.get_by_role("option").first).to_contain_text("Urgent help")
    box.press("ArrowDown")
    box.press("Enter")
    expect(watched).to_have_url(re.compile("/urgent-help/$"))


def test_a_word_is_explained_where_it_stands_plain(plain: Page) -> None:
    page = plain
    page.goto("/ketamine/understanding-ketamine-dependence/")
    term = page.locator("button.term").first
    meaning = page.locator(f"#{term.get_attribute('popovertarget')}")
    expect(meaning).to_be_hidden()
    term.click()
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()


def test_a_citation_leads_to_its_source_and_back(plain: Page) -> None:
    page = plain
    page.goto("/ketamine/understanding-ketamine-dependence/")
    mark = page.locator("main sup a").first
    source = page.locator(mark.get_attribute("href") or "")
    mark.click()
    expect(source).to_be_in_viewport()
    back = source.locator(f"a[href='#{mark.get_attribute('id')}']")
    back.click()
    expect(mark).to_be_in_viewport()


def test_the_skip_link_is_first_and_leads_to_the_text(watched: Page) -> None:
    watched.goto("/families/for-families-and-friends/")
    watched.keyboard.press("Tab")
    expect(watched.locator(":focus")).to_have_attribute("href", "#main")
    watched.keyboard.press("Enter")
    assert watched.evaluate("location.hash") == "#main"


def test_every_stop_of_the_keyboard_shows_where_it_is(watched: Page) -> None:
    watched.goto("/therapies/cognitive-behavioural-therapy/")
    unseen = []
    for _ in range(60):
        watched.keyboard.press("Tab")
        seen = watched.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return e === document.body || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
        )
        if not seen:
            unseen.append(watched.evaluate("document.activeElement.outerHTML.slice(0, 100)"))
    assert unseen == []


def test_the_menu_of_a_phone_opens_plain(plain: Page) -> None:
    page = plain
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    link = page.get_by_role("banner").get_by_role("link", name="Aftercare")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("after")


def test_leaving_quickly_covers_the_page_and_goes_elsewhere(visitor: Page) -> None:
    visitor.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    visitor.goto("/ketamine/understanding-ketamine-dependence/")
    for _ in range(3):
        visitor.keyboard.press("Shift")
    visitor.wait_for_url("https://www.bbc.co.uk/**")
    assert visitor.locator("body").inner_text() == "weather"


def test_leaving_is_a_plain_link_plain(plain: Page) -> None:
    plain.goto("/families/for-families-and-friends/")
    leave = plain.get_by_role("link", name=re.compile("Leave")).first
    expect(leave).to_have_attribute("href", re.compile("^https://www.bbc.co.uk/"))
    expect(leave).to_have_attribute("rel", re.compile("noreferrer"))


def test_the_search_box_suggests_pages_by_keyboard(watched: Page) -> None:
    watched.goto("/search/")
    box = watched.get_by_role("combobox", name="What are you looking for?")
    box.press_sequentially("ketam")
    option = watched.get_by_role("option").first
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.press("Escape")
    expect(option).to_be_hidden()
    expect(box).to_have_value("ketam")
    box.press_sequentially("i")
    expect(option).to_be_visible()
    box.press("ArrowUp")
    expect(watched.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    box.press("Enter")
    expect(watched).to_have_url(re.compile("/ketamine/understanding-ketamine-dependence/$"))


def test_whoever_hears_the_page_is_not_told_that_nothing_is_there_before_searching(watched: Page) -> None:
    watched.goto("/search/")
    box = watched.get_by_role("combobox", name="What are you looking for?")
    box.press_sequentially("bladder")
    expect(watched.get_by_role("search").get_by_role("status")).to_have_text(
        "No title has this. Press Enter to search all pages."
    )


def test_the_search_box_searches_what_was_typed_unless_a_page_is_chosen(watched: Page) -> None:
    watched.goto("/search/")
    box = watched.get_by_role("combobox", name="What are you looking for?")
    box.press_sequentially("bladder")
    box.press("Enter")
    expect(watched).to_have_url(re.compile(r"/search/\?q=bladder$"))


def test_structured_data_is_no_script_to_the_browser(watched: Page) -> None:
    """The fixture fails on any policy violation that the browser reports."""
    watched.goto("/therapies/group-therapy/")
    assert watched.locator("script[type='application/ld+json']").count() == 1
