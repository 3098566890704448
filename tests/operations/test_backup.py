"""The restore drill: what a backup brings back, row by row, and what stays erased. Real processes, on a database of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from enquiries.sealing.recipient import PrivateKey
from operations import backup
from operations.sealed_file import MAGIC, PIECE, NotReadable, SealedReader, SealedWriter
from tests.bucket import NAME, bucket_server
from tests.clinic_site.databases import ROOT, own_database

FILL = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from tests.content.factories import make_article, make_section, make_user
from tests.enquiries.factories import make_enquiry, make_member, make_team
from enquiries import audit
section = make_section(slug="therapies")
for number in range(30):
    make_article(section=section, slug=f"a{number}", title=f"Article {number} – “ü”\\t\\\\n")
team = make_team(); nurse = make_member(team)
for number in range(5):
    enquiry, *_ = make_enquiry(team, words=f"Words {number}")
    audit.record(audit.Act.OPENED, actor=nurse.key.user, enquiry=enquiry)
default_storage.save("pictures/one.webp", ContentFile(bytes(range(256)) * 5000))
default_storage.save("pictures/deep/two.avif", ContentFile(b"two"))
"""
#: Prints every row of every table that is backed up, and every uploaded file, as digests.
DIGESTS = """
import django; django.setup()
import hashlib, json
from pathlib import Path
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from operations.database import tables
found = {}
with connection.cursor() as cursor:
    for table in tables():
        cursor.execute(f"SELECT * FROM {table}")
        rows = [repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()]
        found[table] = [len(rows), hashlib.sha256("\\n".join(sorted(rows)).encode()).hexdigest()]
media = Path(settings.MEDIA_ROOT)
found["files"] = {str(p.relative_to(media)): hashlib.sha256(p.read_bytes()).hexdigest() for p in media.rglob("*") if p.is_file()}
print(json.dumps(found))
"""
CHANGE = """
import django; django.setup()
from django.core.files.storage import default_storage
from content.models import Article
from tests.content.factories import make_article
Article.objects.filter(slug="a3").delete()
Article.objects.filter(slug="a4").update(title="Changed")
make_article(slug="new", title="New")
default_storage.delete("pictures/one.webp")
"""
UPLOAD = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
for number in range(12):
    default_storage.save(f"pictures/key{number}/stamp/800.webp", ContentFile(bytes([number]) * 70_000))
"""
MORE = """
import django; django.setup()
from django.contrib.sessions.models import Session
from enquiries import audit
from tests.content.factories import make_article
assert not Session.objects.exists()
for number in range(30):
    make_article(slug=f"more{number}", title=f"More {number}")
audit.record(audit.Act.LOCKED)
"""
ERASE = """
import django; django.setup()
from enquiries.actions.erase import erase
from enquiries.models import Enquiry, ErasedEnquiry
for enquiry in Enquiry.objects.order_by("pk")[:2]:
    erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)
"""
#: The old site's migrations have ids that a new machine's have not reached: one of them failed once, or was undone and done.
GAP = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("UPDATE django_migrations SET id = id + 1 WHERE id = (SELECT max(id) FROM django_migrations)")
"""
NEXT_MIGRATION = """
import django; django.setup()
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("content", "the next one")
"""
LEFT = """
import django; django.setup()
import json
from enquiries import audit
from enquiries.models import Enquiry, ErasedEnquiry, SealedDocument, WrappedKey
from content.models import Article
print(json.dumps([Enquiry.objects.count(), SealedDocument.objects.values("enquiry").distinct().count(),
    ErasedEnquiry.objects.count(), list(audit.faults()), Article.objects.filter(slug="a3").count()]))
"""
#: A restore that is killed when the backup is in place, and nothing has been erased again.
KILLED = """
import django; django.setup()
import os, signal, sys
from django.core.management import call_command
from operations import backup
backup.call_command = lambda *words, **options: os.kill(os.getpid(), signal.SIGKILL)
call_command("restore", "{path}", "--key-file", "{key}", "--yes")
"""

