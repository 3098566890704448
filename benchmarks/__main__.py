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
ROUNDS = 5
SECONDS = 3
STARTS = 5
FILE = "bench.html"
PAGES = "pages"
OTHERS = {"enquiries": enquiries, "content": content}


def main() -> None:
    """Run everything, which takes some eight minutes, or the part that is asked for."""
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


def _rates(folder: Path, cached: int, uncached: int) -> dict[str, float]:
    """Return the median of each kind of page in requests a second; the kinds take turns."""
    kinds: dict[str, Callable[[], float]] = {
        "WhiteNoise, a file": lambda: _rate(cached, f"/static/{FILE}"),
        "page cache, an article": lambda: _rate(cached, ARTICLE),
        "no cache, an article": lambda: _rate(uncached, ARTICLE),
    }
    if not NGINX:
        return _in_turns(kinds)
    with nginx(folder, cached, ARTICLE) as front:
        kinds["nginx, a file"] = lambda: _rate(front, f"/files/{FILE}", "gzip")
        kinds["nginx's cache, an article"] = lambda: _rate(front, ARTICLE, "gzip")
        return _in_turns(kinds)


def _rate(port: int, path: str, encoding: str = "br") -> float:
    return requests_a_second(f"http://{HOST}:{port}{path}", SECONDS, encoding)


def _in_turns(kinds: dict[str, Callable[[], float]]) -> dict[str, float]:
    results: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, measure in kinds.items():
            results[name].append(measure())
    return {name: median(values) for name, values in results.items()}


def _first_view(port: int, address: str) -> tuple[str, int, int]:
    """Return the address, and the requests and bytes of its first view: what it shows without scrolling."""
    page = get(port, address, "br")[2]
    root = html.fromstring(get(port, address)[2])
    loaded = root.xpath("//link[@rel='stylesheet']/@href | //script/@src | //img[not(@loading='lazy')]/@src")
    parts = [get(port, str(part), "br")[2] for part in dict.fromkeys(loaded)]
    return address, 1 + len(parts), len(page) + sum(map(len, parts))


def _print(
    rates: dict[str, float], starts: list[float], used: list[tuple[float, float]], sizes: list[tuple[str, int, int]]
) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, 2 workers, {CONNECTIONS} connections, {ROUNDS}×{SECONDS} s")
    by = "wrk" if WRK else "Python, which is slower than what it measures: install wrk for true figures"
    print(f"measured by {by}\n")
    print(f"{'what':<52}{'figure':>14}{'ratio':>8}  target")
    file, article = rates["WhiteNoise, a file"], rates["page cache, an article"]
    _row("WhiteNoise, a file", f"{file:,.0f}/s", 1.0)
    _row("page cache, an article", f"{article:,.0f}/s", article / file, "1.2")
    if "nginx, a file" in rates:
        served, front = rates["nginx, a file"], rates["nginx's cache, an article"]
        _row("nginx, a file", f"{served:,.0f}/s", 1.0)
        _row("nginx's cache, an article", f"{front:,.0f}/s", front / served, "1.0")
    _row("no cache, an article", f"{rates['no cache, an article']:,.0f}/s", target="600/s")
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
