import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from enquiries.actions.access import RecoveryKeyExists, grant, make_recovery_key, make_staff_key, missing
from enquiries.actions.rotation import NotThisKey, drill, holding, pending_key, rotate
from enquiries.desk.passphrase import validate_passphrase
from enquiries.models import RecipientKey, Team
from enquiries.sealing import recovery
from enquiries.sealing.errors import SealBroken
from enquiries.sealing.passphrase import WrongPassphrase, unlock
from enquiries.vault import NotForYou, Unlocked
from staff.models import User


class Command(BaseCommand):
    """Looks after the keys that open enquiries, where that cannot be left to the desk: at set-up and when keys are lost.

    Secrets are typed, or given on standard input a line each; never as arguments, which others on the machine can see.
    """

    help = "Make, list and rotate the keys of enquiries, prove that the recovery key works, and give access with it."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="show every key and what it opens")
        commands.add_parser("recovery", help="make the clinic's recovery key, and print it this once")
        commands.add_parser("make", help="make a member of staff's key").add_argument("email")
        commands.add_parser("drill", help="prove that the printed recovery key opens every enquiry")
        commands.add_parser("regrant", help="give every team's members their enquiries, with the recovery key")
        commands.add_parser("rotate", help="replace a member of staff's key").add_argument("email")
        commands.add_parser("rotate-recovery", help="replace the recovery key")

    def handle(self, *args: Any, **options: Any) -> None:
        action = getattr(self, f"_{options['command'].replace('-', '_')}")
        try:
            action(*([options["email"]] if "email" in options else []))
        except (recovery.MistypedRecoveryKey, NotThisKey):
            raise CommandError("That is not the clinic's recovery key. Look for a slip, and type it again.") from None
        except WrongPassphrase:
            raise CommandError("That passphrase does not open the key.") from None
        except (SealBroken, NotForYou) as error:
            raise CommandError(str(error)) from None

    def _list(self) -> None:
        for key in RecipientKey.objects.select_related("user"):
            drilled = f", drilled {key.drilled_at:%-d %B %Y}" if key.drilled_at else ""
            self.stdout.write(f"{key}: opens {key.wraps.count()}{drilled}")

    def _recovery(self) -> None:
        try:
            made = make_recovery_key()
        except RecoveryKeyExists:
            raise CommandError("There is a recovery key already. To replace it: enquiry_keys rotate-recovery") from None
        self._show(made.private)

    def _make(self, email: str) -> None:
        user = _person(email)
        make_staff_key(user=user, passphrase=self._new_passphrase(user))
        self.stdout.write("The key is made. A colleague, or enquiry_keys regrant, gives it the enquiries that are there.")

    def _drill(self) -> None:
        self.stdout.write(f"The recovery key works. Enquiries opened: {drill(recovery=self._recovery_in_hand())}.")

    def _regrant(self) -> None:
        hand = self._recovery_in_hand()
        for team in Team.objects.all():
            for key, lacking in list(missing(team)):
                given = grant(team=team, to=key, by=hand)
                left = f" The recovery key does not open {lacking - given} more." if given < lacking else ""
                self.stdout.write(f"{key.user} in {team}: {given} given.{left}")

    def _rotate(self, email: str) -> None:
        old = RecipientKey.objects.filter(user=_person(email), state=RecipientKey.State.ACTIVE).first()
        if not old:
            raise CommandError("This person has no key.")
        words = self._ask("Desk passphrase: ")
        unlocked = Unlocked(old, unlock(bytes(old.locked_private), words, key_id=old.uid))
        fresh, _ = pending_key(old=old, passphrase=words)
        self.stdout.write(f"The key is replaced. Enquiries moved to it: {rotate(old=unlocked, fresh=fresh)}.")

    def _rotate_recovery(self) -> None:
        old = self._recovery_in_hand()
        fresh, made = pending_key(old=old.key)
        if made:
            self._show(made)
        holding(fresh, recovery.typed(self._ask("Type the new recovery key, to prove that you have it: ")))
        self.stdout.write(f"The recovery key is replaced. Enquiries moved to it: {rotate(old=old, fresh=fresh)}.")

    def _recovery_in_hand(self) -> Unlocked:
        key = RecipientKey.objects.recovery().filter(state=RecipientKey.State.ACTIVE).first()
        if not key:
            raise CommandError("There is no recovery key yet. Make one: enquiry_keys recovery")
        return holding(key, recovery.typed(self._ask("Recovery key: ")))

    def _show(self, private: Any) -> None:
        self.stdout.write("The recovery key, shown only now. Print it, and keep it where no computer is:")
        self.stdout.write(f"\n  {recovery.printed(private)}\n")

    def _new_passphrase(self, user: User) -> str:
        words = self._ask("Desk passphrase: ")
        try:
            validate_passphrase(words, user)
        except ValidationError as error:
            raise CommandError(error.message) from None
        if self._ask("Once more: ") != words:
            raise CommandError("The two are not the same.")
        return words

    def _ask(self, prompt: str) -> str:
        return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _person(email: str) -> User:
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(f"Nobody has the address {email}.") from None
