"""The form of an article: what it refuses, and how to mend it."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from content.admin.base import ContentForm
from content.admin.inward import Refusal, is_led_to
from content.admin.tokens import unfilled
from content.models import Article, ContentVersion
from content.models.review import LONGEST, months_after

RICH_TEXTS = ("body", "urgent_help")
#: What is reviewed every six months: the section on ketamine, and the page of helplines.
SOONER = {"ketamine", "urgent-help"}


class ArticleForm(ContentForm):
    """An article, with a note for its readers and its history, and the version of it that the person saw."""

    change_note = forms.CharField(
        label="What you changed",
        required=False,
        max_length=100,
        widget=AdminTextInputWidget(attrs={"class": "wide-line"}),
        help_text="Shown on the page under “Changes to this page”, if what you save is public, such as “New figures for 2025”."
        " Leave it empty for a small correction. Name nobody.",
    )

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = Article.objects.filter(pk=self.instance.pk).first() if hasattr(self.instance, "_history") else self.instance
        if stored and stored.updated_at:
            self.initial["version"] = stored.updated_at.isoformat()
        if "publish_at" in self.fields:
            self.fields["publish_at"].error_messages["invalid_time"] = "Give a time of day too, such as 09:00."

    def clean(self) -> dict[str, Any]:
        """Refuse what does not exist or is older than what is stored, and give a review and a publication their dates."""
        data = super().clean() or {}
        self._check_version(data.get("version"))
        if "last_reviewed" in self.fields:
            self._check_review(data)
        refusal = Refusal(self.instance, data)
        for name in RICH_TEXTS:
            text = data.get(name) or ""
            for words in (*unfilled(text), *refusal.words(text)):
                self.add_error(name, words)
        if data.get("state") in (Article.State.DRAFT, Article.State.IN_REVIEW) and is_led_to(self.instance):
            self.add_error(
                "state", "Other pages of this site always lead here, so this page stays public. Change its words instead."
            )
        if self._address_is_taken(data):
            self.add_error("slug", "Another article in this section has this address.")
        if data.get("state") == Article.State.PUBLISHED and not data.get("publish_at") and "publish_at" not in self.errors:
            data["publish_at"] = timezone.now()
        return data

    def _check_version(self, seen: str | None) -> None:
        """Refuse once to save over what somebody else has saved meanwhile. A second save goes on knowingly."""
        if not seen or self.instance.pk is None:
            return
        ContentVersion.take_turn()  # two saves at once
        stored = Article.objects.get(pk=self.instance.pk)
        if stored.updated_at.isoformat() == seen:
            return
        self.add_error(None, _saved_meanwhile(stored))
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["version"] = stored.updated_at.isoformat()  # type: ignore[index]

    def _check_review(self, data: dict[str, Any]) -> None:
        """Say beside its field what is wrong with a review, and fill in when the next one is due."""
        last, due = data.get("last_reviewed"), data.get("next_review_due")
        if last is None:
            return
        if not data.get("reviewer_role") and "reviewer_role" not in self.errors:
            self.add_error("reviewer_role", "Say in which role the reviewer approved it.")
        months = self._months_between_reviews(data)
        if due is None and "next_review_due" not in self.errors:
            data["next_review_due"] = months_after(last, months)
        elif due and due <= last:
            self.add_error("next_review_due", "The next review must come after the last one.")
        elif due and due > months_after(last, months):
            latest = date_format(months_after(last, months), "j F Y")
            self.add_error(
                "next_review_due", f"That is more than {months} months after the last review. Choose {latest} or earlier."
            )

    def _months_between_reviews(self, data: dict[str, Any]) -> int:
        """Return how many months this page may go unread by a clinician."""
        section = data.get("section") or getattr(self.instance, "section", None)
        return 6 if {section and section.slug, data.get("slug") or self.instance.slug} & SOONER else LONGEST

    def _address_is_taken(self, data: dict[str, Any]) -> bool:
        """Django leaves this constraint to the database here, because its condition is on a field that is not in the form."""
        others = Article.objects.filter(section=data.get("section"), slug=data.get("slug"), revises=None)
        return others.exclude(pk=self.instance.pk).exists()


def _saved_meanwhile(stored: Article) -> str:
    """Return who saved an article meanwhile and when, and how to go on."""
    latest = stored.history.first()
    return format_html(
        "{} saved this article on {}, after you opened it. Your words are kept in the form below, but they are not saved yet."
        ' <a href="{}" target="_blank" rel="noopener">See the article as it is now</a>, and copy into the form what you want'
        " to keep of it. If you save again, the form as you see it here replaces the article.",
        (latest and latest.history_user) or "Somebody",
        date_format(timezone.localtime(stored.updated_at), "j F Y, H:i"),
        reverse("admin:content_article_change", args=[stored.pk]),
    )
