from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from enquiries.sealing.recipient import PrivateKey
from enquiries.sealing.recovery import MistypedRecoveryKey, typed
from operations import backup
from operations.database import CannotRestore
from operations.sealed_file import NotReadable


class Command(BaseCommand):
    """Replaces the site's data by a backup, and erases again what has been erased since. Stop the site before."""

    help = "Restore a backup, or with --check only read it to its end. Asks for the backup key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="change nothing: say whether the backup is whole")
        parser.add_argument("--key-file", type=Path, help="a file with the backup key, instead of typing it")
        parser.add_argument("--erased", type=Path, action="append", default=[], help="a list beside a newer backup")
        parser.add_argument("--yes", action="store_true", help="do not ask before everything is replaced")

    def handle(self, *, file: Path, key_file: Path | None, check: bool, **options: Any) -> None:
        try:
            key = typed(key_file.read_text() if key_file else getpass("Backup key: "))
            if check:
                self._say("Whole", backup.check(file, key))
            else:
                self._restore(file, key, **options)
        except MistypedRecoveryKey:
            raise CommandError("That is no backup key: there is a slip in it, or something is missing.") from None
        except (NotReadable, CannotRestore, OSError) as error:
            raise CommandError(str(error)) from error

    def _restore(self, file: Path, key: PrivateKey, *, erased: list[Path], yes: bool, **options: object) -> None:
        also_erased = {uid for path in erased for uid in backup.read_list(path)}
        if not yes and input("Everything on this site is replaced by the backup. Type yes to go on: ") != "yes":
            raise CommandError("Nothing was changed.")
        contents, again = backup.restore(file, key, also_erased=also_erased)
        self._say("Restored", contents)
        self.stdout.write(f"Erased again: {again}.")

    def _say(self, what: str, contents: backup.Contents) -> None:
        rows, files = sum(contents.rows.values()), len(contents.files)
        self.stdout.write(f"{what}: {rows} rows, {files} files, made {contents.made_at}.")
