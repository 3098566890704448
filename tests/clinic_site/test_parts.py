"""A process without pages for staff, as it faces the internet; and the probe that asks whether a process lives."""

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.clinic_site.databases import ROOT, sqlite_database
from tests.clinic_site.test_settings import PRODUCTION

pytestmark = pytest.mark.sqlite

ASK = """
import django; django.setup()
import json
from django.test import Client
addresses = ["/admin/", "/admin/login/", "/accounts/login/", "/accounts/", "/.well-known/change-password", "/", "/enquire/", "/urgent-help/", "/healthz", "/readyz", "/nothing/"]
print(json.dumps({a: Client(HTTP_HOST="localhost").get(a).status_code for a in addresses}))
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The environment of a site with the starter content."""
    folder = tmp_path_factory.mktemp("parts")
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with sqlite_database(folder) as database:
        environment |= database.environment
        subprocess.run(
            [sys.executable, "manage.py", "load_starter"], cwd=ROOT, env=environment, check=True, capture_output=True
        )
        yield environment


def statuses(environment):
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout)


def test_public_process_has_no_page_for_staff(prepared):
    found = statuses({**prepared, "STAFF_PAGES": "false"})

    assert found == {
        "/admin/": 404,
        "/admin/login/": 404,
        "/accounts/login/": 404,
        "/accounts/": 404,
        "/.well-known/change-password": 404,
        "/": 200,
        "/enquire/": 200,
        "/urgent-help/": 200,
        "/healthz": 200,
        "/readyz": 200,
        "/nothing/": 404,
    }


def test_whole_process_has_both(prepared):
    found = statuses(prepared)

    assert (found["/admin/"], found["/accounts/login/"], found["/"]) == (302, 200, 200)


class Answering(BaseHTTPRequestHandler):
    """Answers 200 to the host and the path that a probe should ask for, and 503 otherwise."""

    def do_GET(self):
        right = self.headers["Host"] == "clinic.example" and self.path in ("/healthz", "/readyz")
        self.send_response(200 if right else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def port():
    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def probe(port, *words, hosts="clinic.example,other.example"):
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "ALLOWED_HOSTS": hosts}
    return subprocess.run([sys.executable, "clinic_site/probe.py", *words], cwd=ROOT, env=environment, check=False).returncode  # noqa: S603


def test_probe_asks_as_a_balancer_does(port):
    assert (probe(port), probe(port, "/readyz"), probe(port, "/else"), probe(port, hosts="wrong.example")) == (0, 0, 1, 1)


def test_probe_fails_where_nobody_listens(port):
    assert probe(1) == 1


def test_production_answers_the_probe_without_tls(tmp_path):
    ask = "import django; django.setup(); from django.test import Client; r = Client(HTTP_HOST='clinic.example').get('/healthz'); print(r.status_code)"
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
        **PRODUCTION,
    }
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout.strip() == "200"


def test_front_of_the_containers_writes_down_no_visitor():
    """Caddy's loggers that hold a request, as https://caddyserver.com/docs/logging and its source name them."""
    options = (ROOT / "deploy" / "Caddyfile").read_text().partition("\n}\n")[0]
    silent = {name for line in options.splitlines() if line.strip().startswith("exclude ") for name in line.split()[1:]}

    assert silent == {"http.log.access", "http.log.error", "http.handlers.reverse_proxy"}
