from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from staff.invitations import VALID_FOR, link_for
from staff.models import User


class Command(BaseCommand):
    """Makes an account and prints the link that opens it: for the first manager, and where no mail goes out."""

    help = "Make a staff account, or find it, and print a link with which its owner chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--role", action="append", default=[], help="editor, reviewer, desk or manager; may be repeated")

    def handle(self, *, email: str, name: str, role: list[str], **options: object) -> None:
        groups = list(Group.objects.filter(name__in=role))
        user = User.objects.filter(email__iexact=email).first()
        if len(groups) != len(set(role)) or not (role or user):
            roles = ", ".join(Group.objects.values_list("name", flat=True).order_by("name"))
            raise CommandError(f"Say with --role what this person may do. The roles are: {roles}")
        user = user or self._make(email, name)
        if user.last_login:
            raise CommandError(f"{user.email} has signed in before, and can reset the password there.")
        user.groups.add(*groups)
        self.stdout.write(f"Open within {VALID_FOR.days} days, once:\n{link_for(user)}")

    def _make(self, email: str, name: str) -> User:
        user = User(email=email.lower(), name=name or email.partition("@")[0])
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        return user
