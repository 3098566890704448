from django.core.management.base import BaseCommand, CommandError

from enquiries import audit
from enquiries.models import AccessEntry


class Command(BaseCommand):
    """Checks that nobody has changed the record of who did what with enquiries. It changes nothing."""

    help = "Find an altered, missing or reordered entry in the record of access. Exit code 1 if there is one."

    def handle(self, **options: object) -> None:
        faults = list(audit.faults())
        if faults:
            raise CommandError("\n".join(("The record of access has been tampered with:", *faults)))
        self.stdout.write(f"The record of access is sound. Entries: {AccessEntry.objects.count()}.")
