"""Static files: one style sheet out of its parts, hashed names, and small enough for a first view."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.templatetags.static import static
from django.test import override_settings

from clinic_site.settings import STORAGES
from clinic_site.storage import IMPORT, SHEET, bundle

PARTS = IMPORT.findall(Path(finders.find(SHEET)).read_text())


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Collect the site's own static files once, with the storage of the real settings; return the folder."""
    folder = tmp_path_factory.mktemp("static")
    own = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(STATIC_ROOT=folder, STORAGES=STORAGES, STATICFILES_FINDERS=own):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def parts(tmp_path, settings):
    """Return a function that makes a site whose style sheet has these files."""

    def make(**files):
        (tmp_path / "css").mkdir()
        for name, text in files.items():
            (tmp_path / "css" / f"{name}.css").write_text(text)
        settings.STATICFILES_DIRS = [tmp_path]
        finders.get_finder.cache_clear()

    yield make
    finders.get_finder.cache_clear()


# --- Making one sheet of many -----------------------------------------------------------------------------------------


def test_each_part_is_put_inside_its_layer(parts):
    parts(
        site='@layer base, late;\n\n@import "one.css" layer(base);\n@import "two.css" layer(late);\n',
        one="a { color: red; }",
        two="b {}",
    )

    assert bundle() == "@layer base, late;\n\n@layer base {\na { color: red; }\n}\n@layer late {\nb {}\n}\n"


def test_missing_part_is_named(parts):
    parts(site='@import "gone.css" layer(base);')

    with pytest.raises(FileNotFoundError, match=r"css/gone\.css, which css/site\.css imports"):
        bundle()


def test_bundle_has_the_words_of_every_part():
    sheet = bundle()

    missing = [path for path, _ in PARTS if Path(finders.find(f"css/{path}")).read_text() not in sheet]
    assert len(PARTS) > 3
    assert missing == []


def test_every_part_is_imported_once():
    folder = project.BASE_DIR / "static" / "css"
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*.css")} - {"site.css"}

    assert sorted(path for path, _ in PARTS) == sorted(path for path in on_disk if not path.startswith("admin"))


def test_nothing_is_left_to_import():
    assert "@import" not in bundle()


def test_every_layer_is_declared_at_the_start():
    declared = re.match(r"\s*@layer ([\w\s,.-]+);", bundle())

    assert {layer for _, layer in PARTS} <= {name.strip() for name in declared[1].split(",")}


def test_braces_of_every_part_are_closed():
    """An open brace in one part would swallow all that follow it."""
    bare = {
        path: re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", Path(finders.find(f"css/{path}")).read_text(), flags=re.DOTALL)
        for path, _ in PARTS
    }

    assert {path: text.count("{") - text.count("}") for path, text in bare.items()} == dict.fromkeys(bare, 0)


def test_style_sheet_calls_no_other_host():
    assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", bundle()) == []


# --- Collecting -------------------------------------------------------------------------------------------------------


def test_collected_sheet_is_one_file_with_a_hash(collected):
    sheets = [path.name for path in (collected / "css").glob("*.css")]

    assert len([name for name in sheets if re.fullmatch(r"site\.[0-9a-f]{12}\.css", name)]) == 1
    assert [name for name in sheets if not re.fullmatch(r"(site|admin|admin-[a-z]+)\.[0-9a-f]{12}\.css", name)] == []


def test_collected_sheet_is_compressed_both_ways(collected):
    sheet = next((collected / "css").glob("site.*.css"))

    assert gzip.decompress(sheet.with_name(f"{sheet.name}.gz").read_bytes()) == sheet.read_bytes()
    assert 0 < sheet.with_name(f"{sheet.name}.br").stat().st_size < sheet.stat().st_size


def test_templates_are_given_the_hashed_names(collected, settings):
    settings.STATIC_ROOT, settings.STORAGES = collected, STORAGES

    for name in (SHEET, "js/site.js", "images/favicon.svg"):
        address = static(name)
        assert address != f"/static/{name}"
        assert (collected / address.removeprefix("/static/")).is_file()


def test_source_map_is_kept_but_not_compressed(tmp_path, settings):
    source, settings.STATIC_ROOT = tmp_path / "source", tmp_path / "collected"
    source.mkdir()
    for name in ("a.js", "a.js.map"):
        (source / name).write_text("let calm;\n" * 100)
    settings.STATICFILES_FINDERS, settings.STATICFILES_DIRS = ["django.contrib.staticfiles.finders.FileSystemFinder"], [source]
    settings.STORAGES = STORAGES
    finders.get_finder.cache_clear()
    call_command("collectstatic", interactive=False, verbosity=0)
    finders.get_finder.cache_clear()

    endings = sorted(path.name.split(".", 1)[1] for path in settings.STATIC_ROOT.glob("a.*"))
    assert [re.sub(r"\b[0-9a-f]{12}\.", "", ending) for ending in endings] == ["js", "js.br", "js.gz", "js.map"]


def test_static_files_of_every_app_can_be_collected(tmp_path, settings):
    """Not compressed, which takes most of the time: here it is about a file that refers to one that is missing."""
    settings.STATIC_ROOT, settings.STORAGES = tmp_path, STORAGES
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "js", "svg", "txt", "map", "ico", "json"]
    call_command("collectstatic", interactive=False, verbosity=0)

    assert {"admin", "css", "django_prose_editor", "images", "js"} <= {path.name for path in tmp_path.iterdir()}


def test_first_view_is_at_most_forty_kilobytes_with_its_page(collected):
    """The design's budget for sheet, script and page together; the page has 14 KB of it."""
    files = [next((collected / folder).glob(f"{name}.*.{folder}.br")) for folder, name in (("css", "site"), ("js", "site"))]

    assert sum(file.stat().st_size for file in files) < 26_000
