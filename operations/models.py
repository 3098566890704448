"""What the site knows of its own health."""

from django.db import models
from django.utils import timezone


class BackupKey(models.Model):
    """The public half of the key that backups are made for. Its private half is on paper only."""

    public = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"backup key of {self.made_at:%d %B %Y}"


class Pulse(models.Model):
    """When something was last seen to work, and when managers were last told that it does not."""

    name = models.CharField(max_length=20, unique=True)
    seen_at = models.DateTimeField(null=True)
    sound = models.BooleanField(default=True)
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
