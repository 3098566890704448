import secrets

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from staff.models import User

DOMAIN = "demo.example"  # reserved by RFC 2606: no mail can ever reach it
ROLES = ("editor", "reviewer", "desk", "manager")


class Command(BaseCommand):
    """Makes an account for each role, so that a newcomer can try the admin at once. Refuses to run in production."""

    help = "Make the demonstration accounts, and print their passwords this once."

    def handle(self, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demonstration accounts are not for production. Use createsuperuser and invite your staff.")
        made = [(role, self._make(role)) for role in ROLES if not User.objects.filter(email=f"{role}@{DOMAIN}").exists()]
        if not made:
            return
        self.stdout.write("Demonstration accounts for /admin/ (the passwords are shown only now):")
        for role, password in made:
            self.stdout.write(f"  {role:9} {role}@{DOMAIN:14} {password}")

    def _make(self, role: str) -> str:
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(f"{role}@{DOMAIN}", password, name=f"Demonstration {role}")
        user.groups.add(Group.objects.get(name=role))
        return password