#: A database as it is when somebody has just made it.
EMPTY = """
import django; django.setup()
from pathlib import Path
from django.db import connection
if connection.vendor == "sqlite":
    [path.unlink() for path in Path(connection.settings_dict["NAME"]).parent.glob("*.sqlite3*")]
else:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
"""
#: A disk that has no room for the backup.
FULL = """
import django; django.setup()
import resource, signal
from django.core.management import CommandError, call_command
from operations import backup
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
copied = backup.database.copy_to
def copy_to(folder):
    rows = copied(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    return rows
backup.database.copy_to = copy_to
try:
    call_command("backup", "{folder}")
except (CommandError, OSError) as error:
    print(error)
"""
#: Reads a backup as Debian 12's own Python 3.11.2 does, which cannot unpack a whole archive safely.
OLDER_PYTHON = """
import django; django.setup()
import tarfile
from django.core.management import call_command
tarfile.TarFile.extractall = lambda archive, path=".", members=None, *, numeric_owner=False: None
call_command("restore", "{path}", "--key-file", "{key}", "--check")
"""


#: The database that each test gets a copy of.
FILLED = f"clinic_filled_{os.getpid()}"


class Site:
    """A site on a database of its own, driven by its commands."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            **environment,
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
        }

    def manage(self, *words: str, fails: bool = False) -> str:
        """Run a command, and return what it said."""
        command = [sys.executable, "manage.py", *words]
        finished = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        assert (finished.returncode != 0) is fails, finished.stderr
        return finished.stdout + finished.stderr

    def run(self, script: str, *, ends: int = 0) -> str:
        """Run a script inside the site, and return what it printed."""
        command = [sys.executable, "-c", script]
        finished = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        assert finished.returncode == ends, finished.stderr
        return finished.stdout

    def digests(self) -> dict[str, object]:
        """Return how many rows each table has, and a digest of them."""
        return json.loads(self.run(DIGESTS))

    def backup(self) -> Path:
        """Make a backup, and return its file."""
        return Path(self.manage("backup", str(self.folder)).rpartition(": ")[0].strip())

    def left(self) -> list[object]:
        """Return enquiries, enquiries with documents, erased ones, faults of the record, and a deleted article."""
        return json.loads(self.run(LEFT))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Yield a site with articles, enquiries and pictures, which each test gets a copy of."""
    folder = tmp_path_factory.mktemp("filled")
    with own_database(folder, FILLED) as database:
        site = Site(folder, database.environment)
        site.run(FILL)
        (folder / "key").write_text(site.manage("backup_key").splitlines()[-1])
        yield site


@pytest.fixture
def site(filled, tmp_path):
    shutil.copytree(filled.folder, tmp_path, dirs_exist_ok=True)
    with own_database(tmp_path, f"clinic_backup_{os.getpid()}", like=FILLED) as database:
        yield Site(tmp_path, database.environment)


def restore(site, path, *words, **options):
    return site.manage("restore", str(path), "--key-file", str(site.folder / "key"), *words, **options)


def test_drill(site):
    before, path = site.digests(), site.backup()
    site.run(CHANGE)
    changed = site.digests()
    said = restore(site, path, "--yes")
    after = site.digests()

    assert before["content_article"][0] == 30
    assert (before["enquiries_enquiry"][0], before["enquiries_accessentry"][0]) == (5, 5)
    assert changed["content_article"] != before["content_article"]
    assert {name for name in before if before[name] != after[name]} == set()
    assert f"Restored: {sum(rows[0] for name, rows in before.items() if name != 'files')} rows" in said


def test_pictures_in_a_bucket_come_back(site):
    with bucket_server() as bucket:
        site.environment["OBJECT_STORAGE_URL"] = bucket.url
        site.run(UPLOAD)
        before, path = bucket.files(), site.backup()
        bucket.client.delete_object(Bucket=NAME, Key="media/pictures/key3/stamp/800.webp")
        bucket.client.put_object(Bucket=NAME, Key="media/pictures/key4/stamp/800.webp", Body=b"damaged")
        bucket.client.put_object(Bucket=NAME, Key="media/pictures/later.webp", Body=b"later")
        bucket.client.put_object(Bucket=NAME, Key="static/css/site.css", Body=b"no upload")
        restore(site, path, "--yes")

        assert len(before) == 12
        assert bucket.files() == {**before, "static/css/site.css": b"no upload"}


