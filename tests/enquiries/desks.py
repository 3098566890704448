"""Signs people in at the desk, as the tests of its pages need it."""

from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from django.urls import reverse

from enquiries.actions.access import make_staff_key
from enquiries.desk import session
from enquiries.models import Membership, Team
from enquiries.sealing.recipient import PrivateKey
from enquiries.vault import Unlocked
from staff.models import User
from tests.content.factories import make_user
from tests.enquiries.factories import make_key

PASSPHRASE = "amber violin harbour moss"
LIST = "/admin/enquiries/enquiry/"


@dataclass
class Colleague:
    """A person at the desk in a browser of their own."""

    user: User
    client: Client
    private: PrivateKey | None = None

    def unlock(self, passphrase: str = PASSPHRASE):
        """Give the passphrase on the list of enquiries."""
        return self.client.post(LIST, {"passphrase": passphrase})

    def is_unlocked(self):
        """Unlock the desk as the passphrase would, without the time that it takes."""
        key = self.user.recipient_keys.get()
        self.client.cookies[settings.DESK_COOKIE_NAME] = session.start(Unlocked(key, self.private))

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


def make_quick_colleague(*teams: Team) -> Colleague:
    """Make a colleague whose key no passphrase opens, in no time: `is_unlocked` unlocks their desk."""
    colleague = make_colleague(*teams, key=False)
    colleague.private = make_key(colleague.user).private
    return colleague


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
