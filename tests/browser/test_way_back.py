"""What somebody finds who goes back to where another has left the site in a hurry."""

import re

from playwright.sync_api import Page, expect

WEATHER = "https://www.bbc.co.uk/**"


def test_nothing_is_sent_again_on_the_way_back(visitor: Page) -> None:
    """Each sending leaves a step in the browser's history, and a browser sends a step again that is reloaded."""
    visitor.route(WEATHER, lambda route: route.fulfill(body="weather"))
    visitor.goto("/enquire/")
    visitor.get_by_label(re.compile("like to say or ask")).fill("A first secret")
    for _ in range(2):
        with visitor.expect_navigation():
            visitor.get_by_role("button", name=re.compile("Send")).click()
    expect(visitor.get_by_label(re.compile("like to say or ask"))).to_have_value("A first secret")
    visitor.get_by_role("link", name="Leave this site").click()
    visitor.wait_for_url(WEATHER)
    for _ in range(2):
        visitor.go_back()
        visitor.reload()
        assert "A first secret" not in visitor.content()
        assert visitor.get_by_label(re.compile("like to say or ask")).input_value() == ""


def test_shift_with_another_key_is_no_wish_to_leave(visitor: Page) -> None:
    """Alt and Shift change the language of the keyboard."""
    visitor.goto("/enquire/")
    visitor.get_by_label(re.compile("like to say or ask")).fill("Kept")
    for _ in range(4):
        visitor.keyboard.press("Alt+Shift")
    expect(visitor.get_by_label(re.compile("like to say or ask"))).to_have_value("Kept")


def test_an_open_menu_does_not_show_through_while_leaving(visitor: Page) -> None:
    visitor.set_viewport_size({"width": 360, "height": 700})
    visitor.route(WEATHER, lambda route: route.fulfill(body="weather"))
    visitor.goto("/therapies/")
    visitor.get_by_role("button", name="Menu").click()
    expect(visitor.locator("#menu")).to_be_visible()
    open_and_covered = visitor.evaluate(
        """() => {
          for (let n = 0; n < 3; n += 1) document.dispatchEvent(new KeyboardEvent("keydown", { key: "Shift" }));
          return [document.getElementById("menu").matches(":popover-open"),
            document.elementFromPoint(100, 150).closest(".leave-cover") !== null];
        }"""
    )
    assert open_and_covered == [False, True]
