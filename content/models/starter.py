"""What the loader has put into the database, so that it can tell its own work from what staff have changed."""

from django.db import models


class StarterRecord(models.Model):
    """One entry of content/starter/ as it was loaded: a digest of the file's data and one of the row that came of it."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    object_id = models.BigIntegerField()
    file_digest = models.CharField(max_length=64)
    row_digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="content_one_record_an_entry"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
