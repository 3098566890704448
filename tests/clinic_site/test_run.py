"""`make run` and `manage.py serve`: where mails lead to, and that both processes end together."""

import os
import signal
import subprocess
import sys

import pytest

from tests.clinic_site.databases import ROOT, own_database
from tests.clinic_site.servers import _free_port, get
from tests.enquiries.installation import wait_for


@pytest.fixture
def told(tmp_path):
    """Return a function that runs `make run` with a stand-in for Python, and returns the SITE_URL that the site was told."""
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text('#!/bin/sh\necho "told: $SITE_URL"\n')
    python.chmod(0o755)
    (tmp_path / "runtime").touch()  # as if all were installed

    def run(*words, **environment):
        environment = {"PATH": os.environ["PATH"], **environment}
        command = ["make", "--silent", "run", f"VENV={tmp_path}", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
        return {line.removeprefix("told: ") for line in done.stdout.splitlines() if line.startswith("told: ")}

    return run


def test_mails_lead_to_where_the_site_is_served(told):
    assert told() == {"http://127.0.0.1:8000"}
    assert told(PORT="8831") == {"http://127.0.0.1:8831"}
    assert told("PORT=8831", "HOST=192.0.2.7") == {"http://192.0.2.7:8831"}


def test_address_that_is_given_is_kept(told):
    assert told(PORT="8831", SITE_URL="https://try.clinic.example") == {"https://try.clinic.example"}
    assert told(PORT="8831", DJANGO_ENV="production") == {""}


def processes(group):
    """Return the processes of a group that are alive, and their children of any group."""
    columns = ["ps", "-eo", "pid=,ppid=,pgid=,stat="]
    listed = subprocess.run(columns, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    rows = [line.split() for line in listed.splitlines()]
    alive = [(int(pid), int(parent), int(its)) for pid, parent, its, state in rows if not state.startswith("Z")]
    found = {pid for pid, _, its in alive if its == group}
    while more := {pid for pid, parent, _ in alive if parent in found} - found:
        found |= more
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_to_the_whole_group_ends_web_and_worker_in_good_order(tmp_path, number):
    with own_database(tmp_path, f"clinic_serve_{os.getpid()}_{number}") as database, (tmp_path / "log").open("wb") as log:
        environment = {
            **os.environ,
            **database.environment,
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        port = _free_port()
        command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{port}"]
        serve = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        try:
            wait_for(lambda: _answers(port), "the web server to start", 120)
            wait_for(lambda: len(processes(serve.pid)) >= 8, "the worker to start", 120)
            running = processes(serve.pid)
            os.killpg(serve.pid, number)
            code = serve.wait(timeout=120)
            left = [pid for pid in running if _is_alive(pid)]
        finally:
            for pid in processes(serve.pid):
                os.kill(pid, signal.SIGKILL)

        assert (code, left, "killed" in (tmp_path / "log").read_text()) == (0, [], False)


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _answers(port):
    try:
        return get(port, "/healthz")[0] == 200
    except OSError:
        return False


def test_command_beside_the_services_has_their_settings_and_secrets(tmp_path):
    stand_in = '#!/bin/sh\necho "$@"\necho "$DJANGO_ENV $SECRET_KEY $DATABASE_URL $EMAIL_URL"\necho "$MAIL_FROM, $A, $B, $C"\n'
    (tmp_path / "runuser").write_text(stand_in)
    (tmp_path / "runuser").chmod(0o755)
    given = (
        "# a comment",
        "",
        "DJANGO_ENV=production",
        "MAIL_FROM=The Clinic <a@b.example>",
        'A="in $quotes"',
        "B='=x'",
        "C=it's $(x)",
    )
    (tmp_path / "environment").write_text("\n".join(given))
    for name in ("secret_key", "database_url", "email_url"):
        (tmp_path / name).write_text(f"the-{name}\n")
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "CLINIC_SETTINGS": str(tmp_path)}
    command = [ROOT / "deploy" / "manage", "invite", "who@clinic.example"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own

    assert done.stdout.splitlines() == [
        "-u clinic -- .venv/bin/python manage.py invite who@clinic.example",
        "production the-secret_key the-database_url the-email_url",
        "The Clinic <a@b.example>, in $quotes, =x, it's $(x)",
    ]
