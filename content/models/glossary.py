"""The glossary."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from simple_history.models import HistoricalRecords


class GlossaryTerm(models.Model):
    """A word and its plain meaning, shown in the glossary and at the word's first use in an article."""

    term = models.CharField(max_length=80, unique=True)
    other_names = models.TextField(
        blank=True, help_text="Other spellings, plurals and short forms, one a line. They are explained in articles too."
    )
    meaning = models.CharField(max_length=300, help_text="One or two plain sentences.")
    inline = models.BooleanField(
        "explain in articles", default=True, help_text="Untick for everyday words that need no explaining inside an article."
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("term",)

    def __str__(self) -> str:
        return self.term

    @property
    def anchor(self) -> str:
        """The term's fragment on the glossary page."""
        return slugify(self.term)

    def get_absolute_url(self) -> str:
        """Return the address of the term's entry."""
        return f"{reverse('content:glossary')}#{self.anchor}"

    def names(self) -> list[str]:
        """Return every form of the word that an article may use."""
        return [self.term, *(name.strip() for name in self.other_names.splitlines() if name.strip())]
