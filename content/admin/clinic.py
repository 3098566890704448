"""The clinic's own details in the admin: one row, which says what is still missing."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from content.admin.base import ContentAdmin
from content.models import ClinicDetails


@admin.register(ClinicDetails)
class ClinicDetailsAdmin(ContentAdmin):
    fieldsets = (
        ("Who we are", {"fields": ("clinic_name", "legal_name", "regulator")}),
        ("How to reach us", {"fields": ("address", "phone", "email", "opening_hours")}),
        (
            "What people ask",
            {
                "fields": ("fees", "age_limit", "referral_rule", "reply_times"),
                "description": "Each shows on the pages that ask for it. An empty one is left out of every page.",
            },
        ),
        ("Privacy", {"fields": ("legal_basis", "dp_contact", "enquiry_retention", "records_retention", "complaints")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ClinicDetails.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: ClinicDetails | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is only one row: go straight to it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        clinic, _ = ClinicDetails.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:content_clinicdetails_change", args=[clinic.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        missing = ClinicDetails.load().missing()
        if missing and request.method == "GET":
            messages.warning(request, f"Left out of the site because they are empty: {', '.join(missing)}.")
        return super().change_view(request, object_id, form_url, extra_context)
