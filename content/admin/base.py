"""What every content admin shares."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import Textarea
from django.http import HttpRequest, HttpResponse
from js_asset import Media
from simple_history.admin import SimpleHistoryAdmin


class ContentAdmin(SimpleHistoryAdmin):
    """An admin page with history, and with the editor's import map allowed by the page's nonce."""

    history_list_per_page = 50
    save_on_top = True

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark the import map of the rich text editor with the nonce of this response."""
        context["media"] = Media.from_media(context["media"], nonce=request.csp_nonce)  # type: ignore[attr-defined]
        return super().render_change_form(request, context, *args, **kwargs)


class CompactTextMixin(admin.options.BaseModelAdmin):
    """Gives long plain text a field of three lines instead of ten."""

    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 3, "cols": 90})}}  # noqa: RUF012 - Django's own form
