"""What hangs on an article, in the article's own form."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from content.admin.base import TEXT_FIELDS
from content.admin.inward import FaqFormSet
from content.admin.tokens import unfilled
from content.models import Article, ChangeNote, Citation, Faq, TherapyProfile


class ProfileForm(ModelForm):
    """A therapy profile, whose texts may cite sources as the article's do."""

    def clean(self) -> dict[str, Any]:
        """Refuse sources that do not exist."""
        data = super().clean() or {}
        for field in TherapyProfile.profile_fields():
            for words in unfilled(str(data.get(field.name) or "")):
                self.add_error(field.name, words)
        return data


class ProfileInline(admin.StackedInline):
    model = TherapyProfile
    form = ProfileForm
    formfield_overrides = TEXT_FIELDS
    verbose_name = "Profile for the comparison of therapies"
    fieldsets = (
        (
            None,
            {
                "fields": tuple(field.name for field in TherapyProfile.profile_fields()),
                "description": "For the page of a therapy only. Fill in all of it, or leave all of it empty.",
            },
        ),
    )


class FaqInline(admin.StackedInline):
    model = Faq
    formset = FaqFormSet
    formfield_overrides = TEXT_FIELDS
    extra = 0
    verbose_name = "question"
    verbose_name_plural = "Questions people ask"


class CitationInline(admin.TabularInline):
    model = Citation
    extra = 0
    autocomplete_fields = ("source",)
    verbose_name_plural = "Sources (those you cite in the text are added here when you save)"


class ChangeNoteInline(admin.TabularInline):
    model = ChangeNote
    fields = ("day", "note")
    readonly_fields = ("day",)
    verbose_name_plural = "Changes to this page, as readers see them"

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return True  # as the public may

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False  # “What you changed” adds them

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return request.user.has_perm("content.publish_article")

    has_delete_permission = has_change_permission
