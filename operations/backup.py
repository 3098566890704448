"""Backups: the database and the uploaded pictures in one sealed file, which only the printed backup key opens."""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from enquiries.actions.erase import erase
from enquiries.models import Enquiry, ErasedEnquiry
from enquiries.sealing.recipient import PrivateKey
from operations import database
from operations.files import names
from operations.models import BackupKey
from operations.sealed_file import NotReadable, SealedReader, SealedWriter

MANIFEST = "manifest.json"


class NoKey(Exception):
    """There is no key yet that backups could be made for."""


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself."""

    made_at: str
    rows: dict[str, int]
    files: dict[str, str]  # the SHA-256 of each
    state: dict[str, object]


def make_key() -> PrivateKey:
    """Make the key that backups are made for from now on, and return its private half, which is kept nowhere."""
    private = PrivateKey.generate()
    BackupKey.objects.create(public=private.public)
    return private


def make(path: Path) -> Contents:
    """Write a backup, and beside it the references of what has been erased, so that an older backup cannot bring it back.

    Raises:
        NoKey: as it says.
        CannotRestore: SQLite finds the database damaged.
        OSError: there is no room for it, for one thing. Nothing of it is left.
    """
    key = BackupKey.objects.order_by("-made_at").first()
    if not key:
        raise NoKey
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        contents = _write(unfinished, bytes(key.public))
        unfinished.chmod(0o600)
        unfinished.replace(path)
        _list_erased(path, erased())
    finally:
        unfinished.unlink(missing_ok=True)  # on a full disk no later backup would find room
    return contents


def _write(path: Path, public: bytes) -> Contents:
    with _folder() as folder, path.open("wb") as file, SealedWriter(file, public) as sealed:
        rows = database.copy_to(folder)
        with tarfile.open(fileobj=sealed, mode="w|") as archive:
            files = dict(_pack(archive, folder))
            contents = Contents(timezone.now().isoformat(), rows, files, database.state())
            _add(archive, MANIFEST, json.dumps(contents.__dict__).encode())
    return contents


def check(path: Path, private: PrivateKey) -> Contents:
    """Read a backup to its end without changing anything, and return what it says of itself.

    Raises:
        NotReadable: it was made for another key, or is damaged.
    """
    with _unpacked(path, private) as (_, contents):
        return contents


def restore(path: Path, private: PrivateKey, *, also_erased: Set[UUID] = frozenset()) -> tuple[Contents, int]:
    """Replace the site's data by a backup, and erase again what has been erased since. Return also how many those were.

    Raises:
        NotReadable: the backup was made for another key, or is damaged. Nothing was changed.
        CannotRestore: it comes from another kind of database or version, or there are no tables yet. Nothing was changed.
        OSError: the list beside the backup cannot be written. Nothing was changed.
    """
    with _unpacked(path, private) as (folder, contents):
        _refuse_misfit(contents)
        gone = {line.uid: line for line in ErasedEnquiry.objects.all()}
        beside = list_beside(path)
        also_erased = {*also_erased, *(read_list(beside) if beside.exists() else ())}
        _list_erased(path, {*gone, *also_erased})  # for the next time, should this one be broken off
        database.restore_from(folder / "database")
        call_command("migrate", interactive=False, verbosity=0)
        count = _erase_again(gone, also_erased)  # before the pictures, which may fail: the database knows of them no more
        _restore_media(folder / "media")
    return contents, count


def erased() -> set[UUID]:
    """Return the ids of the enquiries that have been erased here. They tell nothing of anybody."""
    return set(ErasedEnquiry.objects.values_list("uid", flat=True))


def list_beside(path: Path) -> Path:
    """Return where the ids of what was erased are listed beside a backup."""
    return path.with_name(f"{path.name}.erased")


def read_list(path: Path) -> set[UUID]:
    """Return the ids that a list of what was erased names.

    Raises:
        NotReadable: it is no such list.
    """
    try:
        return {UUID(uid) for uid in path.read_text().split()}
    except ValueError:
        raise NotReadable(f"{path} is no list of what was erased. One lies beside each backup. Nothing was changed.") from None


def _list_erased(path: Path, uids: Set[UUID]) -> None:
    """Write the list beside a backup, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text("".join(f"{uid}\n" for uid in sorted(uids)))
    unfinished.replace(list_beside(path))


