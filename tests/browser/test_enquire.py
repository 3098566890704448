"""Writing to us and coming back, and the desk in between: by mouse, by keyboard, without JavaScript, in every state."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser.conftest import Site, at_home, follow
from tests.browser.test_public_pages import violations

CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}")
UNHURRIED = 3100  # milliseconds: faster is held as spam


def fill_in(page: Page, **words: str) -> None:
    """Answer what must be answered, and say something."""
    page.get_by_label("Me", exact=True).check()
    page.get_by_label("What should we call you").fill(words.get("name", "Robin"))
    page.get_by_label("I will come back here").check()
    page.get_by_label("What would you like to say").fill(words.get("message", "Can we talk?"))
    page.get_by_role("group", name="Do you need help today").get_by_label("No").check()
    page.get_by_label(re.compile("I have seen")).check()


def send(page: Page, **words: str) -> str:
    """Send an enquiry, and return its receipt."""
    page.goto("/enquire/")
    fill_in(page, **words)
    page.wait_for_timeout(UNHURRIED)
    page.get_by_role("button", name="Send in confidence").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It has arrived")
    return page.locator("#receipt").inner_text()


def come_back(page: Page, receipt: str) -> None:
    """Open the reply page with a receipt."""
    page.goto("/enquire/reply/")
    page.get_by_label("Your receipt").fill(receipt)
    follow(page.get_by_role("button", name="Open"))


def test_a_whole_exchange_without_javascript(plain: Page) -> None:
    receipt = send(plain)
    assert CODE.fullmatch(receipt)
    come_back(plain, receipt.lower().replace("-", " "))
    expect(plain.locator("main")).to_contain_text("Can we talk?")
    plain.get_by_label("Write again").fill("One more thing")
    plain.get_by_role("button", name="Send").click()
    expect(plain.locator("main")).to_contain_text("It is sent.")
    follow(plain.get_by_role("button", name="Erase everything"))
    follow(plain.get_by_role("button", name="Erase everything"))
    expect(plain.get_by_role("heading", level=1)).to_have_text("It is gone")
    come_back(plain, receipt)
    expect(plain.locator("main")).to_contain_text("We find no enquiry with this receipt")


@pytest.mark.parametrize("browser_of", ["visitor", "plain"])
def test_thinking_twice_about_erasing_keeps_what_was_begun(request: pytest.FixtureRequest, browser_of: str) -> None:
    page: Page = request.getfixturevalue(browser_of)
    receipt = send(page)
    come_back(page, receipt)
    page.get_by_label("Write again").fill("Half a message,\n\nand more")
    follow(page.get_by_role("button", name="Erase everything"))
    follow(page.get_by_role("button", name="Keep it"))
    expect(page.get_by_label("Write again")).to_have_value("Half a message,\n\nand more")
    expect(page.locator(".messages")).not_to_contain_text("Half a message")
    follow(page.get_by_role("button", name="Send"))
    expect(page.locator(".messages")).to_contain_text("and more")


@pytest.fixture
def remembering(browser_type: BrowserType, browser_type_launch_args: dict[str, Any], site: Site) -> Iterator[Page]:
    """A page in a browser that puts pages aside for the way back, as people's browsers do and Playwright's own do not."""
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"])
    yield at_home(browser, site).new_page()
    browser.close()


def test_nobody_who_goes_back_finds_what_was_typed(remembering: Page) -> None:
    remembering.goto("/enquire/")
    fill_in(remembering, message="Nobody else may see this")
    follow(remembering.get_by_role("link", name="Home").first)
    remembering.evaluate("setTimeout(() => history.back())")
    expect(remembering.get_by_label("What would you like to say")).to_have_value("")
    expect(remembering.get_by_label("Me", exact=True)).not_to_be_checked()


def test_nobody_who_goes_back_finds_messages_that_were_open(remembering: Page) -> None:
    receipt = send(remembering, message="Nobody else may see this")
    come_back(remembering, receipt)
    expect(remembering.locator("main")).to_contain_text("Nobody else may see this")
    follow(remembering.get_by_role("link", name="Acquiesce").first)
    remembering.evaluate("setTimeout(() => history.back())")
    remembering.wait_for_timeout(1000)
    assert "Nobody else may see this" not in remembering.content()


def test_too_many_letters_are_counted_and_all_of_them_are_kept(visitor: Page) -> None:
    visitor.goto("/enquire/")
    words = "ä" * 1000 + "\n🌊"
    fill_in(visitor, message=words)
    expect(visitor.locator(".question__count")).to_have_text("2 letters too many")
    expect(visitor.get_by_role("status").filter(has_text="2 letters too many")).to_have_count(1)
    visitor.wait_for_timeout(UNHURRIED)
    follow(visitor.get_by_role("button", name="Send in confidence"))
    expect(visitor.get_by_role("alert")).to_contain_text("There are 1002 now")
    expect(visitor.get_by_label("What would you like to say")).to_have_value(words)


def test_an_exchange_between_two_people(visitor: Page, site: Site, sign_in) -> None:
    receipt = send(visitor, name="Sam of the exchange", message="Words for the desk")
    desk, complaints = sign_in("desk")
    follow(desk.get_by_role("link", name=re.compile("waiting for an answer")))
    expect(desk.locator("main")).not_to_contain_text("Sam of the exchange")
    desk.get_by_label("Your desk passphrase").fill(site.passphrase)
    desk.get_by_role("button", name="Unlock the desk").click()
    desk.get_by_role("row", name=re.compile("Sam of the exchange")).get_by_role("link").click()
    expect(desk.locator("main")).to_contain_text("Words for the desk")
    expect(desk.get_by_role("heading", name="How to reach them safely")).to_be_visible()
    desk.get_by_label("Reply").fill("Come on Tuesday at ten")
    desk.get_by_role("button", name="Send the reply").click()
    expect(desk.locator("#content, main").first).to_contain_text("Your reply is there")
    come_back(visitor, receipt)
    expect(visitor.locator("main")).to_contain_text("Come on Tuesday at ten")
    expect(visitor.locator("main")).to_contain_text("Nurse")
    address = desk.url
    follow(desk.get_by_role("button", name="Sign out"))
    desk.goto(address)
    expect(desk.get_by_label("Password")).to_be_visible()
    assert complaints == []


def test_the_form_asks_for_safe_contact_when_a_way_is_chosen(visitor: Page) -> None:
    visitor.goto("/enquire/")
    expect(visitor.get_by_label("Phone number")).to_be_hidden()
    visitor.get_by_label("A phone call").check()
    expect(visitor.get_by_label("Phone number")).to_be_visible()
    expect(visitor.get_by_label("Email address")).to_be_hidden()
    visitor.get_by_label("An email that says our reply is here").check()
    expect(visitor.get_by_label("Phone number")).to_be_hidden()
    expect(visitor.get_by_label("Email address")).to_be_visible()


def test_errors_take_the_focus_and_lead_to_their_fields(visitor: Page) -> None:
    visitor.goto("/enquire/")
    visitor.get_by_label("What would you like to say").fill("Kept words")
    visitor.get_by_label("A phone call").check()
    visitor.get_by_role("button", name="Send in confidence").click()
    expect(visitor).to_have_title(re.compile("^Error: "))
    summary = visitor.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(visitor.get_by_label("What would you like to say")).to_have_value("Kept words")
    for line in summary.get_by_role("link").all():
        target = visitor.locator(line.get_attribute("href") or "#none")
        line.click()
        expect(target).to_be_focused()
        expect(target).to_be_in_viewport()


def test_the_whole_form_by_keyboard(visitor: Page) -> None:
    visitor.goto("/enquire/")
    press = visitor.keyboard.press
    visitor.locator("#id_audience_0").focus()
    press("Space")
    press("Tab")
    visitor.keyboard.type("Robin")
    press("Tab")
    press("Space")
    press("Tab")  # topic
    press("Tab")
    visitor.keyboard.type("Written by keyboard")
    press("Tab")  # needs
    press("Tab")
    press("ArrowRight")  # no help needed today
    press("Tab")  # how it is kept
    press("Tab")
    press("Space")
    visitor.wait_for_timeout(UNHURRIED)
    press("Tab")
    expect(visitor.get_by_role("button", name="Send in confidence")).to_be_focused()
    press("Enter")
    expect(visitor.locator("#receipt")).to_be_visible()


def test_reload_shows_the_receipt_again_and_back_sends_nothing_twice(visitor: Page) -> None:
    receipt = send(visitor)
    visitor.reload()
    expect(visitor.locator("#receipt")).to_have_text(receipt)
    visitor.go_back()
    expect(visitor.get_by_role("button", name="Send in confidence")).to_be_visible()
    assert receipt not in (visitor.url + visitor.content())
    assert visitor.evaluate("sessionStorage.length + localStorage.length") == 0


def test_proof_of_work_is_done_while_somebody_writes(visitor: Page) -> None:
    visitor.goto("/enquire/")
    visitor.get_by_label("What should we call you").fill("R")
    expect(visitor.locator("[data-work]")).not_to_have_value("")


def test_only_the_security_cookie_is_set_and_nobody_else_is_told(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(site.url) else elsewhere.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    receipt = send(page)
    come_back(page, receipt)
    [cookie] = context.cookies()
    assert (cookie["name"], cookie["expires"], cookie["httpOnly"], cookie["sameSite"]) == ("csrftoken", -1, True, "Lax")
    assert (elsewhere, complaints) == ([], [])
    context.close()


def test_leaving_takes_the_words_along(visitor: Page) -> None:
    visitor.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    visitor.goto("/enquire/")
    fill_in(visitor, message="Private words")
    for _ in range(3):
        visitor.keyboard.press("Shift")
    visitor.wait_for_url("https://www.bbc.co.uk/**")
    visitor.go_back()
    assert "Private words" not in (
        visitor.content() + visitor.evaluate("[...document.querySelectorAll('textarea')].map(e => e.value).join()")
    )


def test_a_printed_receipt_says_nothing_else(visitor: Page) -> None:
    receipt = send(visitor)
    visitor.emulate_media(media="print")
    assert visitor.locator("main").inner_text().strip() == receipt
    assert visitor.locator("body").inner_text().strip() == receipt
    assert visitor.evaluate("getComputedStyle(document.querySelector('.letter--receipt')).page") == "receipt"
    styles = visitor.evaluate("fetch(document.querySelector('link[rel=stylesheet]').href).then((answer) => answer.text())")
    # Without a margin the browser has no room for lines of its own, which name the clinic.
    assert re.search(r"@page receipt\s*\{\s*margin:\s*0", styles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways_in_any_state(visitor: Page, scheme: str) -> None:
    page, found = visitor, {}
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def look(state: str) -> None:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found[state, width] = violations(page)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found[state, width].append("scrolls sideways")

    page.goto("/enquire/")
    for details in page.locator("details").all():
        details.evaluate("element => element.open = true")
    for way in ("phone", "email"):
        page.locator(f"[name=way][value={way}]").check()
        look(way)
    follow(page.get_by_role("button", name="Send in confidence"))
    look("errors")
    receipt = send(page, message="A long word: " + "a" * 300)
    look("receipt")
    come_back(page, "0000 0000 0000 0000")
    look("unknown receipt")
    come_back(page, receipt)
    look("messages")
    follow(page.get_by_role("button", name="Erase everything"))
    look("erase")
    follow(page.get_by_role("button", name="Erase everything"))
    look("erased")
    assert {state: lines for state, lines in found.items() if lines} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(visitor: Page, site: Site, sign_in, scheme: str) -> None:
    send(visitor, name="Axe of the desk")
    page, _ = sign_in("desk")
    page.emulate_media(color_scheme=scheme)
    found = {}

    def look(state: str) -> None:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found[state, width] = at_the_desk(violations(page))

    page.goto("/admin/enquiries/enquiry/")
    look("locked")
    page.get_by_label("Your desk passphrase").fill(site.passphrase)
    follow(page.get_by_role("button", name="Unlock the desk"))
    look("list")
    follow(page.get_by_role("row", name=re.compile("Axe of the desk")).get_by_role("link").first)
    for details in page.locator("details").all():
        details.evaluate("element => element.open = true")
    look("enquiry")
    page.goto("/admin/enquiries/enquiry/key/")
    look("passphrase")
    assert sorted({line for lines in found.values() for line in lines}) == []


def at_the_desk(lines: list[str]) -> list[str]:
    """Return what axe finds in our part of the page: the frame is the stock admin's."""
    return [line for line in lines if not line.startswith(("color-contrast-enhanced", "region", "landmark", "heading-order"))]