def test_what_was_erased_stays_erased(site):
    path = site.backup()
    site.run(ERASE)
    said = restore(site, path, "--yes")

    assert "Erased again: 2." in said
    assert site.left() == [3, 3, 2, [], 1]


def test_what_was_erased_stays_erased_on_a_new_machine_by_the_list_of_a_newer_backup(site):
    path = site.backup()
    site.run(ERASE)
    newer = site.backup().with_suffix(".backup.erased")
    site.manage("flush", "--no-input")
    restore(site, path, "--yes", "--erased", str(newer))

    assert site.left() == [3, 3, 2, [], 1]


def test_database_without_tables_is_said_to_need_them_first(site):
    before, path = site.digests(), site.backup()
    site.run(EMPTY)

    assert restore(site, path, "--yes", fails=True).strip().endswith("Make them first: manage.py migrate")
    site.manage("migrate", "--verbosity", "0")
    restore(site, path, "--yes")
    assert site.digests() == before


def test_what_was_erased_stays_erased_when_the_pictures_cannot_be_put_back(site):
    path = site.backup()
    site.run(ERASE)
    media = site.folder / "media"
    shutil.rmtree(media)
    media.write_text("a disk that is away")
    restore(site, path, "--yes", fails=True)
    assert site.left() == [3, 3, 2, [], 1]

    media.unlink()
    restore(site, path, "--yes")
    assert site.left() == [3, 3, 2, [], 1]


def test_what_was_erased_stays_erased_when_a_restore_is_killed_and_run_again(site):
    path = site.backup()
    site.run(ERASE)
    site.run(KILLED.format(path=path, key=site.folder / "key"), ends=-signal.SIGKILL)
    assert site.left() == [5, 5, 0, [], 1]

    restore(site, path, "--yes")
    assert site.left() == [3, 3, 2, [], 1]


def test_list_that_is_none_of_what_was_erased_changes_nothing(site):
    path = site.backup()
    site.run(ERASE)
    before, other = site.digests(), site.folder / "other"
    other.write_text("4bf5122f-3cf0-4a4d-bf33-0f9ab1ea9d2e\nand other words\n")

    assert "CommandError" in restore(site, path, "--yes", "--erased", str(other), fails=True)
    assert site.digests() == before


def test_site_works_on_after_a_restore(site):
    """Ids go on where they were, and nobody's session comes back."""
    path = site.backup()
    restore(site, path, "--yes")
    site.run(MORE)

    assert site.digests()["content_article"][0] == 60
    assert site.left() == [5, 5, 0, [], 1]


def test_next_version_migrates_after_a_restore(site):
    site.run(GAP)
    restore(site, site.backup(), "--yes")

    site.run(NEXT_MIGRATION)


@pytest.mark.postgresql
def test_backup_of_another_version_is_refused_with_the_way_to_restore_it(site):
    """That version alone is not enough: the tables of the next one are still here."""
    path = site.backup()
    site.run(NEXT_MIGRATION)

    assert "With that version, make a new database (manage.py migrate)" in restore(site, path, "--yes", fails=True)


def test_backup_is_checked_without_changing_anything(site):
    path, before = site.backup(), site.digests()

    assert restore(site, path, "--check").startswith("Whole: ")
    assert site.digests() == before


