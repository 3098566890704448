"""Sources, glossary and support lines in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from content.admin.base import ContentAdmin, articles_in_the_way
from content.models import Article, GlossaryTerm, Source, SupportLine


@admin.register(Source)
class SourceAdmin(ContentAdmin):
    intro = "What articles rest on. A text cites a source by its key in square brackets, such as [harding-2025]."
    list_display = ("key", "publisher", "title", "year", "times_cited")
    list_filter = ("year",)
    search_fields = ("key", "publisher", "title", "authors")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(cited=Count("citations"))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the articles that cite a source, not the rows that say so: it can be taken out there."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)
        citing = Article.objects.filter(citations__source__in=objs).distinct().order_by("title", "pk")
        return listed, counts, needed, articles_in_the_way(citing) or protected

    @admin.display(description="cited by", ordering="cited")
    def times_cited(self, source: Source) -> int:
        return source.cited  # type: ignore[attr-defined]


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(ContentAdmin):
    intro = "Words that the site explains, in the glossary and where a page first uses them."
    list_display = ("term", "meaning", "inline")
    list_filter = ("inline",)
    search_fields = ("term", "other_names", "meaning")


@admin.register(SupportLine)
class SupportLineAdmin(ContentAdmin):
    intro = "Helplines that pages name. Compare each with its own page every 90 days, and mark it as checked."
    list_display = ("name", "phone", "hours", "everywhere", "last_checked", "order")
    list_filter = ("everywhere", "last_checked")
    search_fields = ("name", "description")
    actions = ("mark_checked",)
    prepopulated_fields = {"key": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "key", "description", "audience", "area", "hours")}),
        ("How to reach it", {"fields": ("phone", "text_number", "text_keyword", "email", "url", "in_person")}),
        (
            "On the site",
            {
                "fields": ("everywhere", "order", "last_checked"),
                "description": "Compare every detail with the organisation's own page, then set the date.",
            },
        ),
    )

    @admin.action(description="I have just checked these with the organisation's own page", permissions=["change"])
    def mark_checked(self, request: HttpRequest, queryset: QuerySet[SupportLine]) -> None:
        for line in queryset:
            line.last_checked = timezone.localdate()
            line.save()
        self.message_user(request, f"Marked as checked today: {queryset.count()}.")
