"""Links to other sites in the admin: looked at by staff, written by the background worker."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Case, F, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from content.models import OutsideLink

MOST_PAGES = 5  # named in a row; a line that shows everywhere is on every page
Outcome = OutsideLink.Outcome
FAILING_FIRST = Case(When(outcome=Outcome.FAILS, then=Value(0)), default=Value(1))


class ResultFilter(admin.SimpleListFilter):
    """Links by what the last checks found."""

    title = "result"
    parameter_name = "result"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("broken", "Broken: failed on two days"),
            ("once", "Failed once, to be tried again"),
            ("unclear", "Look yourself"),
            ("moved", "Moved for good"),
            ("works", "Works"),
            ("unchecked", "Not checked yet"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[OutsideLink]:
        if self.value() == "broken":
            return queryset.broken()
        if self.value() == "once":
            return queryset.failed_once()
        if self.value() == "moved":
            return queryset.exclude(moved_to="")
        return queryset.filter(outcome=self.value()) if self.value() in Outcome.values else queryset


@admin.register(OutsideLink)
class OutsideLinkAdmin(admin.ModelAdmin):
    """A list to read. What is wrong is put right on the page that has the link."""

    list_display = ("where_to", "used_on", "result", "since")
    list_display_links = None
    list_filter = (ResultFilter,)
    search_fields = ("address", "articles__title", "elsewhere")
    actions = ("check_now",)
    ordering = (
        FAILING_FIRST,
        F("failing_since").asc(nulls_last=True),
        "address",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutsideLink]:
        return super().get_queryset(request).prefetch_related("articles")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutsideLink | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutsideLink | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if settings.LINK_CHECKS else {}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not settings.LINK_CHECKS:
            messages.info(request, "Links to other sites are not checked here: the setting LINK_CHECKS is off.")
        return super().changelist_view(request, extra_context)

    @admin.action(description="Check these now", permissions=["view"])
    def check_now(self, request: HttpRequest, queryset: QuerySet[OutsideLink]) -> None:
        """Let the worker take these links first. A web process never asks another site for anything."""
        count = OutsideLink.objects.filter(pk__in=queryset.values("pk")).update(next_check=None)
        words = "1 link is" if count == 1 else f"{count} links are"
        self.message_user(request, f"{words} checked within the next minutes, one of each site at a time.")

    @admin.display(description="address", ordering="address")
    def where_to(self, link: OutsideLink) -> SafeString:
        return format_html('<a href="{0}" rel="noreferrer" class="long-address">{0}</a>', link.address)

    @admin.display(description="on these pages")
    def used_on(self, link: OutsideLink) -> SafeString:
        articles = list(link.articles.all())
        rows = [(reverse("admin:content_article_change", args=[a.pk]), str(a)) for a in articles[:MOST_PAGES]]
        items = format_html_join(" ", '<li><a href="{}">{}</a></li>', rows)
        more = [f"and {left} more page{pluralize(left)}"] if (left := len(articles) - MOST_PAGES) > 0 else []
        others = format_html_join(" ", "<li>{}</li>", ((words,) for words in (*more, link.elsewhere) if words))
        return format_html('<ul class="plain-list">{} {}</ul>', items, others)

    @admin.display(description="result", ordering="outcome")
    def result(self, link: OutsideLink) -> SafeString:
        label = f"{link.get_outcome_display().capitalize()}."
        if link.outcome == Outcome.FAILS:
            label = "Broken:" if link.is_broken else "Failed once:"
        moved = format_html('Moved for good, to <span class="long-address">{}</span>. ', link.moved_to) if link.moved_to else ""
        checked = f"Checked on {timezone.localtime(link.checked_at):%-d %B}." if link.checked_at else ""
        return format_html("<strong>{}</strong> {} {}{}", label, link.answer, moved, checked)

    @admin.display(description="fails since", ordering="failing_since")
    def since(self, link: OutsideLink) -> str:
        return f"{link.failing_since:%-d %B %Y}" if link.failing_since else ""
