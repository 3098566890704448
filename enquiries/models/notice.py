"""The outbox: every mail that the enquiry causes, written in the same transaction as its cause."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Reads of the outbox."""

    def unsent(self) -> "NotificationQuerySet":
        """Those that have not gone out."""
        return self.filter(sent_at=None)

    def due(self) -> "NotificationQuerySet":
        """Those to try now: nobody else is trying them, or whoever did has not come back."""
        return self.unsent().filter(next_attempt_at__lte=timezone.now())

    def failing(self) -> "NotificationQuerySet":
        """Those that were tried and did not go out."""
        return self.unsent().filter(attempts__gt=0).exclude(last_error="")


class Notification(models.Model):
    """One mail to one person. It holds no word of an enquiry: the text is made from the kind when it is sent."""

    class Kind(models.TextChoices):
        NEW = "new", "an enquiry has arrived"
        MESSAGE = "message", "an enquirer has written again"
        ASSIGNED = "assigned", "an enquiry is now yours"
        OVERDUE = "overdue", "an enquiry is overdue"
        UNREADABLE = "unreadable", "nobody in its team can open an enquiry"
        RECEIVED = "received", "to the enquirer: it has arrived"
        ANSWERED = "answered", "to the enquirer: there is an answer"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    sealed_address = models.BinaryField(default=b"")  # an enquirer's own, encrypted, and gone once it is sent
    made_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)  # the kind of error; never its text, which may hold an address

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "mail"
        ordering = ("-pk",)
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="enquiries_notice_goes_to_someone",
                condition=Q(recipient__isnull=False) | Q(kind__in=("received", "answered")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("next_attempt_at",), condition=Q(sent_at=None), name="enquiries_notices_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.enquiry}"
