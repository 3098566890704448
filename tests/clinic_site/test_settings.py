"""The settings file refuses to start a production site that would be unsafe, and says what to set."""

import json
import os
import stat
import subprocess
import sys

import pytest

from tests.clinic_site.databases import ROOT, sqlite_database

pytestmark = pytest.mark.sqlite

SECRET = "kept-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF"
PRODUCTION = {"DJANGO_ENV": "production", "SECRET_KEY": SECRET, "ALLOWED_HOSTS": "clinic.example"}


def load(tmp_path, names=(), **environment):
    """Load the settings in a process of their own; return their values of `names`, or the last line of the complaint."""
    code = "import json, clinic_site.settings as s; print(json.dumps({n: getattr(s, n, None) for n in %r}, default=str))"
    finished = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code % (list(names),)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(finished.stdout) if finished.returncode == 0 else finished.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": SECRET[:49]}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "abcabcabc" * 9}, "SECRET_KEY must be set"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "clinic.example,*"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "clinic.example,.clinic.example"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "."}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "https://clinic.example"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "clinic.example:8443"}, "ALLOWED_HOSTS must name"),
        ({"SITE_URL": "clinic.example"}, "SITE_URL must be an address"),
        ({"STAFF_URL": "desk.clinic.example"}, "STAFF_URL must be an address"),
        ({"EMAIL_URL": ""}, "EMAIL_URL must look like"),
        ({"EMAIL_URL": "mail.example:587"}, "EMAIL_URL must look like"),
        ({"EMAIL_URL": "smtp+tls://user:p/w@mail.example:587"}, "EMAIL_URL must look like"),
        ({"EMAIL_URL": "smtp+tls://user:p#w@mail.example:587"}, "EMAIL_URL must look like"),
        ({"EMAIL_URL": "smtp+tls://user:password@mail.example:465"}, "EMAIL_URL must begin with smtp+ssl://"),
        ({"TASK_BROKER_URL": "queue.example:6379"}, "TASK_BROKER_URL must look like"),
        ({"DJANGO_DEBUG": "true"}, "DJANGO_DEBUG"),
        ({"DJANGO_ENV": "staging"}, "DJANGO_ENV must be"),
        ({"DATABASE_URL": ""}, "DATABASE_URL must look like"),
        ({"DATABASE_URL": "mysql://u:p@db.example/clinic"}, "DATABASE_URL must look like"),
        ({"DATABASE_URL": "postgres://u:p/w@db.example/clinic"}, "DATABASE_URL must look like"),
    ],
)
def test_unsafe_production_is_refused_with_what_to_set(tmp_path, wrong, named):
    complaint = load(tmp_path, **{**PRODUCTION, **wrong})

    assert complaint.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert named in complaint


def test_refusal_of_a_secret_does_not_repeat_it(tmp_path):
    assert "hunter2" not in load(tmp_path, **{**PRODUCTION, "SECRET_KEY": "hunter2"})
    assert "hunter2" not in load(tmp_path, **{**PRODUCTION, "DATABASE_URL": "postgres://clinic:hunter2/x@db.example/clinic"})
    assert "hunter2" not in load(tmp_path, **{**PRODUCTION, "EMAIL_URL": "smtp+tls://clinic:hunter2/x@mail.example:587"})


def test_hosts_may_have_spaces_between_them(tmp_path):
    """Django would take the space for a part of the name, and answer nobody there."""
    values = load(tmp_path, ["ALLOWED_HOSTS"], **{**PRODUCTION, "ALLOWED_HOSTS": "clinic.example, desk.clinic.example, [::1]"})

    assert values == {"ALLOWED_HOSTS": ["clinic.example", "desk.clinic.example", "[::1]"]}


def test_mail_server_is_reached_as_its_address_says(tmp_path):
    url = "smtp+ssl://desk@clinic.example:p%2Fw@mail.example:465"
    expected = {
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": 465,
        "EMAIL_HOST_USER": "desk@clinic.example",
        "EMAIL_HOST_PASSWORD": "p/w",
        "EMAIL_USE_SSL": True,
    }

    assert load(tmp_path, expected, **PRODUCTION, EMAIL_URL=url) == expected