def test_backup_is_read_by_the_oldest_python_that_the_site_runs_on(site):
    path = site.backup()

    assert site.run(OLDER_PYTHON.format(path=path, key=site.folder / "key")).startswith("Whole: ")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("{folder}/outside", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
        ("link", tarfile.LNKTYPE),
    ],
)
def test_backup_with_anything_but_files_of_its_own_is_not_unpacked(tmp_path, name, kind):
    """Whoever knows the public half of the key can seal what they like to it."""
    private, path, entry = PrivateKey.generate(), tmp_path / "x.backup", tarfile.TarInfo(name.format(folder=tmp_path))
    entry.type, entry.linkname = kind, str(tmp_path / "outside")
    with (
        path.open("wb") as file,
        SealedWriter(file, private.public) as sealed,
        tarfile.open(fileobj=sealed, mode="w|") as archive,
    ):
        archive.addfile(entry)

    with pytest.raises(NotReadable):
        backup.check(path, private)
    assert not (tmp_path / "outside").exists()


def test_backup_shows_nothing_without_the_key(site):
    content = site.backup().read_bytes()

    assert [
        word for word in (b"Article 3", b"content_article", b"manifest", b"SQLite", b"clinic.example") if word in content
    ] == []


@pytest.mark.parametrize("spoil", ["another key", "a slip in the key", "a bit", "the end", "rubbish"])
def test_backup_that_is_not_whole_changes_nothing(site, spoil):
    path, before, key = site.backup(), site.digests(), site.folder / "key"
    content = bytearray(path.read_bytes())
    if spoil == "another key":
        key.write_text(site.manage("backup_key").splitlines()[-1])
        before = site.digests()
    elif spoil == "a slip in the key":
        key.write_text(key.read_text().replace(key.read_text()[3], "7" if key.read_text()[3] != "7" else "8", 1))
    elif spoil == "a bit":
        content[len(content) // 2] ^= 1
    elif spoil == "the end":
        del content[-100:]
    else:
        content[:] = b"rubbish" * 100
    path.write_bytes(content)

    assert "CommandError" in restore(site, path, "--yes", fails=True)
    assert site.digests() == before


def test_nothing_is_replaced_without_a_yes(site):
    path = site.backup()
    site.run(CHANGE)
    before = site.digests()
    restore(site, path, fails=True)

    assert site.digests() == before


def test_backup_that_finds_no_room_says_so_and_leaves_nothing(site, tmp_path):
    """What it left would fill the disk for the next one as well."""
    folder = tmp_path / "backups"
    folder.mkdir()

    assert "The backup failed: " in site.run(FULL.format(folder=folder))
    assert [*folder.iterdir()] == []


def test_no_backup_without_a_key(tmp_path, db):
    with pytest.raises(CommandError, match="backup_key"):
        call_command("backup", tmp_path)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_sealed_file_gives_back_what_it_was_given(tmp_path, size):
    private, data = PrivateKey.generate(), os.urandom(size)
    with (tmp_path / "x").open("wb") as file, SealedWriter(file, private.public) as sealed:
        for start in range(0, size, 100_000):
            sealed.write(data[start : start + 100_000])
    with (tmp_path / "x").open("rb") as file:
        assert SealedReader(file, private).readall() == data


@pytest.mark.parametrize("damage", ["cut at a piece", "pieces swapped", "piece twice"])
def test_sealed_file_notices_pieces_that_moved(tmp_path, damage):
    private = PrivateKey.generate()
    with (tmp_path / "x").open("wb") as file, SealedWriter(file, private.public) as sealed:
        sealed.write(os.urandom(3 * PIECE))
    whole = (tmp_path / "x").read_bytes()
    head = len(whole) - 3 * (PIECE + 16)
    start, pieces = whole[:head], [whole[head + n * (PIECE + 16) : head + (n + 1) * (PIECE + 16)] for n in range(3)]
    moved = {
        "cut at a piece": pieces[:2],
        "pieces swapped": [pieces[1], pieces[0], pieces[2]],
        "piece twice": [pieces[0], *pieces],
    }
    (tmp_path / "x").write_bytes(start + b"".join(moved[damage]))

    assert start.startswith(MAGIC)
    with (tmp_path / "x").open("rb") as file, pytest.raises(NotReadable):
        SealedReader(file, private).readall()
