"""The enquiry: what stays in clear for routing and the clock, and everything else sealed."""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.choices import Audience, Topic
from enquiries.models.keys import RecipientKey
from enquiries.models.routing import Team
from enquiries.sealing.recipient import SUITE

if TYPE_CHECKING:
    from staff.models import User


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    """Reads of enquiries by who asks and by what is to be done."""

    def visible_to(self, user: "User") -> "EnquiryQuerySet":
        """Those whose existence and clocks a person may see: their teams', and for those who oversee the desk, all."""
        if user.has_perm("enquiries.oversee_desk"):
            return self
        if user.has_perm("enquiries.work_desk"):
            # A list and not a subquery: with the one or two teams that people are in, the indexes then give the order too.
            return self.filter(team__in=list(Team.objects.of(user).values_list("pk", flat=True)))
        return self.none()

    def open(self) -> "EnquiryQuerySet":
        """Those that are not closed."""
        return self.filter(state__in=(Enquiry.State.WAITING, Enquiry.State.ANSWERED))

    def waiting(self) -> "EnquiryQuerySet":
        """Those that wait for the clinic: for an answer, or for somebody to judge whether they are spam."""
        return self.filter(state=Enquiry.State.WAITING)

    def overdue(self) -> "EnquiryQuerySet":
        """Those that have waited longer than their team's target."""
        return self.waiting().filter(due_at__lte=timezone.now())

    def held(self) -> "EnquiryQuerySet":
        """Those that look like spam, and wait for somebody to judge."""
        return self.waiting().filter(screening=Enquiry.Screening.HELD)

    def unreadable(self) -> "EnquiryQuerySet":
        """Those that nobody in their team can open."""
        wraps = WrappedKey.objects.filter(
            enquiry=models.OuterRef("pk"),
            recipient__in=RecipientKey.objects.usable(),
            recipient__user__memberships__team=models.OuterRef("team"),
        )
        return self.filter(~models.Exists(wraps))


class Enquiry(models.Model):
    """One enquiry and its clock. Nothing that the enquirer wrote is in this row: it is in `SealedDocument`s."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for us"
        ANSWERED = "answered", "answered"
        CLOSED = "closed", "closed"

    class Screening(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        HELD = "held", "held: may be spam"
        SPAM = "spam", "spam"

    class Reason(models.TextChoices):
        """Why an enquiry was closed."""

        CARE = "care", "became a patient"
        ELSEWHERE = "elsewhere", "helped to find another service"
        ANSWERED = "answered", "question answered"
        NO_CONTACT = "no_contact", "could not be reached"
        DECLINED = "declined", "did not want to go on"
        QUIET = "quiet", "no further word"
        SPAM = "spam", "spam"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=12, unique=True, editable=False)
    receipt_lookup = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    audience = models.CharField("about", max_length=12, choices=Audience.choices)
    topic = models.CharField(max_length=12, choices=Topic.choices, blank=True)
    urgent = models.BooleanField("help needed today", default=False)

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="enquiries")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="enquiries"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    screening = models.CharField(max_length=10, choices=Screening.choices, default=Screening.ACCEPTED)

    waiting_since = models.DateTimeField(default=timezone.now)  # of the first word that we have not answered
    due_at = models.DateTimeField()
    escalate_at = models.DateTimeField()  # when to escalate next, while it waits
    seen_at = models.DateTimeField(null=True, blank=True)  # when a member of staff last opened what is there now
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    erase_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)  # of the last word or change of state
    version = models.PositiveIntegerField(default=1)  # counts every change, so that two people cannot undo each other

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ("-received_at",)
        default_permissions = ()
        permissions: ClassVar = [
            ("work_desk", "Can answer the enquiries of their teams"),
            ("oversee_desk", "Can see that enquiries wait, and look after teams and rules"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="enquiries_closed_says_when_and_why",
                condition=Q(state="closed", closed_at__isnull=False, erase_on__isnull=False) & ~Q(close_reason="")
                | ~Q(state="closed") & Q(closed_at=None, erase_on=None, close_reason=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("team", "due_at"), condition=Q(state="waiting"), name="enquiries_team_waiting"),
            models.Index(fields=("due_at",), condition=Q(state="waiting"), name="enquiries_waiting"),
            models.Index(fields=("team", "state", "-changed_at"), name="enquiries_team_recent"),
            models.Index(fields=("state", "-changed_at"), name="enquiries_recent"),
            models.Index(fields=("erase_on",), condition=Q(erase_on__isnull=False), name="enquiries_to_erase"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_overdue(self) -> bool:
        """Whether we should have answered by now."""
        return self.state == self.State.WAITING and self.due_at <= timezone.now()


class SealedDocument(models.Model):
    """One thing that was written, encrypted. Notes are under a key that the receipt does not open."""

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", "enquiry"
        MESSAGE = "message", "message from the enquirer"
        REPLY = "reply", "reply"
        NOTE = "note", "note among staff"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    written_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.enquiry}"


class WrappedKey(models.Model):
    """An enquiry's content keys, wrapped to one recipient; to the receipt's holder when there is no recipient."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="wraps")
    recipient = models.ForeignKey(RecipientKey, null=True, on_delete=models.CASCADE, related_name="wraps")
    suite = models.CharField(max_length=60, default=SUITE)
    wrapped = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("enquiry", "recipient"), name="enquiries_one_wrap_a_recipient"),
            models.UniqueConstraint(fields=("enquiry",), condition=Q(recipient=None), name="enquiries_one_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry} for {self.recipient or 'the receipt'}"


class Viewing(models.Model):
    """Who has an enquiry on their screen, so that two people see each other. It lasts for minutes."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="viewings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=("enquiry", "user"), name="enquiries_one_viewing_a_person")]

    def __str__(self) -> str:
        return f"{self.user} looks at {self.enquiry}"


class ErasedEnquiry(models.Model):
    """What is left of an erased enquiry: that there was one, and that it is gone."""

    class Cause(models.TextChoices):
        RETENTION = "retention", "its date had come"
        SPAM = "spam", "it was spam"
        ENQUIRER = "enquirer", "its enquirer asked, by receipt"

    uid = models.UUIDField(unique=True, editable=False)
    reference = models.CharField(max_length=12)
    received_on = models.DateField()
    erased_at = models.DateTimeField(default=timezone.now)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    checked = models.BooleanField(default=False)  # that nothing of it was left was looked up afterwards

    class Meta:
        verbose_name_plural = "erased enquiries"
        ordering = ("-erased_at",)
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=("reference",), name="enquiries_erased_reference")]

    def __str__(self) -> str:
        return self.reference
