"""Signs people in at the desk, as the tests of its pages need it."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from enquiries.actions.access import make_staff_key
from enquiries.models import Membership, Team
from staff.models import User
from tests.content.factories import make_user

PASSPHRASE = "amber violin harbour moss"
LIST = "/admin/enquiries/enquiry/"


@dataclass
class Colleague:
    """A person at the desk in a browser of their own."""

    user: User
    client: Client

    def unlock(self, passphrase: str = PASSPHRASE):
        """Give the passphrase on the list of enquiries."""
        return self.client.post(LIST, {"passphrase": passphrase})

    def page(self, enquiry):
        """Return the page of an enquiry."""
        return self.client.get(address(enquiry))

    def act(self, enquiry, name: str, **data):
        """Do something on the page of an enquiry, as it is now."""
        enquiry.refresh_from_db()
        return self.client.post(f"{address(enquiry)}{name}/", {"version": enquiry.version, **data})


def address(enquiry) -> str:
    """Return where an enquiry is at the desk."""
    return reverse("admin:enquiries_enquiry_desk", args=[enquiry.reference])


def make_colleague(*teams: Team, key: bool = True, role: str = "Nurse", group: str = "desk") -> Colleague:
    """Make a person with the desk's role, in these teams, with a key unless `key` is false, signed in and locked."""
    user = make_user(group)
    for team in teams:
        Membership.objects.create(team=team, user=user, role=role)
    if key:
        make_staff_key(user=user, passphrase=PASSPHRASE)
    client = Client()
    client.force_login(user)
    return Colleague(user, client)


def in_groups(user: User, *names: str) -> User:
    """Give a person further roles."""
    user.groups.add(*Group.objects.filter(name__in=names))
    return user
