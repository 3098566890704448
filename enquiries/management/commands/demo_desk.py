import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from enquiries import audit
from enquiries.actions.access import make_recovery_key, make_staff_key
from enquiries.actions.teams import make_fallback
from enquiries.models import Membership, Team
from enquiries.sealing import base32, recovery
from staff.management.commands.demo_accounts import DOMAIN
from staff.models import User

EMAIL = f"desk@{DOMAIN}"
SHOWN = "keys of a demonstration, shown on a screen"  # how production knows the database again


class Command(BaseCommand):
    """Opens the enquiry for trying it: a team with one member, their desk key, and a recovery key. Refuses production."""

    help = "Open the enquiry for a demonstration, and print the desk passphrase and the recovery key this once."

    @transaction.atomic
    def handle(self, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("A demonstration desk is not for production. docs/operations.md says how to open the real one.")
        if Team.objects.exists():
            return
        user = User.objects.get(email=EMAIL)
        team = Team.objects.create(name="Enquiries team", takes_on="Every first contact")
        Membership.objects.create(team=team, user=user, role="Nurse")
        passphrase = "-".join(_group() for _ in range(4))
        make_staff_key(user=user, passphrase=passphrase)
        make_fallback(team)
        audit.record(audit.Act.KEY_MADE, detail=SHOWN)
        printed = recovery.printed(make_recovery_key().private)
        self.stdout.write(f"Desk passphrase of {EMAIL} (shown only now): {passphrase}")
        self.stdout.write(f"Recovery key, to be printed and locked away (shown only now): {printed}")


def _group() -> str:
    return "".join(secrets.choice(base32.ALPHABET) for _ in range(5))
