"""The desk's addresses in the admin. Its pages are its own; nothing of an enquiry goes through the admin's stock forms."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from enquiries.admin.base import ReadOnlyAdmin
from enquiries.desk.admission import may_know
from enquiries.desk.views import enquiry, key, overview
from enquiries.models import Enquiry


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnlyAdmin):
    """Shows the desk to those who may know of enquiries, and to nobody else that there are any."""

    def get_urls(self) -> list[URLPattern]:
        desk = self.admin_site.admin_view
        return [
            path("", desk(overview.list_page), name="enquiries_enquiry_changelist"),
            path("key/", desk(key.key_page), name="enquiries_enquiry_key"),
            path("lock/", desk(key.lock_page), name="enquiries_enquiry_lock"),
            path("access/", desk(overview.access_page), name="enquiries_enquiry_access"),
            path("<str:reference>/", desk(enquiry.enquiry_page), name="enquiries_enquiry_desk"),
            path("<str:reference>/contact/", desk(enquiry.contact_page), name="enquiries_enquiry_contact"),
            path("<str:reference>/export/", desk(enquiry.export_page), name="enquiries_enquiry_export"),
            path("<str:reference>/<str:name>/", desk(enquiry.act_page), name="enquiries_enquiry_act"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_know(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_know(request.user)
