"""A whole installation of real processes: its own database and folders, gunicorn, the background worker, a mail server.

Everything that it writes lies in one folder and one database, so that a test can look through all of it.
"""

import asyncio
import http.cookiejar
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.clinic_site.databases import ROOT, Database, own_database
from tests.clinic_site.servers import _free_port

PASSWORD, PASSPHRASE = "a password for one nurse", "amber violin harbour moss"
SET_UP = f"""
import django; django.setup()
from django.contrib.auth.models import Group
from enquiries.actions.access import make_recovery_key, make_staff_key
from enquiries.actions.teams import make_fallback
from enquiries.models import Membership, Team
from content.models import ClinicDetails
from staff.models import User
ClinicDetails(pk=1, clinic_name="Clinic", phone="0300 000 0000").save()
nurse = User.objects.create_user("nurse@clinic.example", {PASSWORD!r}, name="A nurse")
nurse.groups.add(Group.objects.get(name="desk"))
team = Team.objects.create(name="Team")
Membership.objects.create(team=team, user=nurse, role="Nurse")
make_staff_key(user=nurse, passphrase={PASSPHRASE!r})
make_recovery_key()
make_fallback(team)
"""
SEND_DUE = "import django; django.setup(); from django_q.tasks import async_task; async_task('enquiries.work.send_due')"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STAMP = re.compile(r'name="stamp" value="([^"]+)"')
RECEIPT = re.compile(r'id="receipt">([^<]+)<')
UNHURRIED = 3.1  # seconds: faster is held as spam


class MailServer:
    """Accepts mail, and misbehaves as it is told: `mode` is "accept", "slow", "reject", "drop" after the data, or "hang"."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.mode = "accept"
        self.port = _free_port()
        self.began = 0
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.began += 1
        if self.mode == "reject":
            return f"550 no mail for {envelope.rcpt_tos[0]}"
        if self.mode == "drop":
            server.transport.close()
            return "250 never arrives"
        if self.mode in ("hang", "slow"):
            await asyncio.sleep(30 if self.mode == "hang" else 0.5)
        self.received.append(envelope)
        return "250 OK"


class Visitor:
    """A browser without JavaScript: it keeps cookies, and sends forms with their tokens."""

    _numbers = count(1)

    def __init__(self, url: str) -> None:
        self.url, self.page, self.token = url, "", ""
        self.address = f"203.0.113.{next(self._numbers) % 250}"  # each has a connection of their own
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> tuple[int, str]:
        """Open a page."""
        return self._ask(urllib.request.Request(self.url + path))

    def post(self, path: str, **data: str) -> tuple[int, str]:
        """Send a form, with the token of the last page that had one."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **data}).encode()
        return self._ask(urllib.request.Request(self.url + path, body, {"Referer": self.url + path}))

    def write(self, **answers: str) -> tuple[int, str]:
        """Fill in a fresh enquiry, unhurried, and send it."""
        self.get("/enquire/")
        stamp = STAMP.search(self.page)
        time.sleep(UNHURRIED)
        return self.post("/enquire/", stamp=stamp[1] if stamp else "", **answers)

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        request.add_header("X-Forwarded-For", self.address)
        try:
            with self._opener.open(request, timeout=60) as response:
                status, self.page = response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            status, self.page = error.code, error.read().decode()
        if token := TOKEN.search(self.page):
            self.token = token[1]
        return status, self.page


class Installation:
    """The processes of one installation on the kind of database that the tests run on."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self.server, self.folder, self.mail, self._stack = server, folder, MailServer(), ExitStack()
        self.worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Installation":
        for name in ("var", "tmp"):
            (self.folder / name).mkdir()
        database = own_database(self.folder / "var", f"clinic_whole_{os.getpid()}", self.server)
        self.database: Database = self._stack.enter_context(database)
        self.mail.start()
        self._stack.callback(self.mail.stop)
        self.environment = {
            **os.environ,
            **self.database.environment,
            "VAR_DIR": str(self.folder / "var"),
            "TMPDIR": str(self.folder / "tmp"),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "EMAIL_TIMEOUT": "2",
            "CLIENT_ADDRESS_HEADER": "HTTP_X_FORWARDED_FOR",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        subprocess.run([sys.executable, "-c", SET_UP], cwd=ROOT, env=self.environment, check=True)
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        options = f"--bind 127.0.0.1:{port} --workers 2 --threads 4 --log-level info --access-logfile - --capture-output"
        self.web = self._start("web", ["-m", "gunicorn", "clinic_site.wsgi", *options.split()])
        self.start_worker()
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop(self.worker)
        self._stop(self.web)
        self._stack.close()

    def start_worker(self) -> None:
        """Start the background worker, in a group of its own."""
        self.worker = self._start("worker", ["manage.py", "qcluster"])

    def kill_worker(self) -> None:
        """End the worker and all its processes as a power cut does."""
        if self.worker:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def web_processes(self) -> list[int]:
        """Return the processes that answer requests."""
        return [int(pid) for pid in Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()]

    def visitor(self) -> Visitor:
        """Return somebody new."""
        return Visitor(self.url)

    def nurse(self) -> Visitor:
        """Return the nurse, signed in, with the desk unlocked."""
        nurse = sign_in(self.visitor())
        nurse.post("/admin/enquiries/enquiry/", passphrase=PASSPHRASE)
        return nurse

    def try_mails_again(self) -> None:
        """Make every notice due now, and have the worker send what is due."""
        self.database.write("UPDATE enquiries_notification SET next_attempt_at = made_at")
        self.queue_due()

    def log(self, name: str) -> str:
        """Return what a process has said: "web" or "worker"."""
        return (self.folder / f"{name}.log").read_text()

    def queue_due(self) -> None:
        """Have the worker send what is due."""
        subprocess.run([sys.executable, "-c", SEND_DUE], cwd=ROOT, env=self.environment, check=True)

    def _start(self, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
        log = self._stack.enter_context((self.folder / f"{name}.log").open("ab"))
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def _stop(self, process: "subprocess.Popen[bytes] | None") -> None:
        if process:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _wait(self) -> None:
        def ready() -> bool:
            try:
                return self.visitor().get("/readyz")[0] == 200
            except OSError:
                return False

        wait_for(ready, "the site to start")


def sign_in(
    visitor: Visitor, who: str = "nurse@clinic.example", to: str = "/admin/enquiries/enquiry/", password: str = PASSWORD
) -> Visitor:
    """Sign somebody in, as the nurse if nothing else is said, and return them."""
    address = f"/accounts/login/?next={to}"
    visitor.get(address)
    visitor.post(address, login=who, password=password)
    return visitor


def wait_for(happened: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait until something has happened; fail if it does not."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"Waited in vain for {what}."
        time.sleep(0.1)


@contextmanager
def private_postgresql() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the address of a PostgreSQL server of our own, and a function that crashes it and starts it again."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    data, port = Path(tempfile.mkdtemp(prefix="clinic-postgresql-")), _free_port()
    who: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(data, "postgres")
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(program: str, *options: str) -> None:
        command = [str(programs / program), "-D", str(data), *options]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)

    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1"
    run("initdb", "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8")
    run("pg_ctl", "-w", "-o", options, "start")
    try:
        yield (
            f"postgres://postgres@127.0.0.1:{port}/postgres",
            lambda: run("pg_ctl", "-w", "-m", "immediate", "-o", options, "restart"),
        )
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(data)


@contextmanager
def limited_file_size(pids: list[int], size: int) -> Iterator[None]:
    """Let processes write no file beyond `size` bytes, as on a disk that is full."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
