"""What the background worker runs for staff accounts."""

import logging
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from staff.models import User

log = logging.getLogger(__name__)


def send_password_links(people: list[int]) -> None:
    """Mail these people a link for a new password, if they work here. It is made only now, so that no task holds it."""
    for user in User.objects.filter(pk__in=people, is_active=True, is_staff=True):
        text = render_to_string("emails/new_password.txt", {"link": _link_for(user)})
        try:
            send_mail("A new password for your account", text, None, [user.email])
        except (SMTPException, OSError):
            log.exception("A link for a new password did not go out.")


def _link_for(user: User) -> str:
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.STAFF_URL + reverse("account_reset_password_from_key", kwargs=parts)
