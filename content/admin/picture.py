"""Pictures in the admin, and the small window in which the editor picks one."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from content.admin.base import TEXT_FIELDS, ContentAdmin, ContentForm, articles_in_the_way
from content.models import Article, Picture

# Without a length: the file is renamed anyway, so the name that it has on somebody's computer may be as long as it likes.
UPLOAD = {"widget": AdminFileWidget(attrs={"accept": "image/jpeg,image/png,image/webp"}), "max_length": None}


class PictureForm(ContentForm):
    """A picture, whose file has to be chosen again when another field was refused: browsers keep no file in a form."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors and self.files.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose this file again, please. Your browser does not keep it while you mend the rest.")


@admin.register(Picture)
class PictureAdmin(ContentAdmin):
    form = PictureForm
    formfield_overrides = {**TEXT_FIELDS, models.FileField: UPLOAD}
    list_display = ("thumbnail", "title", "alt", "decorative", "width", "height")
    list_display_links = ("thumbnail", "title")
    search_fields = ("title", "alt")
    readonly_fields = ("thumbnail",)
    fields = ("title", "file", "thumbnail", "alt", "decorative")

    @admin.display(description="picture")
    def thumbnail(self, picture: Picture) -> str:
        if not picture.file or picture.has_upload():
            return ""
        return format_html('<img src="{}" alt="" class="thumbnail">', picture.thumbnail)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Keep a picture that a text shows, which would be left with a gap."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)
        shown = Q(pk__in=[])
        for picture in objs:
            shown |= Q(body__contains=f"pictures/{picture.key}/")
        return listed, counts, needed, [*protected, *articles_in_the_way(Article.objects.filter(shown))]

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
