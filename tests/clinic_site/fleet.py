"""Several machines in small: three web servers with folders of their own, two workers, one PostgreSQL, Redis and bucket, nginx."""

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import redis

from tests import nginx
from tests.bucket import NAME, bucket_server
from tests.clinic_site.databases import ROOT, own_database
from tests.clinic_site.servers import CONTENT
from tests.enquiries.installation import SET_UP, MailServer, Visitor, wait_for
from tests.programs import find

WEBS, WORKERS = 3, 2
STAFF = """
import django; django.setup()
from django.contrib.auth.models import Group
from staff.models import User
for name in ("editor", "other"):
    User.objects.create_user(f"{name}@clinic.example", "a password for one nurse", name=name).groups.add(Group.objects.get(name="editor"))
"""
# A visitor of the tests says which connection is theirs.
REAL_ADDRESS = "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, out of those that the kernel gives to no connection by itself."""
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found += [port] if port not in found else []
    return found


@dataclass(frozen=True)
class Answer:
    """What a server has answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Fleet:
    """The machines. Everything that they write lies in one folder, one database and one bucket."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mail, self._stack = folder, MailServer(), ExitStack()
        names = ("mail", "redis", "front", *self.names("web"))
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.mail.port = self.ports["mail"]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @staticmethod
    def names(kind: str) -> list[str]:
        """Return the names of the "web" or "worker" processes."""
        return [f"{kind}{number}" for number in range(1, {"web": WEBS, "worker": WORKERS}[kind] + 1)]

    def __enter__(self) -> "Fleet":
        with self._stack:
            self._begin()
            self._stack = self._stack.pop_all()
        return self

    def _begin(self) -> None:
        self.database = self._stack.enter_context(own_database(self.folder, f"clinic_many_{os.getpid()}"))
        self.bucket = self._stack.enter_context(bucket_server())
        policy = (ROOT / "deploy" / "bucket-policy.json").read_text()
        self.bucket.client.put_bucket_policy(Bucket=NAME, Policy=policy)
        self.mail.start()
        self._stack.callback(self.mail.stop)
        self._stack.callback(self._stop_all)
        self.environment = {
            **os.environ,
            **self.database.environment,
            "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
            "SECRET_KEY": "the same secret on every machine, as many sites as there may be",
            "STATIC_ROOT": str(self.folder / "static"),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "EMAIL_TIMEOUT": "5",
            "CLIENT_ADDRESS_HEADER": "HTTP_X_FORWARDED_FOR",
            "TASK_BROKER_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "CACHE_URL": f"redis://127.0.0.1:{self.ports['redis']}/1",
            "OBJECT_STORAGE_URL": self.bucket.url,
        }
        self.start_redis()
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        self.manage("publish_static")
        for script in (SET_UP, CONTENT, STAFF):
            self.run(script)
        for name in self.names("web"):
            self.start_web(name)
        for name in self.names("worker"):
            self.start_worker(name)
        for name in self.names("web"):
            wait_for(lambda name=name: self._answers(name), f"{name} to start")
        self._start_nginx()  # last: it would pass over for a while those that did not answer yet
        wait_for(lambda: self._answers("front"), "nginx to start")

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # --- Starting and ending ---

    def start_redis(self) -> None:
        """Start Redis, empty."""
        options = f"--port {self.ports['redis']} --bind 127.0.0.1 --appendonly no --dir {self.folder} --loglevel warning"
        self._start("redis", [str(find("redis-server")), *options.split(), "--save", ""])
        wait_for(self._redis_answers, "Redis to start")

    def start_web(self, name: str) -> None:
        """Start a web server, on a machine of its own: no other has its folder."""
        options = (
            f"--bind 127.0.0.1:{self.ports[name]} --workers 1 --threads 4 --access-logfile - --access-logformat %(m)s_%(U)s"
        )
        self._start(name, [sys.executable, "-m", "gunicorn", "clinic_site.wsgi", *options.split()])

    def start_worker(self, name: str) -> None:
        """Start a background worker, on a machine of its own."""
        self._start(name, [sys.executable, "manage.py", "qcluster"])

    def kill(self, name: str) -> None:
        """End a process and all that it started as a power cut does."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    @contextmanager
    def workers_asleep(self) -> Iterator[None]:
        """Let no worker do anything for a while."""
        groups = [self.processes[name].pid for name in self.names("worker")]
        for group in groups:
            os.killpg(group, signal.SIGSTOP)
        time.sleep(1.5)  # until Redis gives up what they asked for last: it would hand them the next tasks
        try:
            yield
        finally:
            for group in groups:
                os.killpg(group, signal.SIGCONT)

    def _start_nginx(self) -> None:
        """Start nginx with the configuration that we hand out, and this fleet's addresses in it."""
        webs = {
            f"10.0.0.{number}:8000": f"127.0.0.1:{self.ports[web]}" for number, web in enumerate(self.names("web"), start=11)
        }
        bucket = {"bucket.internal:9000": self.bucket.host, "bucket.internal": self.bucket.host}
        replaced = {**webs, **bucket, "http://bucket/clinic": f"http://bucket/{NAME}"}
        command = nginx.command(self.folder, "several-machines.conf", self.ports["front"], replaced, REAL_ADDRESS)
        self._start("nginx", command)

    def _start(self, name: str, command: list[str]) -> None:
        own = self.folder / name
        own.mkdir(exist_ok=True)
        log = self._stack.enter_context((self.folder / f"{name}.log").open("ab"))
        environment = {**self.environment, "VAR_DIR": str(own)} if name != "redis" else None
        self.processes[name] = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )

    def _stop_all(self) -> None:
        self._stop([process for name, process in self.processes.items() if name != "redis"])
        self._stop(self.processes.values())  # Redis last: a worker that misses it is slow to end

    @staticmethod
    def _stop(processes: "Collection[subprocess.Popen[bytes]]") -> None:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _redis_answers(self) -> bool:
        try:
            return bool(self.redis().ping())
        except redis.ConnectionError:
            return False

    def _answers(self, name: str) -> bool:
        try:
            return self.visitor(name).get("/readyz")[0] == 200
        except OSError:
            return False

    # --- Looking at it, and driving it ---

    def url(self, name: str = "front") -> str:
        """Return the address of nginx, or of one web server."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def visitor(self, name: str = "front") -> Visitor:
        """Return somebody new, with a connection of their own."""
        return Visitor(self.url(name))

    def fetch(self, address: str, name: str = "front", encoding: str = "identity") -> Answer:
        """Return what nginx, or one web server, answers to a request for a file."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=20)
        try:
            connection.request("GET", address, headers={"Accept-Encoding": encoding})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def answered(self) -> list[int]:
        """Return how many requests each web server has answered so far, once their logs say no more."""
        counts, earlier = self._logged(), []
        while counts != earlier:
            time.sleep(0.3)
            counts, earlier = self._logged(), counts
        return counts

    def _logged(self) -> list[int]:
        logs = [(self.folder / f"{name}.log").read_text() for name in self.names("web")]
        return [len(re.findall(r"^[A-Z]+_/", log, re.MULTILINE)) for log in logs]

    def redis(self, database: int = 0) -> "redis.Redis":
        """Return a connection to Redis."""
        return redis.Redis(port=self.ports["redis"], db=database)

    def manage(self, *words: str) -> None:
        """Run a command of the site."""
        self._run([sys.executable, "manage.py", *words], {})

    def run(self, script: str, **environment: str) -> str:
        """Run a script inside the site, and return what it printed."""
        return self._run([sys.executable, "-c", script], environment)

    def _run(self, command: list[str], more: dict[str, str]) -> str:
        environment = {**self.environment, "VAR_DIR": str(self.folder), **more}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def everywhere(self, path: str, text: str) -> list[bool]:
        """Say for each web server whether a page has a text."""
        return [text in self.visitor(name).get(path)[1] for name in self.names("web")]

    def seconds_until(self, path: str, text: str, limit: float = 5) -> float:
        """Return after how many seconds every web server shows a text."""
        began = time.monotonic()
        while not all(self.everywhere(path, text)):
            assert time.monotonic() - began < limit, f"{path} does not show {text} everywhere."
            time.sleep(0.02)
        return time.monotonic() - began
