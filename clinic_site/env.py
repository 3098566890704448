"""Reads settings from the environment; a required variable that is missing or weak stops the start with a hint."""

import secrets
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

MIN_SECRET_LENGTH = 50
SMTPS_PORT = 465


class _WithFiles(FileAwareMapping):
    """The environment, where NAME_FILE may name a file that holds the value of NAME, as Docker's secrets do."""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).rstrip("\n")


class Env(environ.Env):
    """Settings from the environment, or from the files that it names."""

    ENVIRON = _WithFiles()

    def mail(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings of the mail server at an address.

        Raises:
            ImproperlyConfigured: if it is none, or cannot work. It is not repeated: it may hold a password.
        """
        try:
            config = self.email_url_config(self.str(name, default=default))
        except (ValueError, ImproperlyConfigured):
            raise ImproperlyConfigured(
                f"{name} must look like smtp+tls://USER:PASSWORD@HOST:587. In the password, write /, ? and # as %2F, %3F, %23."
            ) from None
        if config.get("EMAIL_PORT") == SMTPS_PORT and not config.get("EMAIL_USE_SSL"):
            raise ImproperlyConfigured(f"{name} must begin with smtp+ssl:// for port 465, or no mail goes out.")
        return config

    def site(self, name: str, default: str) -> str:
        """Return an address from which links in mails are made, without a slash at its end.

        Raises:
            ImproperlyConfigured: if it does not begin as an address does: nobody could follow those links.
        """
        value = self.str(name, default=default)
        if not value.startswith(("https://", "http://")):
            raise ImproperlyConfigured(f"{name} must be an address, for example {name}=https://clinic.example")
        return value.rstrip("/")

    def header(self, name: str) -> str:
        """Return the name of a header as `request.META` has it, however it is written, such as X-Forwarded-For."""
        value = self.str(name, default="").strip().upper().replace("-", "_")
        return value if not value or value.startswith(("HTTP_", "REMOTE_")) else f"HTTP_{value}"


def database(url: str, seconds_kept: int) -> dict[str, Any]:
    """Return the settings of the database at an address; a connection to PostgreSQL is kept for so many seconds.

    Raises:
        ImproperlyConfigured: if it is no address of PostgreSQL or SQLite. It is not repeated: it may hold a password.
    """
    try:
        config = environ.Env.db_url_config(url)
    except ValueError:
        config = {}
    match config.get("ENGINE"):
        case "django.db.backends.postgresql":
            return {**config, "CONN_MAX_AGE": seconds_kept, "CONN_HEALTH_CHECKS": True}
        case "django.db.backends.sqlite3":
            # Write-ahead logging lets people read while someone writes; immediate transactions wait for their turn at the
            # start instead of failing half way.
            options = {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            }
            # Opening the file takes longer than most pages. A second is enough not to do so for each of them when many are
            # asked for, and short enough that a file which was put in its place is soon read.
            return {**config, "OPTIONS": options, "CONN_MAX_AGE": 1}
    raise ImproperlyConfigured(
        "DATABASE_URL must look like postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:////FOLDER/db.sqlite3."
        " Without it the site keeps its data in SQLite in VAR_DIR."
    )


def cache(config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a cache. Its counters are named by digests, and a Redis that is away is given up soon."""
    patience = {"socket_connect_timeout": 1.0, "socket_timeout": 2.0} if config["BACKEND"].endswith("RedisCache") else {}
    options = {"OPTIONS": {**patience, **config.get("OPTIONS", {})}} if patience else {}
    return {**config, **options, "KEY_FUNCTION": "staff.counters.hashed_key"}


def task_broker(url: str) -> dict[str, Any]:
    """Return django-q2's settings of the queue: Redis if there is an address, else a table.

    A table survives whatever the database survives, and gives a task that a killed worker held out again.

    Raises:
        ImproperlyConfigured: if the address is none of Redis. It is not repeated: it may hold a password.
    """
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("TASK_BROKER_URL must look like redis://:PASSWORD@HOST:6379/0, or rediss:// with TLS.")
    return {"broker_class": "clinic_site.broker.RedisBroker"} if url else {"orm": "default"}


def storages(url: str) -> dict[str, dict[str, Any]]:
    """Return where uploads and copies of static files lie: the bucket at s3://KEY:SECRET@HOST/BUCKET, else a folder.

    `s3+http:` is for a bucket on the machine itself. Without a key, boto3 finds the machine's own role.

    Raises:
        ImproperlyConfigured: if the address has no host or no bucket.
    """
    if not url:
        return {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    parts = urlsplit(url)
    name = parts.path.strip("/")
    if parts.scheme not in ("s3", "s3+http") or not parts.hostname or not name or "/" in name:
        raise ImproperlyConfigured("OBJECT_STORAGE_URL must look like s3://KEY:SECRET@HOST/BUCKET?region=REGION")
    options = {
        "bucket_name": name,
        "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{parts.netloc.rpartition('@')[2]}",
        "region_name": parse_qs(parts.query).get("region", ["us-east-1"])[0],  # what servers that have no regions expect
        **({"access_key": unquote(parts.username), "secret_key": unquote(parts.password or "")} if parts.username else {}),
    }
    kept = {"CacheControl": "public, max-age=31536000, immutable"}
    return {
        "default": {"BACKEND": "clinic_site.bucket.Bucket", "OPTIONS": {**options, "location": "media"}},
        "static_copies": {
            "BACKEND": "clinic_site.bucket.Bucket",
            "OPTIONS": {**options, "location": "static", "object_parameters": kept},
        },
    }


def stored_secret(path: Path) -> str:
    """Return the development secret kept at `path`, making it on first use (owner-readable only)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def production_secret(value: str) -> str:
    """Return `value` if it is fit to sign sessions in production.

    Raises:
        ImproperlyConfigured: if it is missing, short or has few different characters.
    """
    if len(value) < MIN_SECRET_LENGTH or len(set(value)) < 10:
        raise ImproperlyConfigured(
            "SECRET_KEY must be set to at least 50 random characters in production. Make one with:"
            " python -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    return value


def production_hosts(hosts: list[str]) -> list[str]:
    """Return `hosts` if they name real hosts, without spaces around them.

    Raises:
        ImproperlyConfigured: if there is none, or one of them is a wildcard, an address or has a port.
    """
    hosts = [host.strip() for host in hosts]
    # Django takes a dot for every name under it, and answers nobody at a name with a scheme or a port.
    if not all(hosts) or not hosts or any(host.startswith(("*", ".")) or _is_more_than_a_host(host) for host in hosts):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name each of the site's hosts in production, for example ALLOWED_HOSTS=clinic.example"
        )
    return hosts


def _is_more_than_a_host(name: str) -> bool:
    return "/" in name or (":" in name and not (name.startswith("[") and name.endswith("]")))


def day(name: str, value: str) -> date | None:
    """Return the date in the setting `name`, or nothing if it is not set.

    Raises:
        ImproperlyConfigured: if it is no date.
    """
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a date such as 2027-03-31.") from None
