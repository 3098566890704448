"""Photographs and drawings that staff upload."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from PIL import Image, UnidentifiedImageError
from simple_history.models import HistoricalRecords

MAX_BYTES = 10 * 1024 * 1024
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def upload_name(picture: "Picture", filename: str) -> str:
    """Name the file after the picture's title, not after what it was called on somebody's computer."""
    return f"pictures/{slugify(picture.title)[:60] or 'picture'}.{filename.rpartition('.')[2].lower()}"


class Picture(models.Model):
    """An uploaded picture, with the words for people who cannot see it."""

    title = models.CharField(max_length=120, help_text="For staff, to find it again.")
    file = models.ImageField(upload_to=upload_name, width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alt = models.CharField(
        "description", max_length=250, blank=True, help_text="What the picture shows, for people who cannot see it."
    )
    decorative = models.BooleanField(
        default=False, help_text="Tick if the picture says nothing that the text does not; screen readers then pass over it."
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("title",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(decorative=True, alt="") | (models.Q(decorative=False) & ~models.Q(alt="")),
                name="content_picture_described_or_decorative",
                violation_error_message="Describe the picture, or tick “decorative” and leave the description empty.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse files that are too large, or are not a JPEG, PNG or WebP picture whatever their name says."""
        if not self.file or self.file._committed:  # type: ignore[attr-defined]
            return
        if self.file.size > MAX_BYTES:
            raise ValidationError({"file": "This picture is larger than 10 MB. Save a smaller copy and choose that."})
        try:
            with Image.open(self.file.file) as image:
                kind = image.format
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
            raise ValidationError({"file": "This file could not be read as a picture."}) from error
        finally:
            self.file.file.seek(0)
        if kind not in FORMATS:
            raise ValidationError({"file": "Please choose a JPEG, PNG or WebP picture."})
        self.file.name = f"picture.{FORMATS[kind]}"  # so that it is served as what it is, whatever it was called