def _erase_again(gone: dict[UUID, ErasedEnquiry], also_erased: Set[UUID]) -> int:
    """Erase what a restored database has of these, put back the lines about the others, and return how many were erased."""
    again = Enquiry.objects.filter(uid__in={*gone, *also_erased})
    count = sum(bool(erase(enquiry=enquiry, cause=_cause(gone, enquiry))) for enquiry in again)
    known = erased()
    for line in gone.values():
        line.pk = None
    ErasedEnquiry.objects.bulk_create(line for uid, line in gone.items() if uid not in known)
    return count


def _cause(gone: dict[UUID, ErasedEnquiry], enquiry: Enquiry) -> ErasedEnquiry.Cause:
    line = gone.get(enquiry.uid)
    return ErasedEnquiry.Cause(line.cause) if line else ErasedEnquiry.Cause.RETENTION


def _refuse_misfit(contents: Contents) -> None:
    here = database.state()
    if not here["migrations"]:
        raise database.CannotRestore("The database here has no tables yet. Make them first: manage.py migrate")
    if contents.state["database"] != here["database"]:
        raise database.CannotRestore(
            f"This is a backup of {contents.state['database']}, and the site is on {here['database']}."
        )
    other = set(contents.state["migrations"]) ^ set(here["migrations"])  # type: ignore[call-overload]
    if other and here["database"] != "sqlite":
        raise database.CannotRestore(
            "This backup was made by another version of the software than the tables here. With that version, make a new"
            " database (manage.py migrate) and restore the backup there; then bring it up to date."
            f" They differ in: {', '.join(sorted(other)[:5])}."
        )


def _pack(archive: tarfile.TarFile, folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        yield _add(archive, f"database/{path.name}", path)
    for name in names(default_storage):
        with default_storage.open(name) as file:
            yield _add(archive, f"media/{name}", file.read())


def _add(archive: tarfile.TarFile, name: str, content: bytes | Path) -> tuple[str, str]:
    """Put a file into the archive, and return its name and its SHA-256."""
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    if isinstance(content, Path):
        entry.size = content.stat().st_size
        with content.open("rb") as file:
            archive.addfile(entry, file)
        with content.open("rb") as file:
            return name, hashlib.file_digest(file, "sha256").hexdigest()
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
    return name, hashlib.sha256(content).hexdigest()


def _restore_media(folder: Path) -> None:
    kept = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    for name in [*names(default_storage)]:
        default_storage.delete(name)
    for name, path in kept.items():
        default_storage.save(name, ContentFile(path.read_bytes()))


@contextmanager
def _unpacked(path: Path, private: PrivateKey) -> Iterator[tuple[Path, Contents]]:
    """Unpack a backup into a folder that is deleted afterwards, and compare every file with what the backup says of it."""
    with _folder() as folder:
        with path.open("rb") as file:
            reader = io.BufferedReader(SealedReader(file, private))
            try:
                with tarfile.open(fileobj=reader, mode="r|") as archive:
                    for entry in archive:
                        _write_out(archive, entry, folder)
            except tarfile.TarError as error:
                raise NotReadable("This backup is damaged.") from error
        contents = Contents(**json.loads((folder / MANIFEST).read_bytes()))
        for name, digest in contents.files.items():
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    raise NotReadable(f"{name} in this backup is damaged.")
        yield folder, contents


def _write_out(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Write a file of the archive into the folder. `extractall` is safe from Python 3.11.4 on; Debian 12 has 3.11.2."""
    path, content = (folder / entry.name).resolve(), archive.extractfile(entry) if entry.isreg() else None
    if content is None or not path.is_relative_to(folder.resolve()):
        raise NotReadable("This backup has something in it that no backup of this software has.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that only this user can read, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="clinic-backup-") as name:
        yield Path(name)
