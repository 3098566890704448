from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import InvalidStorageError, storages
from django.core.management.base import BaseCommand, CommandError

from operations.files import names


class Command(BaseCommand):
    """Copies the collected static files into the bucket, where those of older versions stay.

    While several machines change over to a new version one after the other, a page of one version asks for its style sheet
    at a machine of the other, which has it under another name. The bucket has both. It is a step of its own beside
    `collectstatic`, because that runs when the container is built, where no secret is.
    """

    help = "Copy collected static files into the bucket of OBJECT_STORAGE_URL. What is there already is left alone."

    def handle(self, **options: object) -> None:
        try:
            bucket = storages["static_copies"]
        except InvalidStorageError:
            raise CommandError("There is no bucket: set OBJECT_STORAGE_URL.") from None
        there = set(names(bucket))
        new = [path for path in _collected() if _name(path) not in there]
        for path in new:
            bucket.save(_name(path), ContentFile(path.read_bytes()))
        self.stdout.write(f"{len(new)} files copied, {len(there)} were there.")


def _collected() -> list[Path]:
    """Return the files whose names change with what they hold, and their compressed copies."""
    root = Path(settings.STATIC_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file() and path.parent != root)  # the manifest is for us


def _name(path: Path) -> str:
    return path.relative_to(settings.STATIC_ROOT).as_posix()
