"""The addresses of other sites that public pages link to, and whether they still lead somewhere."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from content.models.article import Article

CHECKED_EVERY = timedelta(days=7)
FOUND = ("outcome", "answer", "moved_to", "failing_since", "failed_on", "checked_at", "next_check")  # by a check
SECOND_LOOK = timedelta(days=1)  # a site that is down for an evening is not broken


class OutsideLinkQuerySet(models.QuerySet["OutsideLink"]):
    """Named reads of links to other sites."""

    def due(self) -> "OutsideLinkQuerySet":
        """Return the links whose time to be checked has come, those first that somebody waits for or that are new."""
        due = self.filter(models.Q(next_check=None) | models.Q(next_check__lte=timezone.now()))
        return due.order_by(models.F("next_check").asc(nulls_first=True), "pk")

    def broken(self) -> "OutsideLinkQuerySet":
        """Return the links that failed on two different days, with no success between."""
        return self.filter(outcome=OutsideLink.Outcome.FAILS, failed_on__gt=models.F("failing_since"))

    def failed_once(self) -> "OutsideLinkQuerySet":
        """Return the links that failed on one day so far."""
        return self.filter(outcome=OutsideLink.Outcome.FAILS, failed_on=models.F("failing_since"))


class OutsideLink(models.Model):
    """An address on another site. The background worker finds it on public pages, and asks for it once a week."""

    class Outcome(models.TextChoices):
        UNCHECKED = "unchecked", "not checked yet"
        WORKS = "works", "works"
        UNCLEAR = "unclear", "look yourself"
        FAILS = "fails", "fails"

    address = models.CharField(max_length=1000, unique=True)
    articles = models.ManyToManyField(Article, related_name="outside_links")
    elsewhere = models.CharField(max_length=200, blank=True)  # what else has it, in words, such as "support line: Samaritans"
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.UNCHECKED)
    answer = models.CharField(max_length=120, blank=True)  # the same in a sentence
    moved_to = models.CharField(max_length=1000, blank=True)
    checked_at = models.DateTimeField(null=True)
    next_check = models.DateTimeField(null=True, db_index=True)  # none: as soon as possible
    failing_since = models.DateField(null=True)
    failed_on = models.DateField(null=True)

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        ordering = ("address",)
        verbose_name = "link to another site"
        verbose_name_plural = "links to other sites"

    def __str__(self) -> str:
        return self.address

    @property
    def is_broken(self) -> bool:
        """Whether it failed on two different days; the same rule as `broken()`, for one row in hand."""
        return self.outcome == self.Outcome.FAILS and self.failed_on != self.failing_since

    def note(self, outcome: str, answer: str, moved_to: str = "") -> None:
        """Keep what a check found, and say when to look again."""
        today = timezone.localdate()
        fails = outcome == self.Outcome.FAILS
        self.outcome, self.answer, self.moved_to = outcome, answer[:120], moved_to[:1000]
        self.failing_since = (self.failing_since or today) if fails else None
        self.failed_on = today if fails else None
        self.checked_at = timezone.now()
        self.next_check = self.checked_at + (SECOND_LOOK if fails and not self.is_broken else CHECKED_EVERY)
        # And no `save()`: pages may have lost or gained the link while it was checked.
        OutsideLink.objects.filter(pk=self.pk).update(**{name: getattr(self, name) for name in FOUND})

    def claim(self) -> bool:
        """Take this link for checking, and put it off by an hour in case that comes to nothing. One of many workers gets it."""
        later = timezone.now() + timedelta(hours=1)
        return OutsideLink.objects.filter(pk=self.pk, next_check=self.next_check).update(next_check=later) == 1
