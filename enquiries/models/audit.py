"""Who did what with enquiries: append-only, and chained by hashes so that a change shows."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.template.defaultfilters import pluralize

from enquiries.models.enquiry import Enquiry


class AccessEntryQuerySet(models.QuerySet["AccessEntry"]):
    """Reads of the record. What is written stays as it is."""

    def of(self, enquiry: Enquiry) -> "AccessEntryQuerySet":
        """What happened to one enquiry."""
        return self.filter(reference=enquiry.reference)

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The record of access is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The record of access is append-only.")


class AccessEntry(models.Model):
    """One act. It names enquiries by reference only, and outlives them."""

    class Act(models.TextChoices):
        RECEIVED = "received", "received"
        UNLOCKED = "unlocked", "unlocked the desk"
        LOCKED = "locked", "locked the desk"
        REFUSED = "refused", "gave a wrong passphrase"
        OPENED = "opened", "opened"
        REVEALED = "revealed", "looked at the contact details"
        REPLIED = "replied", "replied"
        NOTED = "noted", "added a note"
        CONTACTED = "contacted", "marked as contacted"
        ASSIGNED = "assigned", "assigned"
        MOVED = "moved", "changed the team"
        SCREENED = "screened", "judged whether it is spam"
        CLOSED = "closed", "closed"
        REOPENED = "reopened", "opened again"
        EXPORTED = "exported", "exported"
        ERASED = "erased", "erased"
        GRANTED = "granted", "gave access"
        REVOKED = "revoked", "took access away"
        ESCALATED = "escalated", "escalated"
        KEY_MADE = "key_made", "made a key"
        KEY_ROTATED = "key_rotated", "rotated a key"
        KEY_RETIRED = "key_retired", "retired a key"
        PASSPHRASE = "passphrase", "changed a passphrase"
        DRILLED = "drilled", "drilled the recovery key"
        RETURNED = "returned", "came back by receipt"
        WROTE = "wrote", "wrote again"

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=12, choices=Act.choices)
    reference = models.CharField(max_length=12, blank=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    role = models.CharField(max_length=60, blank=True)  # as enquirers see it
    detail = models.CharField(max_length=120, blank=True)  # of teams and people on the staff, never of an enquirer
    hash = models.CharField(max_length=64)

    objects = AccessEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entry in the record of access"
        verbose_name_plural = "record of access"
        ordering = ("-number",)
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=("actor", "act", "at"), name="enquiries_acts_of_one"),  # wrong passphrases, at each unlocking
            models.Index(fields=("act", "-number"), name="enquiries_acts_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_act_display()} {self.reference}".rstrip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; refuse to change one."""
        if self.pk:
            raise TypeError("The record of access is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The record of access is append-only.")


class AuditHead(models.Model):
    """The end of the chain, signed with the site's secret, so that cutting entries off the end shows too."""

    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="enquiries_one_head")]

    def __str__(self) -> str:
        return f"{self.count} entr{pluralize(self.count, 'y,ies')}"
