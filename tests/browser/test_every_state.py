"""Pages as people with other eyes, hands and screens have them: forced colours, 400% zoom, large targets, no motion, keys only."""

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_public_pages import PAGES, violations

KINDS = [page for page in PAGES if page not in ("/nowhere/", "/search/?q=couselling")]
#: What can be pressed, as axe does not measure it at AAA: buttons, fields by their labels, and links that stand by themselves.
SMALL = """() => {
  const shown = (e) => e.getClientRects().length && !e.closest(".visually-hidden, .skip, .trap, [hidden]") && e.getBoundingClientRect().width > 1;
  const text = "p, li, dd, td, figcaption, h3, label";
  const inText = (e) => (e.tagName === "A" || e.matches("button.term")) && e.closest(text)
    && e.closest(text).textContent.trim().length > e.textContent.trim().length + 2;
  const stretched = (e) => { const after = getComputedStyle(e, "::after"); return after.position === "absolute" && after.content !== "none"; };
  const target = (e) => ["radio", "checkbox"].includes(e.type) ? e.labels[0] : e;
  return [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
    .filter((e) => shown(e) && !inText(e) && !stretched(e))
    .map((e) => [target(e).getBoundingClientRect(), e.outerHTML.slice(0, 110)])
    .filter(([box]) => box.height < 43.5)
    .map(([box, html]) => `${Math.round(box.height)} px: ${html}`);
}"""
#: Pages whose questions, glossary words and cards have words longer than a line of large text on a phone.
LONG_WORDS = (
    "/getting-help/choosing-a-therapy/",
    "/getting-help/confidentiality/",
    "/related-conditions/co-occurring-conditions/",
    "/families/for-families-and-friends/",
)
CUT_OFF = """() => [...document.querySelectorAll(".card__words")]
  .filter((e) => e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right)
  .map((e) => e.textContent.trim().slice(0, 40))"""
