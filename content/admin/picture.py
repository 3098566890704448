"""Pictures in the admin, and the small window in which the editor picks one."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from content.admin.base import ContentAdmin
from content.models import Picture


@admin.register(Picture)
class PictureAdmin(ContentAdmin):
    list_display = ("thumbnail", "title", "alt", "decorative", "width", "height")
    list_display_links = ("thumbnail", "title")
    search_fields = ("title", "alt")
    readonly_fields = ("thumbnail",)
    fields = ("title", "file", "thumbnail", "alt", "decorative")

    @admin.display(description="picture")
    def thumbnail(self, picture: Picture) -> str:
        if not picture.file:
            return ""
        return format_html('<img src="{}" alt="" class="thumbnail">', picture.file.url)

    def get_urls(self) -> list[URLPattern]:
        return [path("pick/", self.admin_site.admin_view(self.pick), name="content_picture_pick"), *super().get_urls()]

    def pick(self, request: HttpRequest) -> HttpResponse:
        """Show every picture; a click hands its address and description to the editor that opened this window."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Choose a picture",
            "pictures": Picture.objects.all(),
            "is_popup": True,
        }
        return TemplateResponse(request, "admin/content/picture/pick.html", context)
