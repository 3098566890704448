"""Measures the site among 100,000 articles: search, suggestions, lists, the sitemap, and the staff's list.

It runs on SQLite and, where a server answers at TEST_DATABASE_URL, on PostgreSQL, each in a database of its own that is
dropped afterwards. Both are filled at once, which takes the most time; they are measured one by one. The page cache is
off, so that each answer is made.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import quote

from benchmarks.databases import databases, p95, run
from benchmarks.servers import HOST, get, gunicorn, manage
from content.paging import PAGE_SIZE
from tests.enquiries.installation import Visitor

LOOKS = 20
LIST = "/admin/content/article/"
TARGETS = {"SQLite": "100 ms", "PostgreSQL": "50 ms"}


def measure(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield what was measured, its figure and its target, on each database."""
    with ExitStack() as stack:
        addresses = {name: stack.enter_context(made) for name, made in databases(folder / "articles.sqlite3")}
        with ThreadPoolExecutor() as fillers:
            filled = fillers.map(partial(_fill, folder), addresses.values())
        for (name, address), asked in zip(addresses.items(), filled, strict=True):
            with gunicorn(folder, DATABASE_URL=address, PAGE_CACHE="false") as (port, _, _):
                yield from _searching(name, port, asked)
                yield from _reading(name, port, asked)
                yield from _staff(name, port, asked)


def _fill(folder: Path, address: str) -> dict:
    """Fill the database at `address`, and return what to ask it for."""
    manage(folder, "migrate", DATABASE_URL=address)
    manage(folder, "load_starter", DATABASE_URL=address)
    return json.loads(run(folder, "-m", "benchmarks.articles", DATABASE_URL=address).splitlines()[-1])


def _searching(name: str, port: int, asked: dict) -> Iterator[tuple[str, str, str]]:
    queries = [f"/search/?q={quote(query)}" for queries in asked["searches"].values() for query in queries]
    queries += [f"{query}&page=2" for query in queries[:4]]
    for path in queries:  # the disk is not what is measured
        get(port, path)
    times = _times(lambda path: get(port, path)[0], queries)
    yield f"{name}: {len(queries)} searches among {asked['articles']:,}, median", f"{median(times) * 1000:.0f} ms", ""
    yield "  p95", f"{p95(times):.0f} ms", TARGETS[name]
    typed = _times(lambda beginning: get(port, f"/search/suggest/?q={quote(beginning)}")[0], asked["typed"])
    yield f"{name}: suggestions while typing, p95", f"{p95(typed):.0f} ms", TARGETS[name]


def _reading(name: str, port: int, asked: dict) -> Iterator[tuple[str, str, str]]:
    article, last = asked["article"], -(-asked["shelf"] // PAGE_SIZE)
    section = f"/{article.split('/')[1]}/"
    part = get(port, "/sitemap.xml")[2].decode().count("/sitemap-articles.xml")
    for what, path in {
        "an article": article,
        "a section's first page": section,
        f"its last page, {last}": f"{section}?page={last}",
        "the sitemap's index": "/sitemap.xml",
        f"its part {part - 1}": f"/sitemap-articles.xml?p={part - 1}",
    }.items():
        yield f"{name}: {what}, p95", f"{p95(_times(lambda path: get(port, path)[0], [path] * LOOKS)):.0f} ms", ""


def _staff(name: str, port: int, asked: dict) -> Iterator[tuple[str, str, str]]:
    manager = Visitor(f"http://{HOST}:{port}")
    login = f"/accounts/login/?next={LIST}"
    manager.get(login)
    manager.post(login, login=asked["email"], password=asked["password"])
    for what, path in {"the staff's list": LIST, "searching in it": f"{LIST}?q=bladder"}.items():
        yield f"{name}: {what}, p95", f"{p95(_times(lambda path: manager.get(path)[0], [path] * LOOKS)):.0f} ms", "200 ms"


def _times(ask: Callable[[str], int], paths: list[str]) -> list[float]:
    """Return the seconds that each answer takes.

    Raises:
        RuntimeError: if an answer is not the page.
    """
    times = []
    for path in paths:
        start = time.perf_counter()
        status = ask(path)
        times.append(time.perf_counter() - start)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}.")
    return times
