"""How the desk works here: one row, set by managers."""

import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

DAYS = [MinValueValidator(1), MaxValueValidator(3650)]


class DeskSettings(models.Model):
    """Working hours and how long things are kept."""

    opens = models.TimeField("working hours from", default=datetime.time(9))
    closes = models.TimeField("to", default=datetime.time(17))
    saturdays = models.BooleanField("we also work on Saturdays", default=False)
    sundays = models.BooleanField("we also work on Sundays", default=False)
    keep_closed_days = models.PositiveSmallIntegerField(
        "days to keep a closed enquiry",
        default=90,
        validators=DAYS,
        help_text="Then it is erased. Agree it with your data protection lead.",
    )
    keep_spam_days = models.PositiveSmallIntegerField("days to keep spam", default=14, validators=DAYS)
    quiet_days = models.PositiveSmallIntegerField(
        "days without a word after our answer, before an enquiry closes by itself", default=60, validators=DAYS
    )

    class Meta:
        verbose_name = verbose_name_plural = "desk settings"
        default_permissions = ("change", "view")
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="enquiries_one_desk_settings")]

    def __str__(self) -> str:
        return "Desk settings"

    def clean(self) -> None:
        """Refuse a day that ends before it begins."""
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": "Working hours must end after they begin."})

    @classmethod
    def load(cls) -> "DeskSettings":
        """Return the settings, or their defaults where nobody has set them."""
        return cls.objects.first() or cls(pk=1)
