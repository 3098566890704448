from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from content import loader, starter_files


class Command(BaseCommand):
    """Loads content/starter/, so that a new clinic starts from complete, sourced pages instead of empty ones."""

    help = "Load the starter content. What staff have edited or deleted is left as they have it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=starter_files.STARTER, help="Where the files are.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")

    def handle(self, *, folder: Path, dry_run: bool, **options: object) -> None:
        try:
            with transaction.atomic():
                report = loader.load(starter_files.read(folder))
                transaction.set_rollback(dry_run)
        except starter_files.StarterError as error:
            raise CommandError(f"{error}. Nothing was loaded.") from error
        self.stdout.write(str(report))
