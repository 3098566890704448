"""The parts of the site in the admin."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest

from content.admin.base import ContentAdmin
from content.admin.inward import LED_TO
from content.models import Redirect, Section


@admin.register(Section)
class SectionAdmin(ContentAdmin):
    list_display = ("title", "menu_title", "address", "order", "standing")
    prepopulated_fields = {"slug": ("menu_title",)}
    fieldsets = (
        (None, {"fields": ("title", "menu_title", "slug", "order")}),
        ("What readers see", {"fields": ("summary", "introduction", "drawing")}),
        ("For pages of their own", {"fields": ("standing",), "classes": ("collapse",)}),
    )

    @admin.display(ordering="slug")
    def address(self, section: Section) -> str:
        return section.slug


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    """Made by the site itself when an address changes; looked at, and deleted when nobody needs it any more."""

    intro = "Addresses that pages had before. They are made by themselves when a page moves, so that old links lead on."
    list_display = ("old_address", "article", "section", "since")
    list_select_related = ("article", "section")
    search_fields = ("old_path",)

    @admin.display(description="old address", ordering="old_path")
    def old_address(self, redirect: Redirect) -> str:
        return redirect.old_path

    @admin.display(ordering="created_at")
    def since(self, redirect: Redirect) -> datetime:
        return redirect.created_at

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Redirect | None = None) -> bool:
        """Keep the addresses that the site's own templates lead to."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.old_path not in LED_TO)

    def has_change_permission(self, request: object, obj: Redirect | None = None) -> bool:
        return False
