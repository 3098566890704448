"""What somebody finds whose form comes back with something still to mend: what is wrong, before anything else."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import follow


@pytest.mark.parametrize(("address", "button"), [("/enquire/", "Send in confidence"), ("/enquire/reply/", "Open")])
@pytest.mark.parametrize("browser_of", ["visitor", "plain"])
def test_errors_come_first_again_after_one_was_followed(
    request: pytest.FixtureRequest, browser_of: str, address: str, button: str
) -> None:
    page: Page = request.getfixturevalue(browser_of)
    page.goto(address)
    follow(page.get_by_role("button", name=button))
    page.locator(".error-summary a").last.click()
    follow(page.get_by_role("button", name=button))
    expect(page.locator(".error-summary")).to_be_in_viewport()
    if browser_of == "visitor":
        expect(page.locator(".error-summary")).to_be_focused()
