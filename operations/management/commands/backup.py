from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations import backup
from operations.database import CannotRestore


class Command(BaseCommand):
    """Writes the database and the uploaded pictures into one sealed file. It needs no secret, so a timer may call it."""

    help = "Write a sealed backup, and a list of what has been erased, into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: object) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        path = folder / f"{timezone.now():%Y-%m-%dT%H%M%SZ}.backup"
        try:
            contents = backup.make(path)
        except backup.NoKey:
            raise CommandError("Make the key for backups first: manage.py backup_key") from None
        except (CannotRestore, OSError) as error:
            raise CommandError(f"The backup failed: {error}") from error
        self.stdout.write(f"{path}: {sum(contents.rows.values())} rows, {len(contents.files)} files.")
