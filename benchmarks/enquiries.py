"""Measures the enquiry: how fast it is taken in, how long unlocking takes, and the desk's list among a million.

It runs on SQLite and, where a server answers at TEST_DATABASE_URL, on PostgreSQL, each in a database of its own that is
dropped afterwards.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.databases import databases, p95, run
from benchmarks.servers import HOST, gunicorn, manage
from tests.enquiries.installation import PASSPHRASE, RECEIPT, SET_UP, STAMP, UNHURRIED, Visitor, sign_in

SENDERS, EACH = 8, 25
SEALED, ROWS = 600, 1_000_000
LOOKS, UNLOCKS = 40, 10
LEAST = {"audience": "me", "way": "return", "urgent": "no", "privacy": "on", "name": "Robin", "message": "Hello " * 30}
LIST = "/admin/enquiries/enquiry/"

FILL = f"""
import django; django.setup()
from django.db import connection
from enquiries.actions.submit import Answers, submit
from enquiries.models import Team
from enquiries.sealing.receipt import new_token
answers = Answers(audience="me", way="return", urgent=False, name="Robin", message="Hello")
for _ in range({SEALED}):
    submit(answers=answers, token=new_token())
series = "SELECT generate_series(1, {ROWS}) AS n" if connection.vendor == "postgresql" else (
    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS}) SELECT n FROM s")
uid = "md5(n::text)::uuid" if connection.vendor == "postgresql" else "printf('%032x', n)"
no, moment, day, changed = (
    "false", "TIMESTAMPTZ '2026-01-03'", "DATE '2099-01-01'", "TIMESTAMPTZ '2024-01-01' + n * INTERVAL '1 minute'"
) if connection.vendor == "postgresql" else (
    "0", "'2026-01-03 00:00:00'", "'2099-01-01'", "datetime('2024-01-01', n || ' minutes')"
)
with connection.cursor() as cursor:
    cursor.execute(f'''
        INSERT INTO enquiries_enquiry (uid, reference, receipt_lookup, received_at, audience, topic, urgent, team_id, state,
            screening, waiting_since, due_at, escalate_at, closed_at, close_reason, erase_on, changed_at, version)
        SELECT {{uid}}, 'B' || n, 'B' || n, {{moment}}, 'me', '', {{no}}, {{Team.objects.get().pk}},
            CASE WHEN n % 100 = 0 THEN 'answered' ELSE 'closed' END, 'accepted', {{moment}}, {{moment}}, {{moment}},
            CASE WHEN n % 100 = 0 THEN NULL ELSE {{moment}} END, CASE WHEN n % 100 = 0 THEN '' ELSE 'answered' END,
            CASE WHEN n % 100 = 0 THEN NULL ELSE {{day}} END, {{changed}}, 1
        FROM ({{series}}) AS numbers''')
    cursor.execute("ANALYZE")
"""


def measure(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield what was measured, its figure and its target, on each database."""
    for name, url in databases(folder / "enquiries.sqlite3"):
        with url as address:
            settings = {"DATABASE_URL": address, "CLIENT_ADDRESS_HEADER": "HTTP_X_FORWARDED_FOR"}
            manage(folder, "migrate", **settings)
            run(folder, "-c", SET_UP, **settings)
            with gunicorn(folder, **settings) as (port, _, _):
                yield from _taking_in(name, port)
                yield f"{name}: unlocking the desk", f"{_unlocking(port):.0f} ms", ""
            run(folder, "-c", FILL, **settings)
            with gunicorn(folder, **settings) as (port, _, _):
                yield from _desk(name, port)


def _taking_in(name: str, port: int) -> Iterator[tuple[str, str, str]]:
    visitors = [Visitor(f"http://{HOST}:{port}") for _ in range(SENDERS * EACH)]
    stamps = [STAMP.search(visitor.get("/enquire/")[1]) for visitor in visitors]
    time.sleep(UNHURRIED)

    def send(number: int) -> float:
        start = time.perf_counter()
        stamp = stamps[number]
        _, page = visitors[number].post("/enquire/", stamp=stamp[1] if stamp else "", **LEAST)
        if not RECEIPT.search(page):
            raise RuntimeError("An enquiry was not taken in.")
        return time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        times = list(senders.map(send, range(len(visitors))))
    rate = len(times) / (time.perf_counter() - start)
    yield f"{name}: enquiries taken in, {SENDERS} at once", f"{rate:.0f}/s", ""
    yield "  p95", f"{p95(times):.0f} ms", ""


def _unlocking(port: int) -> float:
    times = []
    for _ in range(UNLOCKS):
        nurse = _signed_in(port)
        start = time.perf_counter()
        nurse.post(f"{LIST}key/", passphrase=PASSPHRASE)
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1000


def _desk(name: str, port: int) -> Iterator[tuple[str, str, str]]:
    nurse = _signed_in(port)
    nurse.post(LIST, passphrase=PASSPHRASE)
    for tab in ("waiting", "closed"):
        yield f"{name}: desk list among {ROWS:,}, {tab}, p95", f"{p95(_looks(nurse, f'{LIST}?show={tab}')):.0f} ms", "200 ms"
    times = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        nurse.post(LIST, find="robin")
        times.append(time.perf_counter() - start)
    yield f"{name}: finding by name, p95", f"{p95(times):.0f} ms", ""


def _looks(nurse: Visitor, address: str) -> list[float]:
    times = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        status, _ = nurse.get(address)
        times.append(time.perf_counter() - start)
        if status != 200:
            raise RuntimeError(f"The desk answered {status}.")
    return times


def _signed_in(port: int) -> Visitor:
    return sign_in(Visitor(f"http://{HOST}:{port}"))
