"""What needs doing about enquiries, for the first page of the admin."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from enquiries.models import Enquiry, EnquiryQuerySet, Notification, RecipientKey, Team
from staff.tasks import Task

if TYPE_CHECKING:
    from staff.models import User


def tasks_for(user: "User | AnonymousUser") -> list[Task]:
    """Return what waits for `user` at the desk. Whoever may not know of enquiries is told nothing."""
    if not (user.is_authenticated and (user.has_perm("enquiries.work_desk") or user.has_perm("enquiries.oversee_desk"))):
        return []
    return [task for task in _tasks(user) if task.count]


def _tasks(user: "User") -> Iterator[Task]:
    desk = reverse("admin:enquiries_enquiry_changelist")
    mine = Enquiry.objects.visible_to(user)
    accepted = mine.exclude(screening=Enquiry.Screening.HELD)
    yield Task("enquiries overdue", desk, accepted.overdue().count(), one="enquiry overdue")
    waiting = accepted.waiting().count()
    yield Task("enquiries waiting for an answer", desk, waiting, one="enquiry waiting for an answer")
    judged = "that may be spam, to be judged"
    yield Task(f"enquiries {judged}", f"{desk}?show=held", mine.held().count(), one=f"enquiry {judged}")
    works_without_key = user.has_perm("enquiries.work_desk") and Team.objects.of(user).exists()
    if works_without_key and not RecipientKey.objects.usable().filter(user=user).exists():
        yield Task("desk passphrase to choose, before you can read enquiries", reverse("admin:enquiries_enquiry_key"))
    if user.has_perm("enquiries.oversee_desk"):
        yield from _for_managers(mine)


def _for_managers(enquiries: EnquiryQuerySet) -> Iterator[Task]:
    teams = reverse("admin:enquiries_team_changelist")
    desk = reverse("admin:enquiries_enquiry_changelist")
    unreadable = enquiries.open().unreadable().count()
    one = "enquiry that nobody in its team can read"
    yield Task("enquiries that nobody in their team can read", desk, unreadable, one=one)
    failing = f"{reverse('admin:enquiries_notification_changelist')}?state=failing"
    unsent = Notification.objects.failing().count()
    yield Task("mails that have not gone out", failing, unsent, one="mail that has not gone out")
    if not Team.objects.filter(is_fallback=True).exists():
        yield Task("reason why the enquiry page is closed: no team takes what no rule sends elsewhere", teams)
    if not RecipientKey.objects.usable().recovery().exists():
        yield Task("reason why the enquiry page is closed: there is no recovery key (manage.py enquiry_keys recovery)", teams)