#: The most that readers may set between letters, words, lines and paragraphs (WCAG 1.4.12).
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets = [sheet];
  const cut = (e) => /hidden|clip/.test(getComputedStyle(e).overflow) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
  const all = "body *:not(.visually-hidden, .visually-hidden *, .trap, .skip, [popover], svg)";
  return [...document.querySelectorAll(all)].filter((e) => e.offsetWidth > 2 && cut(e)).map((e) => e.outerHTML.slice(0, 80));
}"""
COLOURS = ("color-contrast", "color-contrast-enhanced")  # forced, they are the visitor's own
MOVING = """() => [...document.querySelectorAll("*")].filter((e) => {
  const s = getComputedStyle(e);
  return s.animationName !== "none" || s.transitionDuration.split(",").some((time) => parseFloat(time) > 0.01);
}).map((e) => e.outerHTML.slice(0, 80))"""
SHIFTED = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; })).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 400);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_forced_colours(visitor: Page, scheme: str) -> None:
    visitor.emulate_media(forced_colors="active", color_scheme=scheme)
    found = {}
    for address in KINDS:
        visitor.goto(address)
        found[address] = violations(visitor, without=COLOURS)
    assert {address: lines for address, lines in found.items() if lines} == {}


def test_focus_and_choices_show_in_forced_colours(visitor: Page) -> None:
    visitor.emulate_media(forced_colors="active")
    visitor.goto("/enquire/")
    visitor.get_by_label("Me", exact=True).focus()
    outline = visitor.evaluate("getComputedStyle(document.activeElement.labels[0]).outlineStyle")
    own = visitor.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert "none" not in (outline, own) or outline == "solid"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_current_page_and_part_are_marked_in_forced_colours(visitor: Page, scheme: str) -> None:
    visitor.emulate_media(forced_colors="active", color_scheme=scheme)
    visitor.set_viewport_size({"width": 1280, "height": 900})
    visitor.goto("/ketamine/understanding-ketamine-dependence/#why-does-my-stomach-hurt")
    expect(visitor.locator(".contents--side [aria-current]")).to_have_text("Why does my stomach hurt?")
    paper, *marks = visitor.evaluate(
        """() => {
          const colour = (place, property, part) => getComputedStyle(document.querySelector(place), part)[property];
          const lines = (list, side) => [":not([aria-current])", "[aria-current]"].map((which) => colour(`${list} a${which}`, side));
          return [colour("body", "backgroundColor"), ...lines(".menu", "borderBottomColor"), ...lines(".contents--side", "borderLeftColor")];
        }"""
    )
    assert [mark == paper for mark in marks] == [True, False, True, False]
    visitor.set_viewport_size({"width": 400, "height": 800})
    visitor.get_by_role("button", name="Menu").click()
    dot = "getComputedStyle(document.querySelector('.menu [aria-current]'), '::before').backgroundColor"
    assert visitor.evaluate(dot) != paper


def test_what_only_a_fill_tells_at_the_desk_has_an_edge_in_forced_colours(sign_in) -> None:
    page, _ = sign_in("desk")
    page.emulate_media(forced_colors="active")
    page.goto("/admin/enquiries/enquiry/")
    tabs = page.locator(".desk-tabs a").evaluate_all("tabs => tabs.map((tab) => getComputedStyle(tab).borderBottomColor)")
    button = page.get_by_role("button", name="Unlock the desk").evaluate("button => getComputedStyle(button).borderTopWidth")
    assert (len(set(tabs[1:])), tabs[0] in tabs[1:], button) == (1, False, "2px")


def test_400_percent_zoom_hides_nothing_and_never_scrolls_sideways(visitor: Page) -> None:
    visitor.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400%
    wrong = {}
    for address in KINDS:
        visitor.goto(address)
        wide = visitor.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        stuck = visitor.evaluate(
            "[...document.querySelectorAll('*')].filter(e => ['fixed', 'sticky'].includes(getComputedStyle(e).position)"
            " && getComputedStyle(e).insetBlock !== 'auto' && e.getBoundingClientRect().width > 200).reduce((most, e) => Math.max(most, e.getBoundingClientRect().height), 0)"
        )
        if wide or stuck > 128:
            wrong[address] = (wide, stuck)
    assert wrong == {}


@pytest.mark.parametrize(
    ("width", "by_the_browser"), [(320, True), (360, True), (390, True), (768, True), (1280, True), (360, False)]
)
def test_text_of_twice_the_size_is_all_there_and_never_scrolls_sideways(
    visitor: Page, width: int, by_the_browser: bool
) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    browser = visitor.context.new_cdp_session(visitor)
    browser.send("Page.enable")
    if by_the_browser:  # which then takes a screen for half as wide; zooming the text alone does not
        browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})
    wrong = {}
    for address in (*KINDS, *LONG_WORDS):
        visitor.goto(address)
        if not by_the_browser:
            visitor.evaluate("document.documentElement.style.fontSize = '200%'")
        for details in visitor.locator("details").all():
            details.evaluate("element => element.open = true")
        beyond = visitor.evaluate("document.documentElement.scrollWidth - innerWidth")
        if beyond or visitor.evaluate(CUT_OFF):
            wrong[address] = (beyond, visitor.evaluate(CUT_OFF))
    assert wrong == {}


@pytest.mark.parametrize("width", [320, 1200])
def test_text_spaced_as_readers_may_set_it_is_all_there(visitor: Page, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    wrong = {}
    for address in KINDS:
        visitor.goto(address)
        wrong[address] = (visitor.evaluate(SPACED), visitor.evaluate("document.documentElement.scrollWidth - innerWidth"))
    assert {address: found for address, found in wrong.items() if found != ([], 0)} == {}


@pytest.mark.parametrize("width", [320, 1280])
def test_what_can_be_pressed_is_44_pixels_high(visitor: Page, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 900})
    small = {}
    for address in KINDS:
        visitor.goto(address)
        for details in visitor.locator("details").all():
            details.evaluate("element => element.open = true")
        small[address] = visitor.evaluate(SMALL)
    assert {address: lines for address, lines in small.items() if lines} == {}


def test_nothing_moves_for_those_who_asked_for_that(visitor: Page) -> None:
    visitor.emulate_media(reduced_motion="reduce")
    moving = {}
    for address in KINDS:
        visitor.goto(address)
        moving[address] = visitor.evaluate(MOVING)
    assert {address: lines for address, lines in moving.items() if lines} == {}


def styles_come_last(route: Route) -> None:
    """Send the styles when the page has been read, as at a first visit, and not while a browser that is busy reads it.

    It would show what it has read so far, and the last word of that moves when the next one comes.
    """
    time.sleep(0.3)
    route.continue_()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts_while_a_page_loads(visitor: Page, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    visitor.route("**/*.css", styles_come_last)
    shifts = {}
    for address in KINDS:
        visitor.goto(address)
        shifts[address] = visitor.evaluate(SHIFTED)
    assert {address: shift for address, shift in shifts.items() if shift > 0.001} == {}


def test_the_keyboard_goes_in_the_order_of_the_page(visitor: Page) -> None:
    wrong = []
    for address in KINDS:
        visitor.goto(address)
        if visitor.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count():
            wrong.append(address)
    assert wrong == []


def press_until(page: Page, name: str) -> None:
    """Press Tab until something with this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || ''"):
            return
    pytest.fail(f"No key leads to {name!r}.")


