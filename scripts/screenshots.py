"""Takes a picture of every kind of page, at four widths, light and dark, into screenshots/; `make screenshots` calls this.

With --readme it renews the picture in README.md instead, and with --walkthrough those in docs/walkthrough.md. It starts the
site by itself, on a database of its own.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.chromium import launch_arguments  # noqa: E402 - found through the line above

PORT = 8099
SITE = f"http://127.0.0.1:{PORT}"
WIDTHS = (320, 768, 1280, 1920)
PAGES = {
    "home": "/",
    "section": "/families/",
    "therapies": "/therapies/",
    "article": "/ketamine/understanding-ketamine-dependence/",
    "therapy": "/therapies/cognitive-behavioural-therapy/",
    "compare": "/therapies/compare/",
    "glossary": "/glossary/",
    "search": "/search/?q=bladder+pain",
    "search-nothing": "/search/?q=couselling",
    "urgent-help": "/urgent-help/",
    "contact": "/contact/",
    "privacy": "/privacy/",
    "enquire": "/enquire/",
    "enquire-reply": "/enquire/reply/",
    "404": "/nowhere/",
}


def main() -> None:
    """Serve the site and photograph it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "VAR_DIR": folder, "PORT": str(PORT)}
        said = Path(folder) / "said"
        with said.open("w") as out:
            server = subprocess.Popen(["make", "--silent", "run"], cwd=ROOT, env=environment, stdout=out)  # noqa: S607
        try:
            _wait()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(**launch_arguments())
                if "--readme" in sys.argv:
                    _readme(browser)
                elif "--walkthrough" in sys.argv:
                    _walkthrough(browser, said.read_text())
                else:
                    _photograph(browser)
        finally:
            server.terminate()
            server.wait()


def _wait() -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{SITE}/readyz", timeout=1).close()  # noqa: S310 - our own loopback address
        except OSError:
            time.sleep(1)
        else:
            return
    sys.exit("The site did not start within two minutes.")


def _photograph(browser: Browser) -> None:
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            for name, address in PAGES.items():
                page.goto(SITE + address)
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            page.close()


def _readme(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(SITE)
    page.screenshot(path=ROOT / "docs" / "images" / "home.png")


def _walkthrough(browser: Browser, said: str) -> None:
    """Send an enquiry without a name, answer it at the desk, read the answer by receipt, and erase it all."""
    password = re.findall(r"desk@demo\.example +(\S+)$", said, re.MULTILINE)[0]
    passphrase = re.findall(r"^Desk passphrase .*: (\S+)$", said, re.MULTILINE)[0]
    enquirer = browser.new_page(viewport={"width": 390, "height": 780}, base_url=SITE, reduced_motion="reduce")
    nurse = browser.new_page(viewport={"width": 1100, "height": 720}, base_url=SITE)

    enquirer.goto("/enquire/")
    enquirer.get_by_label("Me", exact=True).check()
    enquirer.get_by_label("I will come back here").check()
    enquirer.get_by_label("What would you like to say").fill(
        "I would like to cut down and do not know where to begin. Can we talk?"
    )
    enquirer.get_by_role("group", name="Do you need help today").get_by_label("No").check()
    enquirer.get_by_label(re.compile("I have seen")).check()
    enquirer.get_by_label("Me", exact=True).scroll_into_view_if_needed()
    _shot(enquirer, "1-write")
    enquirer.wait_for_timeout(3500)
    enquirer.get_by_role("button", name="Send in confidence").click()
    receipt = enquirer.locator("#receipt").inner_text()
    _shot(enquirer, "2-receipt")

    nurse.goto("/admin/")
    nurse.get_by_label("Email address").fill("desk@demo.example")
    nurse.get_by_label("Password").fill(password)
    nurse.get_by_role("button", name="Sign in").click()
    nurse.goto("/admin/enquiries/enquiry/")
    _shot(nurse, "3-locked")
    nurse.get_by_label("Your desk passphrase").fill(passphrase)
    nurse.get_by_role("button", name="Unlock the desk").click()
    nurse.get_by_label("Find by name").wait_for()
    nurse.locator(".desk-list tbody th a").first.click()
    nurse.get_by_label("Reply").fill("Yes. You can talk to a nurse here on Tuesday at ten, or on any other morning.")
    _shot(nurse, "4-desk")
    nurse.get_by_role("button", name="Send the reply").click()

    enquirer.goto("/enquire/reply/")
    enquirer.get_by_label("Your receipt").fill(receipt.lower().replace("-", " "))
    _shot(enquirer, "5-come-back")
    enquirer.get_by_role("button", name="Open").click()
    _shot(enquirer, "6-reply")
    enquirer.get_by_role("button", name="Erase everything").click()
    enquirer.get_by_role("button", name="Erase everything").click()
    _shot(enquirer, "7-erased")


def _shot(page: Page, name: str) -> None:
    folder = ROOT / "docs" / "images" / "walkthrough"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    main()
