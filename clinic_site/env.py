"""Reads settings from the environment; a required variable that is missing or weak stops the start with a hint."""

import secrets
from datetime import date
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

MIN_SECRET_LENGTH = 50


class _WithFiles(FileAwareMapping):
    """The environment, where NAME_FILE may name a file that holds the value of NAME, as Docker's secrets do."""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).rstrip("\n")


class Env(environ.Env):
    """Settings from the environment, or from the files that it names."""

    ENVIRON = _WithFiles()


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
    """Return `hosts` if they name real hosts.

    Raises:
        ImproperlyConfigured: if there is none, or one of them is a wildcard.
    """
    if not hosts or "*" in hosts:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the site's hosts in production, for example ALLOWED_HOSTS=clinic.example"
        )
    return hosts


def day(name: str, value: str) -> date | None:
    """Return the date in the setting `name`, or nothing if it is not set.

    Raises:
        ImproperlyConfigured: if it is no date.
    """
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a date such as 2027-03-31.") from None
