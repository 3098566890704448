"""What every content admin shares."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.forms import Field, ModelForm, Textarea
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media
from simple_history.admin import SimpleHistoryAdmin

from content.admin.changed_fields import ChangedFields
from content.models import Article
from content.richtext import BODY_EXTENSIONS, RichTextField, clean_html, cleaner_for

LINE = 160  # characters: what may be longer would run out of its line, where nobody could read it whole


class Sentence(Textarea):
    """Room to read a long sentence whole while it is written. It stays one line."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 2, "cols": 90, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        value = super().value_from_datadict(data, files, name)
        return " ".join(value.splitlines()) if value else value


#: Room for a sentence in a line, and three lines, not ten, for a few of them. Rich text keeps its editor.
TEXT_FIELDS: dict[type[models.Field], dict[str, Any]] = {
    models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "wide-line"})},
    models.TextField: {"widget": Textarea(attrs={"rows": 3, "cols": 90})},
    models.URLField: {"assume_scheme": "https"},  # as Django 6 does by itself
    RichTextField: {"widget": AdminProseEditorWidget},
}


class ContentForm(ModelForm):
    """A form that restores of an old version only what this person may set: all else stays as the row has it now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and hasattr(self.instance, "_history"):
            self._keep_what_is_not_asked()

    def _keep_what_is_not_asked(self) -> None:
        model = type(self.instance)
        now = model._default_manager.filter(pk=self.instance.pk).first() or model()
        for field in model._meta.concrete_fields:
            if field.name not in self.fields and not field.primary_key:
                setattr(self.instance, field.attname, getattr(now, field.attname))


def shown(markup: str, *tags: str) -> SafeString:
    """Return rich text for looking at, which may have these tags too, cleaned once more, since this is staff's browser."""
    cleaned = clean_html(markup, cleaner_for(BODY_EXTENSIONS, *tags))
    return format_html('<div class="shown ProseMirror">{}</div>', mark_safe(cleaned))  # noqa: S308


def articles_in_the_way(articles: Iterable[Article]) -> list[SafeString]:
    """Return a line with a link for each article that still needs what somebody wants to delete."""
    rows = ((reverse("admin:content_article_change", args=[article.pk]), article) for article in articles)
    return [format_html('Article: <a href="{}">{}</a>', *row) for row in rows]


class ContentAdmin(SimpleHistoryAdmin):
    """An admin page with history, and with the editor's import map allowed by the page's nonce."""

    form = ContentForm
    object_history_template = "admin/content/history.html"
    object_history_form_template = "admin/content/old_version.html"
    history_list_per_page = 50
    save_on_top = True
    formfield_overrides = TEXT_FIELDS

    class Media:
        js = ("js/signed-in.js", "js/content-form.js", "js/from-word.js")

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Field | None:
        if type(db_field) is models.CharField and not db_field.choices and (db_field.max_length or 0) > LINE:
            kwargs["widget"] = Sentence
        if db_field.name == "slug":
            kwargs["label"] = "Address"
            kwargs["error_messages"] = {"invalid": "Use letters, numbers and hyphens only, such as sleep-and-ketamine."}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark the import map of the rich text editor with the nonce of this response."""
        context["media"] = Media.from_media(context["media"], nonce=request.csp_nonce)  # type: ignore[attr-defined]
        return super().render_change_form(request, context, *args, **kwargs)

    def render_history_view(self, request: HttpRequest, template: str, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Mark the import map on the page of an old version too, which has the same editor."""
        if "media" in context:
            context["media"] = Media.from_media(context["media"], nonce=request.csp_nonce)  # type: ignore[attr-defined]
        return super().render_history_view(request, template, context, **kwargs)

    def has_change_history_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever may change the row as it is now may restore it: an old draft of a public page is not a draft."""
        current = obj and self.model._default_manager.filter(pk=obj.pk).first()
        return self.has_change_permission(request, current or obj)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> ChangedFields:
        return ChangedFields(self.model, historical_record)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._refuse_what_is_no_key(object_id)
        return super().history_view(request, object_id, extra_context)

    def _refuse_what_is_no_key(self, object_id: str) -> None:
        """Find nothing where an address has no number, at which the package would fail.

        Raises:
            Http404: it has none.
        """
        try:
            self.model._meta.pk.to_python(unquote(object_id))
        except ValidationError as error:
            raise Http404 from error

    def history_form_view_title(self, request: HttpRequest, obj: models.Model) -> str:
        return f"{obj}, an earlier version"  # “Restore” is on the button

    @transaction.atomic
    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Refuse to restore for those who may only look; the package asks for no more than that."""
        self._refuse_what_is_no_key(object_id)
        if request.method == "POST" and not self.has_change_history_permission(request, self.model(pk=object_id)):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, *args, **kwargs)
