"""Helplines and other outside help."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords


class SupportLine(models.Model):
    """A helpline or service outside the clinic. The crisis block on every page is built from these."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, help_text="What it is, in one plain sentence.")
    phone = models.CharField(max_length=30, blank=True, help_text="As people read it aloud, such as 116 123.")
    text_number = models.CharField(max_length=20, blank=True)
    text_keyword = models.CharField(max_length=20, blank=True, help_text="The word to text, if there is one.")
    email = models.EmailField(blank=True)
    url = models.URLField("web address", blank=True)
    in_person = models.BooleanField(default=False, help_text="People go there, as to A&E.")
    hours = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=60, blank=True, help_text="Where it serves, such as England.")
    audience = models.CharField(max_length=80, blank=True, help_text="Whom it is for, such as Under 19.")
    everywhere = models.BooleanField(
        "in every urgent help block",
        default=False,
        help_text="Shown on every article. Others show where an article asks for them.",
    )
    order = models.PositiveSmallIntegerField(default=0)
    last_checked = models.DateField(
        null=True,
        blank=True,
        help_text="When somebody last compared this with the organisation's own page. Check every 3 months.",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("order", "name")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(phone="", text_number="", email="", url="", in_person=False),
                name="content_support_line_reachable",
                violation_error_message="Give at least one way to reach it: a number, an email, a web address, or in person.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a check date in the future."""
        if self.last_checked and self.last_checked > timezone.localdate():
            raise ValidationError({"last_checked": "This date is in the future."})

    @property
    def phone_link(self) -> str:
        """The number as a `tel:` address."""
        return f"tel:{self.phone.replace(' ', '')}"
