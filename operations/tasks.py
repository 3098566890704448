"""What needs doing about the site itself, for the first page of the admin."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from operations import security_txt
from staff.tasks import Task

if TYPE_CHECKING:
    from staff.models import User


def tasks_for(user: "User | AnonymousUser") -> list[Task]:
    """Return what managers of a live site should have done by whoever sets it up."""
    if not (settings.PRODUCTION and user.has_perm("enquiries.oversee_desk")):
        return []
    said = (*security_txt.faults(), *security_txt.omissions())
    return [Task(f"matter for whoever looks after the server: {words}", reverse("security")) for words in said]
