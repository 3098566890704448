"""The keys of those who may read enquiries: public halves in clear, private halves locked or not here at all."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.sealing.recipient import SUITE


class RecipientKeyQuerySet(models.QuerySet["RecipientKey"]):
    """Reads of keys by what they are for."""

    def usable(self) -> "RecipientKeyQuerySet":
        """Those that new enquiries are sealed to: in use, or being rotated in, and their holder still works here."""
        return self.exclude(state=RecipientKey.State.RETIRED).filter(
            Q(user=None) | Q(user__is_active=True, user__is_staff=True)
        )

    def staff(self) -> "RecipientKeyQuerySet":
        """Those of members of staff."""
        return self.exclude(user=None)

    def recovery(self) -> "RecipientKeyQuerySet":
        """The clinic's recovery keys."""
        return self.filter(user=None)


class RecipientKey(models.Model):
    """A key pair (an HPKE recipient): a member of staff's, or the clinic's recovery key when it has no user."""

    class State(models.TextChoices):
        PENDING = "pending", "being rotated in"
        ACTIVE = "active", "in use"
        RETIRED = "retired", "retired"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="recipient_keys", editable=False
    )
    suite = models.CharField(max_length=60, default=SUITE, editable=False)
    public = models.BinaryField(editable=False)
    locked_private = models.BinaryField(default=b"", editable=False)  # under the desk passphrase; empty for the recovery key
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    drilled_at = models.DateTimeField(null=True, editable=False)  # when the recovery key was last proven to work

    objects = RecipientKeyQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("user", "state"), condition=Q(state__in=("active", "pending")), name="enquiries_one_key_a_person"
            ),
            models.UniqueConstraint(
                fields=("state",), condition=Q(user=None, state__in=("active", "pending")), name="enquiries_one_recovery_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or 'recovery key'} ({self.get_state_display()}, made {self.made_at:%-d %B %Y})"


class OpenDesk(models.Model):
    """A desk that is unlocked in one browser session: the private key, encrypted under a key that only the browser has."""

    key = models.ForeignKey(RecipientKey, on_delete=models.CASCADE, related_name="desks")
    session_digest = models.CharField(max_length=64, unique=True)
    encrypted_seed = models.BinaryField()
    opened_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.key.user}, since {self.opened_at:%H:%M}"
