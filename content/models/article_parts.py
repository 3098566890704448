"""What hangs on an article: the questions below it, the sources that it cites, and what readers are told of its changes."""

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from content.models.search import SearchDocument
from content.models.source import Source
from content.richtext import SIMPLE_EXTENSIONS, RichTextField

NOTES_SHOWN = 20


class Faq(models.Model):
    """A question that people ask, and its answer, below an article."""

    article = models.ForeignKey("content.Article", on_delete=models.CASCADE, related_name="faqs")
    question = models.CharField(max_length=160)
    answer = RichTextField(extensions=SIMPLE_EXTENSIONS)
    order = models.PositiveSmallIntegerField(default=0)

    history = HistoricalRecords()

    class Meta:
        ordering = ("order", "pk")
        verbose_name = "question people ask"
        verbose_name_plural = "questions people ask"

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let search find the question and its answer."""
        super().save(*args, **kwargs)
        SearchDocument.objects.index(self.article)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and let search forget the question. Deleting a whole queryset does not: index the article then."""
        deleted = super().delete(*args, **kwargs)
        SearchDocument.objects.index(self.article)
        return deleted


class Citation(models.Model):
    """A source in an article's numbered list."""

    article = models.ForeignKey("content.Article", on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    order = models.PositiveSmallIntegerField(default=0)

    history = HistoricalRecords()

    class Meta:
        ordering = ("order", "pk")
        verbose_name = "source"
        constraints = (
            models.UniqueConstraint(
                fields=("article", "source"),
                name="content_source_cited_once",
                violation_error_message="This source is listed twice.",
            ),
        )

    def __str__(self) -> str:
        return str(self.source)


class ChangeNoteQuerySet(models.QuerySet["ChangeNote"]):
    """Named reads of change notes."""

    def newest_of(self, article: Any) -> "ChangeNoteQuerySet":
        """Return the notes that the page of `article` shows, which are its newest."""
        return self.filter(pk__in=self.filter(article=article).values("pk")[:NOTES_SHOWN])


class ChangeNote(models.Model):
    """What readers are told of a change of a public page, and on which day. Who made it stays in the history."""

    article = models.ForeignKey("content.Article", on_delete=models.CASCADE, related_name="change_notes")
    day = models.DateField()
    note = models.CharField(max_length=100)

    objects = ChangeNoteQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-pk")
        default_permissions = ()  # whoever may publish the page may put them right
        verbose_name = "change that readers are told of"
        verbose_name_plural = "changes that readers are told of"

    def __str__(self) -> str:
        return self.note
