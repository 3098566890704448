"""Takes a picture of every kind of page, at four widths, light and dark, into screenshots/; `make screenshots` calls this.

With --readme it also renews the picture in README.md. It starts the site by itself, on a database of its own.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

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
    "404": "/nowhere/",
}


def main() -> None:
    """Serve the site and photograph it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "VAR_DIR": folder, "PORT": str(PORT)}
        server = subprocess.Popen(["make", "--silent", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S607
        try:
            _wait()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(**launch_arguments())
                if "--readme" in sys.argv:
                    _readme(browser)
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


if __name__ == "__main__":
    main()
