"""Counts against misuse: they hold no address, and mean nothing after their day."""

from typing import ClassVar

from django.db import models


class DailySalt(models.Model):
    """A day's random salt. When it is deleted, that day's counts cannot be traced to anybody."""

    day = models.DateField(unique=True)
    salt = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class Tally(models.Model):
    """How often one connection did one thing on one day. The connection is a salted HMAC."""

    day = models.DateField()
    what = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=("day", "what", "who"), name="enquiries_one_tally")]

    def __str__(self) -> str:
        return f"{self.what} on {self.day}: {self.count}"
