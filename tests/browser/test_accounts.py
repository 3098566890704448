"""Signing in as staff do: with an app, with a passkey, without JavaScript, at every width, in both schemes."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, follow, give_password
from tests.browser.test_every_state import SMALL, press_until
from tests.browser.test_public_pages import violations

SECOND = "/accounts/second-step/"
OWN = [
    "/accounts/",
    SECOND,
    f"{SECOND}totp/activate/",
    f"{SECOND}webauthn/add/",
    "/accounts/sessions/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
]
OUTSIDE = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/invitation/none/"]


def open_page(browser: Browser, site: Site, **options: object) -> Page:
    """Return a page in a new browser, at the name that passkeys need: they refuse to work with a bare address."""
    page = browser.new_context(base_url=site.url.replace("127.0.0.1", "localhost"), **options).new_page()
    page.set_default_timeout(10_000)
    return page


def sign_in(page: Page, site: Site, role: str) -> None:
    page.goto("/admin/")
    give_password(page, site, role)


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def faults(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page in either scheme, narrow and wide."""
    page.emulate_media(reduced_motion="reduce")
    found = []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{width} {scheme} {line}" for line in violations(page)]
        found += [f"{width} {line}" for line in page.evaluate(SMALL)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{width} scrolls sideways")
    return found


def test_pages_of_an_account_have_no_faults(browser: Browser, site: Site) -> None:
    page = open_page(browser, site)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    found = {address: faults(page, address) for address in OUTSIDE}
    sign_in(page, site, "reviewer")
    found |= {address: faults(page, address) for address in OWN}
    assert {address: lines for address, lines in found.items() if lines} == {}
    assert [line for line in complaints if "410" not in line] == []


@pytest.mark.parametrize("script", [True, False])
def test_second_step_by_app(browser: Browser, site: Site, script: bool) -> None:
    page = open_page(browser, site, java_script_enabled=script)
    sign_in(page, site, "editor")
    page.get_by_role("link", name="Set up the second step").click()
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Authenticator code").fill(code(secret))
    follow(page.get_by_role("button", name="Finish"))
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="I have them").click()
    expect(page.locator(".put-off")).to_have_count(0)

    other = open_page(browser, site, java_script_enabled=script)
    sign_in(other, site, "editor")
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="What needs doing").first).to_be_visible()

    other.goto(f"{SECOND}recovery-codes/generate/")
    follow(other.get_by_role("button", name="Make new codes"))
    expect(other.locator(".codes li")).to_have_count(10)

    other.goto(f"{SECOND}totp/deactivate/")
    other.locator("form button[type=submit]").last.click()
    expect(other.get_by_role("heading", name="An app on your phone")).to_be_visible()


def test_passkey_alone_signs_in(browser: Browser, site: Site) -> None:
    page = open_page(browser, site)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    sign_in(page, site, "manager")
    page.goto(f"{SECOND}webauthn/add/")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".codes li")).to_have_count(10)
    follow(page.get_by_role("button", name="Sign out"))

    page.goto("/accounts/login/?next=/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="What needs doing").first).to_be_visible()

    page.goto(f"{SECOND}webauthn/")
    follow(page.get_by_role("link", name="Remove"))
    page.locator("form button[type=submit]").last.click()
    expect(page.get_by_text("There is none yet.")).to_be_visible()


def test_signing_in_by_keyboard(browser: Browser, site: Site) -> None:
    page = open_page(browser, site)
    page.goto("/admin/")
    press_until(page, "Email address")
    page.keyboard.type(site.accounts["desk"][0])
    page.keyboard.press("Tab")
    page.keyboard.type("a wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    press_until(page, "Password")
    page.keyboard.type(site.accounts["desk"][1])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/admin/$"))
