"""The history of an article's parts (therapy profile, questions, sources), beside that of the article itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.timezone import localtime

from content import actions
from content.admin.base import ContentAdmin, shown
from content.admin.changed_fields import ChangedFields
from content.admin.inward import Refusal
from content.models import Article, Citation, Faq, TherapyProfile
from content.richtext import RichTextField

PARTS: dict[str, Any] = {"therapyprofile": TherapyProfile, "faq": Faq, "citation": Citation}
KINDS = {"+": "added", "~": "changed", "-": "removed"}


@dataclass(frozen=True)
class PartChange:
    """A line in the history of one part. `fields` has the name, the old and the new text of each field that changed."""

    version: Any
    fields: list[dict[str, str]]

    @property
    def label(self) -> str:
        """Which part it is."""
        return label_of(self.version)

    @property
    def kind(self) -> str:
        """What became of the part."""
        return KINDS[self.version.history_type]

    @property
    def address(self) -> str:
        """Where the part can be seen as this change left it, or as it was before it went."""
        model = self.version.instance_type._meta.model_name
        return reverse("admin:content_article_part", args=[self.version.article_id, model, self.version.history_id])


def label_of(version: Any) -> str:
    """Return the kind of a part, and what tells it from others of its kind. A profile is the only one of its article."""
    kind = capfirst(version.instance_type._meta.verbose_name)
    name = _source(version) if version.instance_type is Citation else getattr(version, "question", "")
    return f"{kind}: {name}" if name else kind


def _source(version: Any) -> str:
    return str(version.source or "a source that is gone")


def changes_of(article: Article) -> list[PartChange]:
    """Return every change to the parts of an article, the newest first."""
    changes = [change for model in PARTS.values() for change in _changes(model, article)]
    return sorted(changes, key=lambda change: (change.version.history_date, change.version.history_id), reverse=True)


def _changes(model: Any, article: Article) -> Iterator[PartChange]:
    """Compare each version of a part with the one before. A save that changed nothing is no change."""
    last: dict[Any, Any] = {}
    for version in _versions(model, article).order_by("history_date", "history_id"):
        key = getattr(version, model._meta.pk.attname)
        before, last[key] = last.get(key), version
        changed = version.history_type == "~" and before
        fields = _differences(model, before, version) if changed else []
        if fields or not changed:
            yield PartChange(version, fields)


def _versions(model: Any, article: Article) -> Any:
    return model.history.filter(article_id=article.pk).select_related(
        "history_user", *(["source"] if model is Citation else [])
    )


def _differences(model: type[Model], before: Any, after: Any) -> list[dict[str, str]]:
    delta = after.diff_against(before, foreign_keys_are_objs=True)
    return ChangedFields(model, after).context_for_delta_changes(delta)


class PartHistoryAdmin(ContentAdmin):
    """The history of an article tells of its parts too. Whoever may change them in the article's form may restore them."""

    object_history_template = "admin/content/article/history.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.part_version)
        return [path("<int:pk>/parts/<slug:name>/<int:version>/", view, name="content_article_part"), *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        article = self.get_object(request, unquote(object_id))
        changes = changes_of(article) if article else []
        parts = Paginator(changes, self.history_list_per_page).get_page(request.GET.get("parts"))
        return super().history_view(request, object_id, {"parts": parts, **(extra_context or {})})

    def part_version(self, request: HttpRequest, pk: int, name: str, version: int) -> HttpResponse:
        """Show a part as it was, and restore it when asked to."""
        article = get_object_or_404(Article, pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        if name not in PARTS:
            raise Http404
        found = get_object_or_404(_versions(PARTS[name], article), history_id=version)
        may_restore = self._may_restore(request, article, PARTS[name])
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            return self._restore(request, article, found)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{label_of(found)}, as of {localtime(found.history_date):%-d %B %Y}",
            "opts": self.opts,
            "article": article,
            "fields": _fields(found),
            "may_restore": may_restore,
        }
        return TemplateResponse(request, "admin/content/article/part.html", context)

    def _may_restore(self, request: HttpRequest, article: Article, model: type[Model]) -> bool:
        return self.has_change_permission(request, article) and any(
            inline.has_change_permission(request, article) and inline.has_add_permission(request, article)
            for inline in self.get_inline_instances(request, article)
            if inline.model is model
        )

    def _restore(self, request: HttpRequest, article: Article, version: Any) -> HttpResponse:
        try:
            _refuse(article, version)
            actions.restore_part(version=version)
        except ValidationError as error:
            messages.error(request, "Not restored. " + " ".join(error.messages))
        else:
            self.log_change(request, article, f"Restored an earlier version. {label_of(version)}")
            messages.success(request, "Restored.")
        return HttpResponseRedirect(reverse("admin:content_article_history", args=[article.pk]))


def _refuse(article: Article, version: Any) -> None:
    """Refuse what the article's form would not offer, or would refuse for its links.

    Raises:
        ValidationError: if the source is gone, or a link of a page that is to be public leads nowhere.
    """
    if version.instance_type is Citation and version.source is None:
        raise ValidationError("This source is gone.")
    refusal = Refusal(article, {"state": article.state, "publish_at": article.publish_at})
    words = refusal.words(getattr(version, "answer", ""))
    if words:
        raise ValidationError(words)


def _fields(version: Any) -> list[tuple[str, Any]]:
    """Return the name and the whole text of each field of a part, as it was."""
    fields = [field for field in version.instance_type._meta.concrete_fields if field.name not in ("id", "article")]
    return [(capfirst(field.verbose_name), _text(version, field)) for field in fields]


def _text(version: Any, field: Any) -> Any:
    if field.is_relation:
        return _source(version)
    value = getattr(version, field.name)
    return shown(value) if isinstance(field, RichTextField) else value
