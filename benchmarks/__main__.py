"""Measures the site beside what it is compared with, in turns, and prints a table. It leaves nothing behind."""

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from lxml import html

from benchmarks import content, enquiries
from benchmarks.load import CONNECTIONS, WRK, requests_a_second
from benchmarks.servers import HOST, NGINX, get, gunicorn, manage, memory, nginx, workers_of

ARTICLE = "/therapies/cognitive-behavioural-therapy/"
KINDS = ("/", "/therapies/", ARTICLE, "/therapies/compare/", "/glossary/", "/search/?q=bladder", "/contact/", "/enquire/")
ROUNDS = 20
SECONDS = 1
STARTS = 5
FILE = "bench.html"
PAGES = "pages"
WHITENOISE, CACHED, UNCACHED = "WhiteNoise, a file", "page cache, an article", "no cache, an article"
FRONT_FILE, FRONT_OPEN, FRONT = "nginx, a file", "nginx, a file kept open", "nginx's cache, an article"
#: What each is measured against, round by round, and what it should reach.
COMPARED = {
    WHITENOISE: (WHITENOISE, ""),
    CACHED: (WHITENOISE, "1.2"),
    FRONT_FILE: (FRONT_FILE, ""),
    FRONT_OPEN: (FRONT_FILE, ""),
    FRONT: (FRONT_FILE, "1.0"),
    UNCACHED: (WHITENOISE, "600/s"),
}
OTHERS = {"enquiries": enquiries, "content": content}


def main() -> None:
    """Run everything, which takes some ten minutes, or the part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=(PAGES, *OTHERS), help="measure this part alone")
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as path:
        folder = Path(path)
        manage(folder, "prepare")
        if only in (None, PAGES):
            _pages(folder)
        for name, part in OTHERS.items():
            if only in (None, name):
                for what, figure, target in part.measure(folder):
                    _row(what, figure, target=target)


def _pages(folder: Path) -> None:
    starts = [_cold_start(folder) for _ in range(STARTS)]
    with gunicorn(folder, ARTICLE) as (port, _, _):
        _write_same_bytes(folder, port)
    with gunicorn(folder, ARTICLE) as cached, gunicorn(folder, ARTICLE, PAGE_CACHE="false") as uncached:
        rates = _rates(folder, cached[0], uncached[0])
        sizes = [_first_view(cached[0], address) for address in KINDS]
        used = [max(map(memory, workers_of(process)), default=(0.0, 0.0)) for process in (cached[1], uncached[1])]
    _print(rates, starts, used, sizes)


def _cold_start(folder: Path) -> float:
    with gunicorn(folder, ARTICLE) as (_, _, seconds):
        return seconds


def _write_same_bytes(folder: Path, port: int) -> None:
    """Write the article as files for WhiteNoise and nginx to serve, byte for byte as the page cache sends it."""
    for place in (folder / "static", folder / "files"):
        place.mkdir(exist_ok=True)
        for ending, encoding in (("", ""), (".br", "br"), (".gz", "gzip")):
            (place / f"{FILE}{ending}").write_bytes(get(port, ARTICLE, encoding)[2])


def _rates(folder: Path, cached: int, uncached: int) -> dict[str, list[float]]:
    """Return for each kind of page how many came a second in each round; the kinds take turns."""
    kinds: dict[str, Callable[[], float]] = {
        WHITENOISE: lambda: _rate(cached, f"/static/{FILE}"),
        CACHED: lambda: _rate(cached, ARTICLE),
        UNCACHED: lambda: _rate(uncached, ARTICLE),
    }
    if not NGINX:
        return _in_turns(kinds)
    with nginx(folder, cached, ARTICLE) as (front, files):
        kinds[FRONT_FILE] = lambda: _rate(files, f"/files/{FILE}", "gzip")
        kinds[FRONT_OPEN] = lambda: _rate(files, f"/open/{FILE}", "gzip")
        kinds[FRONT] = lambda: _rate(front, ARTICLE, "gzip")
        return _in_turns(kinds)


def _rate(port: int, path: str, encoding: str = "br") -> float:
    return requests_a_second(f"http://{HOST}:{port}{path}", SECONDS, encoding)


def _in_turns(kinds: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    results: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, measure in kinds.items():
            results[name].append(measure())
    return results


def _first_view(port: int, address: str) -> tuple[str, int, int]:
    """Return the address, and the requests and bytes of its first view on a phone: what it shows without scrolling.

    A wide window has room for the drawing at the head of a page and fetches that too.
    """
    page = get(port, address, "br")[2]
    root = html.fromstring(get(port, address)[2])
    loaded = root.xpath("//link[@rel='stylesheet']/@href | //script/@src | //img[not(@loading='lazy')]/@src")
    parts = [get(port, str(part), "br")[2] for part in dict.fromkeys(loaded)]
    return address, 1 + len(parts), len(page) + sum(map(len, parts))


def _print(
    rates: dict[str, list[float]], starts: list[float], used: list[tuple[float, float]], sizes: list[tuple[str, int, int]]
) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, 2 workers, {CONNECTIONS} connections, {ROUNDS}×{SECONDS} s")
    by = "wrk" if WRK else "Python, which is slower than what it measures: install wrk for true figures"
    print(f"measured by {by}\n")
    print(f"{'what':<52}{'figure':>14}{'ratio':>8}  target")
    for name, (beside, target) in COMPARED.items():
        if name in rates:
            ratio = median(own / other for own, other in zip(rates[name], rates[beside], strict=True))
            _row(name, f"{median(rates[name]):,.0f}/s", ratio, target)
    _row("cold start to the first page", f"{median(starts):.2f} s", target="0.7 s")
    for what, (whole, share) in zip(("memory a worker", "  without the page cache"), used, strict=True):
        _row(what, f"{whole:.0f} MB", target="80 MB")
        _row("  its share, with the others of its site", f"{share:.0f} MB")
    for address, requests, size in sizes:
        _row(f"first view of {address[:36]}", f"{size / 1000:.1f} KB", target="40 KB")
        _row("  its requests", str(requests), target="4")


def _row(what: str, figure: str, ratio: float | None = None, target: str = "") -> None:
    print(f"{what:<52}{figure:>14}{'' if ratio is None else f'{ratio:.2f}':>8}  {target}")


if __name__ == "__main__":
    main()