def test_production_is_strict(tmp_path):
    expected = {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["clinic.example"],
        "SECRET_KEY": SECRET,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 63072000,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SECURE_PROXY_SSL_HEADER": None,
    }

    assert load(tmp_path, expected, **PRODUCTION) == expected
    assert not (tmp_path / "var" / "secret_key").exists()


def test_addresses_for_mails_may_end_in_a_slash(tmp_path):
    """A link made from it would begin with two, and lead nowhere."""
    urls = {"SITE_URL": "https://clinic.example/", "STAFF_URL": "https://desk.clinic.example:8443/"}

    assert load(tmp_path, urls, **PRODUCTION, **urls) == {name: url[:-1] for name, url in urls.items()}


def test_proxy_is_trusted_only_when_named(tmp_path):
    values = load(tmp_path, ["SECURE_PROXY_SSL_HEADER"], **PRODUCTION, BEHIND_TLS_PROXY="true")

    assert values == {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]}


def test_development_needs_no_settings(tmp_path):
    values = load(tmp_path, ["DEBUG", "PRODUCTION", "ALLOWED_HOSTS"])

    assert values == {"DEBUG": False, "PRODUCTION": False, "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}


@pytest.mark.parametrize("written", ["HTTP_X_FORWARDED_FOR", "X-Forwarded-For", " x-forwarded-for"])
def test_header_with_the_visitors_address_may_be_written_either_way(tmp_path, written):
    name = ["CLIENT_ADDRESS_HEADER"]

    assert load(tmp_path, name, CLIENT_ADDRESS_HEADER=written) == {"CLIENT_ADDRESS_HEADER": "HTTP_X_FORWARDED_FOR"}
    assert load(tmp_path, name) == {"CLIENT_ADDRESS_HEADER": ""}


def test_development_secret_is_made_once_for_its_owner_only(tmp_path):
    first = load(tmp_path, ["SECRET_KEY"])
    second = load(tmp_path, ["SECRET_KEY"])
    path = tmp_path / "var" / "secret_key"

    assert first == second == {"SECRET_KEY": path.read_text()}
    assert len(path.read_text()) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secret_may_lie_in_a_file(tmp_path):
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    production = {**PRODUCTION, "SECRET_KEY_FILE": str(tmp_path / "secret")}
    production.pop("SECRET_KEY")

    assert load(tmp_path, ["SECRET_KEY"], **production) == {"SECRET_KEY": SECRET}


def test_former_secret_may_be_kept_while_a_new_one_takes_over(tmp_path):
    name = ["SECRET_KEY_FALLBACKS"]

    assert load(tmp_path, name, **PRODUCTION) == {"SECRET_KEY_FALLBACKS": []}
    assert load(tmp_path, name, **PRODUCTION, SECRET_KEY_FALLBACKS="former") == {"SECRET_KEY_FALLBACKS": ["former"]}


def test_production_asks_for_the_second_step_whatever_is_set(tmp_path):
    name = ["SECOND_STEP_REQUIRED"]

    assert load(tmp_path, name, **PRODUCTION, SECOND_STEP_REQUIRED="false") == {"SECOND_STEP_REQUIRED": True}
    assert load(tmp_path, name) == {"SECOND_STEP_REQUIRED": False}


def start(tmp_path, **environment):
    """Load the WSGI entry point, as gunicorn does; return the last line of the complaint, if there is one."""
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        **environment,
    }
    finished = subprocess.run(
        [sys.executable, "-c", "import clinic_site.wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.stderr.strip().splitlines()[-1] if finished.returncode else ""


ACCOUNT = "from staff.models import User; User.objects.create_user('desk@demo.example', name='x', is_active={})"
RENAMED = """
from django.core.management import call_command
from staff.models import User
call_command("demo_accounts")
call_command("demo_desk")
for user in User.objects.all():
    user.email = user.email.replace("demo", "clinic")
    user.save()
"""


def manage(tmp_path, *command, **environment):
    """Run a command of the site; return whether it worked, and what it said."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **environment}
    line = [sys.executable, "manage.py", *command]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own
    return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("script", [ACCOUNT.format(True), ACCOUNT.format(False), RENAMED], ids=["active", "left", "renamed"])
def test_database_of_a_demonstration_does_not_become_a_live_site(tmp_path, script):
    with sqlite_database(tmp_path) as database:
        manage(tmp_path, "shell", "-c", script, **database.environment)

        assert "demonstration accounts" in start(tmp_path, **PRODUCTION)
        assert start(tmp_path) == ""


def test_no_command_of_a_live_site_runs_on_the_database_of_a_demonstration(tmp_path):
    with sqlite_database(tmp_path) as database:
        manage(tmp_path, "shell", "-c", ACCOUNT.format(True), **database.environment)
        asked = [("qcluster",), ("prepare",), ("migrate",), ("check", "--deploy")]
        answers = [manage(tmp_path, *command, **database.environment, **PRODUCTION) for command in asked]

        assert [(worked, "demonstration accounts" in said) for worked, said in answers] == [(False, True)] * 4
        assert manage(tmp_path, "check", **database.environment)[0]


def test_production_starts_where_the_database_is_empty_as_yet(tmp_path):
    assert start(tmp_path, **PRODUCTION) == ""


def test_day_on_which_security_txt_expires_is_a_date_or_is_refused(tmp_path):
    name = ["SECURITY_TXT_EXPIRES"]

    assert load(tmp_path, name) == {"SECURITY_TXT_EXPIRES": None}
    assert load(tmp_path, name, SECURITY_TXT_EXPIRES="2027-03-31") == {"SECURITY_TXT_EXPIRES": "2027-03-31"}
    assert "must be a date such as" in load(tmp_path, name, SECURITY_TXT_EXPIRES="next year")


def test_loading_the_site_leaves_nothing_that_workers_must_not_share(tmp_path):
    """gunicorn loads it once and forks: a connection or a thread of the parent's would be broken in its children."""
    look = "import threading, clinic_site.wsgi; from django.db import connections as c; print([d.connection for d in c.all()], threading.active_count())"
    database = os.environ.get("DATABASE_URL", f"sqlite:///{tmp_path}/db.sqlite3")
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": database, **PRODUCTION}
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own

    assert done.stdout == "[None] 1\n"


def test_two_machines_have_different_secrets(tmp_path):
    (tmp_path / "other").mkdir()

    assert load(tmp_path, ["SECRET_KEY"]) != load(tmp_path / "other", ["SECRET_KEY"])


def test_database_address_chooses_the_database(tmp_path):
    sqlite = load(tmp_path, ["DATABASES"])["DATABASES"]["default"]
    postgresql = load(tmp_path, ["DATABASES"], DATABASE_URL="postgres://u:p@db.example:5433/clinic")["DATABASES"]["default"]

    assert (sqlite["ENGINE"], sqlite["NAME"]) == ("django.db.backends.sqlite3", str(tmp_path / "var" / "db.sqlite3"))
    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert [postgresql[name] for name in ("ENGINE", "HOST", "PORT", "NAME", "USER")] == [
        "django.db.backends.postgresql", "db.example", 5433, "clinic", "u",
    ]  # fmt: skip


def test_site_without_debug_shows_no_settings_or_tracebacks(settings):
    assert (settings.DEBUG, settings.PRODUCTION) == (False, False)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, {"LINK_CHECKS": False, "PAGE_COUNTS": True}),
        (PRODUCTION, {"LINK_CHECKS": True, "PAGE_COUNTS": True}),
        ({**PRODUCTION, "LINK_CHECKS": "false", "PAGE_COUNTS": "false"}, {"LINK_CHECKS": False, "PAGE_COUNTS": False}),
    ],
)
def test_only_a_real_site_asks_others_and_counting_can_be_switched_off(tmp_path, environment, expected):
    assert load(tmp_path, expected, **environment) == expected
