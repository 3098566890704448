from allauth.core.context import request_context
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import HttpRequest

from staff import second_step
from staff.models import User


class Command(BaseCommand):
    """Takes away a lost second step where no manager can sign in to do it. Speak to the person before: it may not be them."""

    help = "Remove somebody's second step of signing in. They are signed out, told by mail, and set up another."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: object) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if not user:
            raise CommandError(f"Nobody has the address {email}.")
        here = HttpRequest()  # the mail to the person says where a change came from
        here.META = {"REMOTE_ADDR": "the server itself", "HTTP_USER_AGENT": "manage.py", "HTTP_HOST": settings.FIRST_HOST}
        with request_context(here):
            second_step.remove(user)
        self.stdout.write(f"{user} sets up a new second step at the next sign-in.")
