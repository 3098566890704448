"""The form of an article: what it refuses, and how to mend it."""

from typing import Any

from django import forms
from django.utils import timezone

from content.admin.base import ContentForm
from content.admin.inward import Refusal
from content.models import Article, ClinicDetails, Source
from content.tokens import CITATION, FACT

RICH_TEXTS = ("body", "urgent_help")


class ArticleForm(ContentForm):
    """An article, with a note for its readers and its history."""

    change_note = forms.CharField(
        label="What you changed",
        required=False,
        max_length=100,
        help_text="Shown on the page under “Changes to this page”, if what you save is public, such as “New figures for 2025”."
        " Leave it empty for a small correction. Name nobody.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse citations, clinic facts and pages that do not exist, and give a published article its publish time."""
        data = super().clean() or {}
        refusal = Refusal(self.instance, data)
        for name in RICH_TEXTS:
            text = data.get(name) or ""
            cited = set(CITATION.findall(text))
            unknown = cited - set(Source.objects.filter(key__in=cited).values_list("key", flat=True))
            if unknown:
                self.add_error(
                    name, f"There is no source with the key {', '.join(sorted(unknown))}. Add it under Sources first."
                )
            unknown = set(FACT.findall(text)) - set(ClinicDetails.fact_names())
            if unknown:
                self.add_error(name, f"There is no clinic fact called {', '.join(sorted(unknown))}. See Clinic details.")
            for words in refusal.words(text):
                self.add_error(name, words)
        if self._address_is_taken(data):
            self.add_error("slug", "Another article in this section has this address.")
        if data.get("state") == Article.State.PUBLISHED and not data.get("publish_at"):
            data["publish_at"] = timezone.now()
        return data

    def _address_is_taken(self, data: dict[str, Any]) -> bool:
        """Django leaves this constraint to the database here, because its condition is on a field that is not in the form."""
        others = Article.objects.filter(section=data.get("section"), slug=data.get("slug"), revises=None)
        return others.exclude(pk=self.instance.pk).exists()
