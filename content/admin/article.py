"""Articles in the admin: writing, review, publication, preview and history."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import pluralize
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from content import actions
from content.admin.article_form import RICH_TEXTS, ArticleForm
from content.admin.article_parts import ChangeNoteInline, CitationInline, FaqInline, ProfileInline
from content.admin.base import shown
from content.admin.comparison import changes, differences
from content.admin.inward import tell_of_links_left_behind
from content.admin.part_history import PartHistoryAdmin
from content.admin.proposal import PUBLICATION, ProposalAdmin
from content.admin.reading import health_of
from content.admin.review import CHANGED_SINCE_REVIEW, ReviewFilter, standing
from content.admin.stale import stale_list
from content.engines import ENGINES
from content.models import Article, TherapyProfile
from content.quality.report import Checker
from content.query import MAX_LENGTH, MAX_WORDS, STOP_WORDS, WORD
from content.views import article_preview

TEXT_FIELDSET = (*RICH_TEXTS, "support_lines", "is_medical")


@admin.register(Article)
class ArticleAdmin(ProposalAdmin, PartHistoryAdmin):
    form = ArticleForm
    change_form_template = "admin/content/article/change_form.html"
    list_display = ("name", "state", "section", "review", "publish_at", "saved")
    list_per_page = 50
    ordering = ("-updated_at",)  # along an index, as the order of the public's lists is not
    show_full_result_count = False
    list_filter = ("state", "section", ReviewFilter)
    list_select_related = ("section",)
    search_fields = ("title", "short_title")  # where what is typed has no word that the index knows; see below
    autocomplete_fields = ("related", "picture")
    filter_horizontal = ("support_lines",)
    view_on_site = False  # the page's own link shows only while it is public
    fieldsets = (
        (None, {"fields": ("title", "short_title", "section", "slug", "summary")}),
        ("Text", {"fields": TEXT_FIELDSET}),
        ("Around the text", {"fields": ("drawing", "picture", "related", "order")}),
        (
            "Publication",
            {
                "fields": ("state", "publish_at", "change_note"),
                "description": "Draft: only staff see it. In review: a reviewer is asked to read it."
                " Published: public from its publish time on.",
            },
        ),
        (
            "Clinical review",
            {
                "fields": ("last_reviewed", "next_review_due", "reviewer_role"),
                "description": "For the clinician who has read and approved the page. Readers see the role and the dates.",
            },
        ),
    )

    # --- Who may do what ---

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """A published article changes only in the hands of those who may publish; others propose a change."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.state != Article.State.PUBLISHED or self._may(request, "publish"))

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Whoever may not change a page may not delete it, such as one that is to go public.

        A page that has been public is taken back to draft instead, so that its history and address stay known.
        """
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or (not obj.was_public and self.has_change_permission(request, obj)))

    def _may(self, request: HttpRequest, what: str) -> bool:
        return request.user.has_perm(f"content.{what}_article")

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Show texts instead of their markup to those who may only look, and offer no publish time for a proposed change."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj and obj.revises_id:
            fieldsets = [(title, PUBLICATION if title == "Publication" else options) for title, options in fieldsets]
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        shown = tuple(f"{name}_shown" if name in RICH_TEXTS else name for name in TEXT_FIELDSET)
        return [(title, {**options, "fields": shown}) if title == "Text" else (title, options) for title, options in fieldsets]

    @admin.display(description="body")
    def body_shown(self, article: Article) -> SafeString:
        return shown(article.body)

    @admin.display(description="urgent help")
    def urgent_help_shown(self, article: Article) -> SafeString:
        return shown(article.urgent_help)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        """Look for words by their beginnings in the site's own index: every text of every article would take seconds.

        Whoever types a title finds its page first. Whoever pastes an address or types a section's name finds what is there.
        """
        words = [word for word in WORD.findall(search_term.lower()[:MAX_LENGTH]) if word not in STOP_WORDS]
        if not words:
            return super().get_search_results(request, queryset, search_term)
        known = ENGINES[connection.vendor].known(words[:MAX_WORDS])
        if not known:
            place = search_term.strip().rstrip("/").rpartition("/")[2]
            return queryset.filter(Q(slug__icontains=place) | Q(section__menu_title__icontains=place)), False
        found = queryset.filter(pk__in=known)
        elsewhere = Case(When(title__icontains=" ".join(search_term.split()), then=0), default=1)
        return found.order_by(elsewhere, *found.query.order_by), False

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> tuple[str, ...]:
        readonly: tuple[str, ...] = ("body_shown", "urgent_help_shown")
        if not self._may(request, "publish"):
            readonly += ("publish_at",)
        if not self._may(request, "review"):
            readonly += ("last_reviewed", "next_review_due", "reviewer_role")
        if obj and obj.revises_id:
            readonly += ("section", "slug", "order")
        return readonly

    def get_prepopulated_fields(self, request: HttpRequest, obj: Article | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("title",)}

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "state" and not self._may(request, "publish"):
            kwargs["choices"] = [choice for choice in Article.State.choices if choice[0] != Article.State.PUBLISHED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    # --- The form and what follows from saving it ---

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        """Ask for a profile beside a new article, one that ever had a profile, and one in a section that has therapies."""
        profile = [ProfileInline] if obj is None or _may_be_therapy(obj) else []
        notes = [ChangeNoteInline] if obj and obj.was_public else []
        return [*profile, FaqInline, CitationInline, *notes]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Add what is known of its links and its readers, and say of a form that was refused what the article still is."""
        article = context["original"]
        if article and request.method == "POST":
            article = Article.objects.select_related("section", "revises").get(pk=article.pk)
        compared = {"changes": changes(article), "differences": differences(article)}
        more = {**health_of(request, article), **compared, "original": article}
        return super().render_change_form(request, {**context, **more}, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Article, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.author = request.user  # type: ignore[assignment]
        obj._change_reason = form.cleaned_data.get("change_note") or None  # type: ignore[attr-defined]
        if obj.revises_id and obj.state == Article.State.PUBLISHED:
            obj.state = Article.State.IN_REVIEW  # a copy is never public; publishing it moves it onto its page
            form.publish_change = True  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        actions.tell_readers(article=obj, note=form.cleaned_data.get("change_note"))

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        article = form.instance
        before = actions.words_of(article)
        super().save_related(request, form, formsets, change)
        actions.cite_sources(article)
        actions.keep_review_true(article=article, before=before, approved=self._approves(request, form))
        if getattr(form, "publish_change", False):
            self.publish_change(request, form)
        if form.instance.changed_since_review:
            messages.warning(request, CHANGED_SINCE_REVIEW)

    def _approves(self, request: HttpRequest, form: forms.ModelForm) -> bool:
        """Whether this save records a review: its day is new, or today."""
        day = form.instance.last_reviewed
        is_new = "last_reviewed" in form.changed_data or day == timezone.localdate()
        return self._may(request, "review") and day is not None and is_new

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        page = Article.objects.with_page().filter(pk=obj.pk).first()
        if page is None:  # a published change: its working copy is gone
            return HttpResponseRedirect(reverse("admin:content_article_changelist"))
        self._report(request, page)
        return super().response_change(request, obj)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        self._report(request, Article.objects.with_page().get(pk=obj.pk))
        return super().response_add(request, obj, post_url_continue)

    def _report(self, request: HttpRequest, article: Article) -> None:
        """Tell the editor what the content check found."""
        tell_of_links_left_behind(request, article)
        report = Checker().report(article)
        if report.problems:
            items = format_html_join("", "<li>{}</li>", ((str(problem),) for problem in report.problems))
            age, words = report.readability.reading_age, report.readability.words
            figures = f"Reading age {age}, {words} word{pluralize(words)}. Worth a second look:"
            messages.warning(request, format_html_join("", "{}<ul>{}</ul>", [(figures, items)]))

    # --- Pages beside the form ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", view(self.preview), name="content_article_preview"),
            path("stale/", view(lambda request: stale_list(request, self.admin_site)), name="content_article_stale"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page exactly as the public will see it, whatever its state."""
        article = get_object_or_404(Article.objects.with_page(), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article_preview(request, article)

    @admin.display(description="title", ordering="title")
    def name(self, article: Article) -> str:
        return str(article)  # which tells a proposed change from its page

    @admin.display(description="last saved", ordering="updated_at")
    def saved(self, article: Article) -> datetime:
        return article.updated_at

    @admin.display(description="clinical review", ordering="next_review_due")
    def review(self, article: Article) -> str:
        return standing(article)


def _may_be_therapy(article: Article) -> bool:
    had_profile = TherapyProfile.history.filter(article_id=article.pk).exists()
    return had_profile or Article.objects.filter(section=article.section_id).therapies().exists()
