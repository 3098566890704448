"""A real browser on the real site: prepared as `make run` does it, and served by gunicorn."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests import shared
from tests.chromium import find_chromium, launch_arguments

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = re.compile(r"^Desk passphrase .*: (\S+)$", re.MULTILINE)
ADDRESSES = ip_network("198.18.0.0/16").hosts()  # of nobody (RFC 2544): more enquiries a day than ten from one are held
PATIENCE = 20_000  # milliseconds: the browser, the site and other tests share the cores, and uploading a picture draws it anew
ACCOUNT = re.compile(r"^ +(\w+) +(\S+@\S+) +(\S+)$", re.MULTILINE)

expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Site:
    """Where the site is, the email address and password of each demonstration account by role, and the desk passphrase."""

    url: str
    accounts: dict[str, tuple[str, str]]
    passphrase: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if not find_chromium():
        pytest.fail("No Chromium was found. Install one, or set CHROMIUM to its path.")
    return launch_arguments()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site") / "var"
    shutil.copytree(shared.made_once("site", _prepare), folder)
    said = (folder / "said.txt").read_text()
    accounts = {role: (email, password) for role, email, password in ACCOUNT.findall(said)}
    passphrase = PASSPHRASE.findall(said)[0]
    address = f"127.0.0.1:{_free_port()}"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "clinic_site.wsgi",
        "--bind",
        address,
        "--threads",
        "4",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=_environment(folder))
    _wait_for(f"http://{address}/readyz")
    yield Site(f"http://{address}", accounts, passphrase)
    server.terminate()
    assert server.wait(timeout=20) == 0


def _prepare(folder: Path) -> None:
    """Prepare the site in `folder`, and put down there what was said meanwhile: the accounts and the passphrase."""
    prepared = subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=ROOT, env=_environment(folder), check=True, capture_output=True, text=True
    )
    (folder / "said.txt").write_text(prepared.stdout)


def _environment(folder: Path) -> dict[str, str]:
    environment = {
        **os.environ,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
        "CLIENT_ADDRESS_HEADER": "HTTP_X_FORWARDED_FOR",
    }
    environment.pop("DATABASE_URL", None)
    return environment


def follow(target: Locator) -> None:
    """Press what leads to another page, and wait for that page: what is asked next could else be asked of the one before."""
    with target.page.expect_navigation():
        target.click()


def give_password(page: Page, site: Site, role: str) -> None:
    """Sign in on the page that asks for it, with a role's account."""
    email, password = site.accounts[role]
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(password)
    follow(page.get_by_role("button", name="Sign in"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("The site did not start within 20 seconds.")


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that fails its test if it calls another host, is given a cookie, or reports an error or a policy violation."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    elsewhere = [url for url in requests if not url.startswith(site.url)]
    cookies = context.cookies()
    context.close()
    assert (elsewhere, cookies, complaints) == ([], [], [])


def at_home(browser: Browser, site: Site, **options: Any) -> BrowserContext:
    """Return a browser's window of somebody with an address of their own."""
    return browser.new_context(base_url=site.url, extra_http_headers={"X-Forwarded-For": str(next(ADDRESSES))}, **options)


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Page]:
    """A page in an ordinary browser."""
    context = at_home(browser, site)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser, site: Site) -> Iterator[Page]:
    """A page in a browser that runs no script."""
    context = at_home(browser, site, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def sign_in(browser: Browser, site: Site) -> Callable[[str], tuple[Page, list[str]]]:
    """A function that signs in with a role's account and returns the page, and the list of what its browser complains of."""

    def start(role: str) -> tuple[Page, list[str]]:
        email, password = site.accounts[role]
        page = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/")
        page.get_by_label("Email address").fill(email.upper())
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="What needs doing").first).to_be_visible()
        return page, complaints

    return start
