"""The clinic's own facts. What is not known is left out of every page; the admin says what is missing."""

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class ClinicDetails(models.Model):
    """The one row of facts about the clinic. A value's field name in double braces, such as `{{fees}}`, shows it in a text."""

    clinic_name = models.CharField(max_length=80, default="Acquiesce")
    legal_name = models.CharField(max_length=160, blank=True, help_text="The registered name of the organisation.")
    address = models.TextField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True, help_text="A general address, not for enquiries about treatment.")
    opening_hours = models.CharField(max_length=200, blank=True)
    regulator = models.CharField(
        max_length=300, blank=True, help_text="Who regulates the clinic, for what, and the registration number."
    )
    fees = models.TextField(blank=True, help_text="In plain sentences: what treatment costs, and what is free elsewhere.")
    age_limit = models.CharField(max_length=200, blank=True, help_text="Whom the clinic can see, as a sentence.")
    referral_rule = models.CharField(max_length=300, blank=True, help_text="Whether a GP's letter is needed, as a sentence.")
    reply_times = models.CharField(max_length=200, blank=True, help_text="When enquiries are answered, as a sentence.")
    legal_basis = models.TextField(
        blank=True,
        help_text="Which reasons in data protection law the clinic relies on, in plain sentences.",
    )
    dp_contact = models.CharField("data protection contact", max_length=300, blank=True)
    enquiry_retention = models.CharField(max_length=300, blank=True, help_text="How long enquiries are kept, as a sentence.")
    records_retention = models.CharField(max_length=300, blank=True, help_text="How long care records are kept, as a sentence.")
    complaints = models.TextField(blank=True, help_text="How to complain, in plain sentences.")

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "clinic details"
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="content_one_clinic"),)

    def __str__(self) -> str:
        return self.clinic_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the one row, whatever key it was made with."""
        self.pk = 1
        super().save(*args, **kwargs)

    @property
    def has_other_ways(self) -> bool:
        """Whether there is a way to reach the clinic beside the enquiry."""
        return bool(self.phone or self.email or self.address)

    @classmethod
    def load(cls) -> "ClinicDetails":
        """Return the clinic's row, or an unsaved one with nothing but the name where none has been saved."""
        return cls.objects.first() or cls(pk=1)

    @classmethod
    def fact_names(cls) -> list[str]:
        """Return the names of the facts, which are also the tokens that texts may use."""
        return [field.name for field in cls._meta.concrete_fields if not field.primary_key]

    def facts(self) -> dict[str, str]:
        """Return each fact by its token; an unknown one is an empty string."""
        return {name: getattr(self, name) for name in self.fact_names()}

    def missing(self) -> list[str]:
        """Return the labels of the facts that are still unknown."""
        return [str(self._meta.get_field(name).verbose_name) for name, value in self.facts().items() if not value]  # type: ignore[union-attr]
