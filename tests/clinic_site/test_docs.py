"""What the documentation names is there: pages, files and tests. A claim whose proof is gone should not stay."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|#|/|mailto:)([^)#\s]+)")
FILE = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md|html|js|css|toml|yaml))`")
TOP = {path.name for path in ROOT.iterdir()}
TESTS = {path.name for path in ROOT.glob("tests/**/*.py")}


def missing(page):
    """Return what a page names that is not there. Of files named without a folder only tests are looked for."""
    text = page.read_text()
    links = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    files = [name for name in FILE.findall(text) if name.partition("/")[0] in TOP and not (ROOT / name).exists()]
    tests = [name for name in FILE.findall(text) if name.startswith("test_") and name not in TESTS]
    return [*links, *files, *tests]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page):
    assert missing(page) == []


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "README.md").read_text()

    assert [
        page.name for page in (ROOT / "docs").glob("*.md") if f"({page.name})" not in index and page.name != "README.md"
    ] == []
