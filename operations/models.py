"""What the site knows of its own health."""

from django.db import models


class Pulse(models.Model):
    """When something was last seen to work, and when managers were last told that it does not."""

    name = models.CharField(max_length=20, unique=True)
    seen_at = models.DateTimeField(null=True)
    sound = models.BooleanField(default=True)
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
