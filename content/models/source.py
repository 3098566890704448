"""Where facts come from."""

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from content.tokens import SOURCE_KEY


class Source(models.Model):
    """A publication that articles cite. Its key in square brackets, such as `[harding-2025]`, cites it in a text."""

    key = models.SlugField(
        unique=True,
        validators=[
            RegexValidator(
                rf"^{SOURCE_KEY}$", "Use two or more lower-case words or numbers joined by hyphens, such as harding-2025."
            )
        ],
        help_text="Short name for citing it: lower-case words and a year, such as harding-2025.",
    )
    publisher = models.CharField(max_length=200, help_text="The organisation or journal.")
    authors = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Leave empty if the source gives no date.")
    url = models.URLField("address", max_length=500, blank=True)
    note = models.CharField(
        max_length=300, blank=True, help_text='What a careful reader should know, such as "Abstract read, not the full paper."'
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("publisher", "title")

    def __str__(self) -> str:
        return f"{self.key}: {self.publisher}, {self.title}"
