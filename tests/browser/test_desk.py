"""The desk while somebody is away, or writes for long: what was begun comes back unsent, and nothing else is left on the screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, follow, give_password
from tests.browser.test_enquire import at_the_desk, send
from tests.browser.test_public_pages import violations


@pytest.fixture
def at_the_desk_of(visitor: Page, site: Site, sign_in) -> Callable[[str], Page]:
    """A function that sends an enquiry under a name, and returns a page with it open at the unlocked desk, on a clock of its own."""

    def start(name: str) -> Page:
        send(visitor, name=name, message=f"Words of {name}" + "\n\nand more" * 40)
        desk, _ = sign_in("desk")
        desk.clock.install()
        desk.goto("/admin/enquiries/enquiry/")
        unlock(desk, site)
        follow(desk.get_by_role("row", name=re.compile(name)).get_by_role("link"))
        expect(desk.get_by_role("heading", level=1)).to_contain_text(name)
        return desk

    return start


def unlock(desk: Page, site: Site) -> None:
    """Give the passphrase on whatever page it is asked for."""
    desk.get_by_label("Your desk passphrase").fill(site.passphrase)
    follow(desk.get_by_role("button", name=re.compile("^Unlock")))


def begin_to_write(desk: Page) -> None:
    """Write a piece of a reply, and a piece of a note."""
    desk.get_by_text("Write a note for colleagues").click()
    desk.get_by_label("Note for colleagues").fill("Half a note")
    desk.get_by_label("Reply").fill("Half a reply,\n\nand more")


def expect_begun(desk: Page) -> None:
    """See that both pieces are in their forms, and that nothing of them was sent."""
    expect(desk.get_by_label("Reply")).to_have_value("Half a reply,\n\nand more")
    expect(desk.get_by_label("Note for colleagues")).to_have_value("Half a note")
    expect(desk.locator(".thread")).not_to_contain_text("Half a")
    assert "Half a" not in desk.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


def go_idle(desk: Page) -> None:
    """Do nothing for 16 minutes."""
    desk.clock.fast_forward("16:00")
    expect(desk.get_by_role("heading", name="This page is covered")).to_be_visible()


def test_idle_page_covers_itself_and_gives_back_what_was_begun_unsent(at_the_desk_of, site: Site) -> None:
    desk = at_the_desk_of("Idle Ilse")
    begin_to_write(desk)
    go_idle(desk)
    assert [words for words in ("Idle Ilse", "Half a reply", "Half a note") if words in desk.content()] == []
    assert at_the_desk(violations(desk)) == []
    desk.context.clear_cookies(name="desk")  # as if the server's 15 minutes were over as well
    follow(desk.get_by_role("button", name="Unlock"))
    expect(desk.get_by_role("alert")).to_contain_text("nothing was sent")
    unlock(desk, site)
    expect_begun(desk)
    follow(desk.get_by_role("button", name="Send the reply"))
    expect(desk.locator(".thread")).to_contain_text("Half a reply")
    expect(desk.get_by_label("Note for colleagues")).to_have_value("Half a note")


def test_desk_says_a_minute_before_that_it_covers_itself(at_the_desk_of) -> None:
    desk = at_the_desk_of("Reading Rita")
    notice = desk.get_by_role("alert").filter(has_text="in a minute")
    desk.clock.fast_forward("13:50")
    expect(notice).to_have_count(0)
    desk.clock.fast_forward("00:20")
    expect(notice).to_be_visible()
    desk.keyboard.press("Shift")
    expect(notice).to_have_count(0)
    desk.clock.fast_forward("14:10")
    expect(notice).to_be_visible()
    desk.clock.fast_forward("01:00")
    expect(desk.get_by_role("heading", name="This page is covered")).to_be_visible()
    expect(notice).to_have_count(0)


def test_wrong_passphrase_is_said_in_the_title_and_led_to(sign_in) -> None:
    desk, _ = sign_in("desk")
    desk.goto("/admin/enquiries/enquiry/")
    desk.get_by_label("Your desk passphrase").fill("wrong")
    follow(desk.get_by_role("button", name="Unlock the desk"))
    expect(desk).to_have_title(re.compile("^Error: "))
    expect(desk.get_by_label("Your desk passphrase")).to_be_focused()
    expect(desk.get_by_label("Your desk passphrase")).to_have_accessible_description(re.compile("not your passphrase"))


def test_desk_that_another_tab_keeps_open_sends_nothing_either(at_the_desk_of) -> None:
    desk = at_the_desk_of("Two-tab Tomas")
    begin_to_write(desk)
    go_idle(desk)
    follow(desk.get_by_role("button", name="Unlock"))
    expect_begun(desk)
    desk.reload()
    expect(desk.get_by_label("Reply")).to_have_value("")


def test_page_that_nobody_touches_asks_the_server_for_nothing(at_the_desk_of) -> None:
    desk = at_the_desk_of("Quiet Quentin")
    follow(desk.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Enquiries"))
    expect(desk.locator(".desk-list")).to_contain_text("Quiet Quentin")
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    go_idle(desk)
    desk.clock.fast_forward("02:00:00")
    assert (asked, "Quiet Quentin" in desk.content()) == ([], False)


def test_any_other_button_keeps_what_was_begun(at_the_desk_of) -> None:
    desk = at_the_desk_of("Assigned Asta")
    begin_to_write(desk)
    follow(desk.get_by_role("button", name="Assign"))
    expect(desk.locator(".messagelist")).to_contain_text("Assigned")
    expect_begun(desk)
    with desk.expect_download():
        desk.get_by_role("button", name="Take a copy").click()
    expect_begun(desk)
    follow(desk.get_by_role("button", name="Add the note"))
    expect(desk.locator(".thread")).to_contain_text("Half a note")
    expect(desk.get_by_label("Reply")).to_have_value("Half a reply,\n\nand more")


def test_sign_in_that_has_ended_is_said_before_anything_is_lost(at_the_desk_of, site: Site) -> None:
    desk = at_the_desk_of("Signed-out Silas")
    begin_to_write(desk)
    address = desk.url
    desk.context.clear_cookies()
    desk.get_by_role("button", name="Send the reply").click()
    expect(desk.get_by_role("alert")).to_contain_text("Your sign-in has ended")
    assert (desk.url, "Signed-out Silas" in desk.content()) == (address, False)
    with desk.expect_popup() as popup:
        desk.get_by_role("link", name="Sign in again").click()
    give_password(popup.value, site, "desk")
    follow(desk.get_by_role("button", name="Unlock"))
    unlock(desk, site)
    expect_begun(desk)


def test_list_shows_all_that_it_knows_at_every_width(at_the_desk_of) -> None:
    desk = at_the_desk_of("Wide Wilhelmina of the long corridor")
    follow(desk.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Enquiries"))
    cut = {}
    for width in (320, 390, 767, 768, 1024, 1100, 1280):
        desk.set_viewport_size({"width": width, "height": 900})
        cut[width] = desk.locator(".desk-list").evaluate(
            "list => [...list.querySelectorAll('tbody :is(td, th)')]"
            ".filter(cell => cell.getBoundingClientRect().right > list.getBoundingClientRect().right + 1).map(cell => cell.innerText)"
        )
    assert {width: cells for width, cells in cut.items() if cells} == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_reply_is_one_press_from_the_top_of_a_long_enquiry(at_the_desk_of, browser: Browser, site: Site, scripts: bool) -> None:
    desk = at_the_desk_of("Wordy Wanda" if scripts else "Scriptless Sol")
    context = browser.new_context(base_url=site.url, storage_state=desk.context.storage_state(), java_script_enabled=scripts)
    page = context.new_page()
    page.goto(desk.url)
    page.get_by_role("link", name="Reply", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reply")).to_be_focused()
    expect(page.get_by_text("They read this with their receipt")).to_be_in_viewport()
    context.close()


def test_too_long_a_reply_is_counted_at_the_desk_and_kept(at_the_desk_of) -> None:
    desk = at_the_desk_of("Long Lena")
    desk.get_by_label("Reply").fill("a" * 4002)
    expect(desk.locator(".question__count").first).to_have_text("2 letters too many")
    follow(desk.get_by_role("button", name="Send the reply"))
    expect(desk.locator(".act--reply")).to_contain_text("There are 4002 now")
    expect(desk.get_by_label("Reply")).to_have_value("a" * 4002)
