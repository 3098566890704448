"""`make run` prepares the site by one command, which a second start finds done."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings

from clinic_site.management.commands import prepare
from content import starter_files
from content.models import Article, Section
from staff.models import User

pytestmark = pytest.mark.django_db

COLLECTING = "Collecting and compressing static files…"


def run() -> str:
    """Run the command and return what it said."""
    out = StringIO()
    call_command("prepare", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def a_few_static_files(tmp_path, settings, monkeypatch):
    """A site with one static file: the real ones are collected in test_storage.py."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "note.txt").write_text("first")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [tmp_path / "source"], tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    prepare.get_finders.__globals__["get_finder"].cache_clear()
    yield tmp_path
    prepare.get_finders.__globals__["get_finder"].cache_clear()


@pytest.fixture
def small_starter(tmp_path, monkeypatch):
    """A starter folder with one article, since the real one takes seconds to load."""
    folder = tmp_path / "starter"
    folder.mkdir()
    for name in ("sources", "glossary", "support_lines"):
        (folder / f"{name}.toml").touch()
    (folder / "sections.toml").write_text(
        '[[section]]\nslug = "therapies"\ntitle = "Therapies"\nmenu_title = "Therapies"\nsummary = "About therapies."\n'
    )
    (folder / "group-therapy.md").write_text(
        '+++\ntitle = "Group therapy"\nsummary = "In a circle."\nsection = "therapies"\n+++\nWords.\n'
    )
    monkeypatch.setattr(starter_files, "STARTER", folder)


def rows():
    """Return what staff could see change."""
    return (
        list(Article.objects.order_by("pk").values()),
        list(Section.objects.order_by("pk").values()),
        list(User.objects.order_by("pk").values()),
    )


def test_fresh_checkout_becomes_a_site(a_few_static_files):
    said = run()

    assert (Article.objects.published().count(), Section.objects.count(), User.objects.count()) == (18, 7, 4)
    assert (a_few_static_files / "static" / "note.txt").read_text() == "first"
    assert [
        step
        for step in ("Bringing the database up to date…", "Starter content: ", "editor@demo.example", COLLECTING)
        if step not in said
    ] == []


def test_second_start_changes_nothing_and_prints_no_password(small_starter):
    first = run()
    secrets = [*re.findall(r"^ .*@demo\.example\s+(\S+)$", first, re.MULTILINE), *re.findall(r"shown only now\): (\S+)", first)]
    article = Article.objects.get(slug="group-therapy")
    article.title = "Edited by staff"
    article.save()
    before = rows()
    said = run()

    assert rows() == before
    assert len(secrets) == 6  # four passwords, the desk passphrase and the recovery key
    assert [secret for secret in secrets if secret in said] == []
    assert re.fullmatch(r"Bringing the database up to date…\nStarter content: \d+ unchanged\.\n", said)


def test_static_files_are_collected_again_when_one_has_changed(a_few_static_files, small_starter):
    run()
    (a_few_static_files / "source" / "note.txt").write_text("second, and longer")
    said = run()

    assert COLLECTING in said
    assert (a_few_static_files / "static" / "note.txt").read_text() == "second, and longer"


def test_production_gets_no_demonstration_accounts(small_starter):
    with override_settings(PRODUCTION=True):
        said = run()

    assert User.objects.count() == 0
    assert "demo.example" not in said