def test_a_parent_reads_and_compares_by_keyboard_alone(visitor: Page) -> None:
    visitor.goto("/")
    press_until(visitor, "For someone I care about")
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("families")
    question = visitor.locator(".faq > summary").first
    press_until(visitor, question.inner_text())
    visitor.keyboard.press("Enter")
    expect(visitor.locator(".faq").first).to_have_attribute("open", "")
    visitor.goto("/therapies/compare/")
    press_until(visitor, "Group therapy")
    visitor.keyboard.press("Space")
    press_until(visitor, "Show")
    visitor.keyboard.press("Enter")
    expect(visitor).to_have_url(re.compile("show="))
    assert "group-therapy" not in visitor.url


def test_what_lies_over_the_page_closes_behind_the_keyboard(visitor: Page) -> None:
    visitor.set_viewport_size({"width": 320, "height": 568})
    visitor.goto("/ketamine/understanding-ketamine-dependence/")
    opened = visitor.locator(":popover-open")
    visitor.get_by_role("button", name="Menu").press("Enter")
    press_until(visitor, "Search")
    expect(opened).to_have_count(1)
    visitor.keyboard.press("Tab")
    expect(opened).to_have_count(0)
    visitor.locator(".term").first.press("Enter")
    press_until(visitor, "Close")
    expect(opened).to_have_count(1)
    visitor.keyboard.press("Tab")
    expect(opened).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(320, 568), (1280, 700)])
def test_a_link_from_the_errors_leads_to_where_the_question_is_seen(visitor: Page, width: int, height: int) -> None:
    visitor.set_viewport_size({"width": width, "height": height})
    visitor.goto("/enquire/")
    visitor.get_by_role("button", name="Send in confidence").click()
    visitor.get_by_role("link", name="Choose who this is about").press("Enter")
    expect(visitor.get_by_label("Me", exact=True)).to_be_focused()
    question = visitor.get_by_role("group", name="Who is this about?").locator("legend")
    strip = visitor.locator(".topbar").bounding_box()
    assert question.bounding_box()["y"] >= strip["y"] + strip["height"]


def test_the_contents_mark_nothing_before_the_first_part_is_reached(visitor: Page) -> None:
    visitor.set_viewport_size({"width": 1280, "height": 800})
    visitor.goto("/urgent-help/")
    marked = visitor.locator(".contents--side [aria-current]")
    first = visitor.locator(".contents--side a").first
    visitor.locator(first.get_attribute("href")).scroll_into_view_if_needed()
    visitor.mouse.wheel(0, 800)
    expect(marked).to_have_count(1)
    visitor.evaluate("scrollTo(0, 0)")
    expect(marked).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_where_the_keyboard_is_shows_as_well_for_staff(sign_in, scheme: str) -> None:
    page, _ = sign_in("editor")
    page.emulate_media(color_scheme=scheme)
    seen = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("(s => `${s.outlineStyle} ${s.outlineWidth}`)(getComputedStyle(document.activeElement))"))
    assert seen == {"solid 3px"}


def test_somebody_leaves_by_keyboard_alone(visitor: Page) -> None:
    visitor.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    visitor.goto("/enquire/")
    press_until(visitor, "Leave this site")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("https://www.bbc.co.uk/**")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_catalogue(sign_in, scheme: str) -> None:
    page, _ = sign_in("editor")
    page.emulate_media(color_scheme=scheme)
    page.goto("/admin/catalogue/")
    shown_twice = ("duplicate-id", "landmark", "heading-order", "region")  # a page of samples shows each piece several times
    assert [line for line in violations(page) if not line.startswith(shown_twice)] == []
