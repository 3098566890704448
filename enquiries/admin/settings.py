"""Working hours and retention in the admin: one row."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from enquiries.models import DeskSettings


@admin.register(DeskSettings)
class DeskSettingsAdmin(admin.ModelAdmin):
    """Goes straight to the one row."""

    fieldsets = (
        ("Working hours", {"fields": (("opens", "closes"), "saturdays", "sundays")}),
        ("How long enquiries are kept", {"fields": ("keep_closed_days", "keep_spam_days", "quiet_days")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row, _ = DeskSettings.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:enquiries_desksettings_change", args=[row.pk]))
