"""Photographs and drawings that staff upload."""

import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from PIL.Image import Image

#: The key of a picture in its address, which no new file changes.
KEY = re.compile(r"(?:^|/media/)pictures/([\w-]{16})/", re.ASCII)
FALLBACK_WIDTH = 800


def new_key() -> str:
    """Return 96 random bits: nobody can guess the address of a picture that is not on a public page yet."""
    return secrets.token_urlsafe(12)


class PictureQuerySet(models.QuerySet["Picture"]):
    """Named reads of pictures."""

    def shown_in(self, text: str) -> "PictureQuerySet":
        """Return the pictures whose addresses `text` has, by whatever file they had at the time."""
        keys = KEY.findall(text)
        return self.filter(key__in=keys) if keys else self.none()


class Picture(models.Model):
    """An uploaded picture, with the words for people who cannot see it.

    Its files are `pictures/<key>/<stamp>/`. The key stays, so texts find the picture after its file is replaced; the stamp
    is new with each file, so browsers may keep what they have.
    """

    title = models.CharField(max_length=120, help_text="For staff, to find it again.")
    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    file = models.FileField(
        upload_to="pictures",
        help_text="A JPEG, PNG or WebP picture of up to 10 MB, at least 320 pixels wide. Where, when and with what it was"
        " taken is removed from it.",
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    widths = models.CharField(max_length=40, blank=True, editable=False)  # of its copies, such as "480,800"
    alt = models.CharField(
        "description", max_length=250, blank=True, help_text="What the picture shows, for people who cannot see it."
    )
    decorative = models.BooleanField(
        default=False, help_text="Tick if the picture says nothing that the text does not; screen readers then pass over it."
    )

    # An old version must not bring back a file that is gone.
    history = HistoricalRecords(excluded_fields=["key", "file", "width", "height", "widths"])
    objects = PictureQuerySet.as_manager()
    _upload: "Image | None" = None

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
        """Refuse an upload that is no fit picture."""
        if not self.has_upload():
            return
        try:
            self._upload = self._read()
        except ValidationError as error:
            raise ValidationError({"file": error}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new file is drawn anew with its copies, and takes the place of the old one's once that is certain.

        Raises:
            ValidationError: if a file is new, and no fit picture.
        """
        if not self.has_upload():
            super().save(*args, **kwargs)
            return
        storage, old = self.file.storage, Picture.objects.filter(pk=self.pk).first()
        self._keep_upload()
        try:
            super().save(*args, **kwargs)
        except BaseException:
            _remove(storage, self.file_names())
            raise
        if old:
            _remove_after_commit(storage, old.file_names())

    def has_upload(self) -> bool:
        """Whether its file was sent just now, and is not stored: it may turn out unfit."""
        return bool(self.file) and not self.file._committed  # type: ignore[attr-defined]

    def _read(self) -> "Image":
        from content.picture_files import read_picture  # noqa: PLC0415 - Pillow, which no visitor's page needs

        return read_picture(self.file.file)

    def _keep_upload(self) -> None:
        from content.picture_files import draw_files  # noqa: PLC0415 - as above

        drawn = draw_files(self._upload or self._read())
        storage, folder = self.file.storage, f"pictures/{self.key}/{secrets.token_hex(4)}"
        for name, data in drawn.files.items():
            storage.save(f"{folder}/{name}", ContentFile(data))
        self.file = f"{folder}/{drawn.original}"
        self.width, self.height = drawn.width, drawn.height
        self.widths = ",".join(map(str, drawn.widths))
        self._upload = None

    # --- Its files ---

    def file_names(self) -> list[str]:
        """Return the names of its files in the storage, the original first."""
        copies = [self._name(width, kind) for width in self._copies() for kind in ("avif", "webp")]
        return list(dict.fromkeys([str(self.file.name), *copies, self._fallback()]))

    def sources(self) -> list[tuple[str, str]]:
        """Return the type and the `srcset` of each kind of copy, the smallest kind first."""
        return [(f"image/{kind}", self._srcset(kind)) for kind in ("avif", "webp") if self.widths]

    @property
    def address(self) -> str:
        """The address for browsers that know none of the `sources`."""
        return self.file.storage.url(self._fallback())

    @property
    def thumbnail(self) -> str:
        """The address of the smallest copy."""
        return self.file.storage.url(self._name(self._copies()[0], "webp")) if self.widths else self.address

    def _copies(self) -> list[int]:
        return [int(width) for width in self.widths.split(",") if width]

    def _srcset(self, kind: str) -> str:
        return ", ".join(f"{self.file.storage.url(self._name(width, kind))} {width}w" for width in self._copies())

    def _name(self, width: int, kind: str) -> str:
        return f"{str(self.file.name).rpartition('/')[0]}/{width}.{kind}"

    def _fallback(self) -> str:
        if not self.widths:  # a picture from before there were copies
            return str(self.file.name)
        return self._name(fallback_width(self._copies()), str(self.file.name).rpartition(".")[2])


def fallback_width(widths: list[int]) -> int:
    """Return which of these widths, in rising order, browsers get that know neither AVIF nor WebP."""
    return max((width for width in widths if width <= FALLBACK_WIDTH), default=widths[0])


def _remove_after_commit(storage: Storage, names: list[str]) -> None:
    """Delete these files once nothing shows them. What cannot be deleted is a line in the log, and fails nothing."""

    def remove() -> None:
        _remove(storage, names)

    transaction.on_commit(remove, robust=True)


def _remove(storage: Storage, names: list[str]) -> None:
    """Delete these files, and the folders that are empty then."""
    for name in names:
        storage.delete(name)
    stamp = names[0].rpartition("/")[0]
    for folder in (stamp, stamp.rpartition("/")[0]) if KEY.match(names[0]) else ():
        with suppress(OSError):  # the key's folder has the new file in it
            storage.delete(folder)


@receiver(post_delete, sender=Picture)
def remove_files(instance: Picture, **kwargs: Any) -> None:
    """Delete a picture's files with it. A signal, because `delete()` of a queryset calls no method of its rows."""
    _remove_after_commit(instance.file.storage, instance.file_names())
