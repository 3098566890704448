"""The structured description of a therapy, from which the comparison is built."""

from django.db import models
from simple_history.models import HistoricalRecords

from content.models.article import Article


class TherapyProfile(models.Model):
    """A therapy in ten short fields. The comparison page shows the same fields side by side, so keep them alike in form."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="profile")
    what_it_is = models.TextField("what it is")
    session_like = models.TextField("what a session is like")
    format = models.TextField("how you meet", help_text="One-to-one or group; in person, video or phone.")
    typical_length = models.TextField("how long it takes")
    between_sessions = models.TextField("between sessions")
    may_suit = models.TextField("may suit")
    may_not_suit_yet = models.TextField("may not suit yet")
    evidence = models.TextField("what research says")
    it_is_not = models.TextField("what it is not")
    ask_us = models.TextField("what to ask")

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"Profile of {self.article}"

    @classmethod
    def profile_fields(cls) -> list[models.Field]:
        """Return the descriptive fields, in the order in which they are compared."""
        return [field for field in cls._meta.concrete_fields if not field.primary_key]

    def rows(self) -> list[tuple[str, str, str]]:
        """Return (name, label, text) for each descriptive field."""
        return [(f.name, str(f.verbose_name), getattr(self, f.name)) for f in self.profile_fields()]
