from django.core.management.base import BaseCommand

from enquiries.sealing.recovery import printed
from operations import backup


class Command(BaseCommand):
    """Makes the key that backups are sealed to. Its private half is printed now, and kept nowhere."""

    help = "Make the backup key and print it, to be locked away. Later backups need this one; earlier ones the one before."

    def handle(self, **options: object) -> None:
        self.stdout.write(f"Backup key, to be printed and locked away (shown only now):\n{printed(backup.make_key())}")
