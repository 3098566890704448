"""What the admin shows where two people's words meet: a change whose page has moved on, and words that come too late."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from content import actions
from content.admin.article_form import RICH_TEXTS
from content.admin.base import ContentAdmin, shown
from content.models import Article, ContentVersion, TherapyProfile

#: A change goes public in the moment of publishing, so a time to come would promise what does not happen.
PUBLICATION = {
    "fields": ("state", "change_note"),
    "description": "Draft: only staff see it. In review: a reviewer is asked to read it. Published: it replaces the page."
    " A change to a public page goes public when you publish it; it cannot be scheduled.",
}


class ProposalAdmin(ContentAdmin):
    """The steps of a change beside its form: proposing it, publishing it, and going on where somebody was quicker."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/propose/", view(require_POST(self.propose)), name="content_article_propose"),
            path("<int:pk>/go-on/", view(require_POST(self.go_on)), name="content_article_go_on"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what an editor typed into what a reviewer has published meanwhile, instead of losing it."""
        if request.method == "POST" and self.has_change_permission(request):
            article = self.get_object(request, unquote(object_id))
            if article is None or not self.has_change_permission(request, article):
                return too_late(request, article, self.admin_site)
        return super().change_view(request, object_id, *args, **kwargs)

    def propose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open a working copy of a published article."""
        article = get_object_or_404(Article, pk=pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            copy = actions.propose_change(article=article, author=request.user)  # type: ignore[arg-type]
        except actions.CannotPropose:
            copy = getattr(article, "revision", article)
        return HttpResponseRedirect(reverse("admin:content_article_change", args=[copy.pk]))

    def publish_change(self, request: HttpRequest, form: forms.ModelForm) -> None:
        """Publish a change that has just been saved, unless it would undo what was changed on its page."""
        try:
            form.instance = actions.publish_change(change=form.instance)
        except actions.PageHasMovedOn:
            words = 'Your change is saved, but not public: its page has changed meanwhile. <a href="{}">Compare the two</a>.'
            address = reverse("admin:content_article_change", args=[form.instance.pk])
            messages.error(request, format_html(words, address))
        else:
            public = form.instance.is_public
            messages.success(
                request, "The change is public now." if public else "The change is in its page, which is not public."
            )

    @transaction.atomic
    def go_on(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a change's words stand where its page has changed too, as the person has seen it."""
        ContentVersion.take_turn()
        change = get_object_or_404(Article.objects.filter(revises__isnull=False).select_related("revises"), pk=pk)
        if not self.has_change_permission(request, change):
            raise PermissionDenied
        if change.revises and request.POST.get("seen") == change.revises.updated_at.isoformat():
            actions.bring_up_to_date(change=change)
            messages.success(request, "This change is up to date with its page now. Nothing is public yet.")
        else:
            messages.error(request, "The page has changed once more. Please compare again.")
        return HttpResponseRedirect(reverse("admin:content_article_change", args=[pk]))


def too_late(request: HttpRequest, article: Article | None, site: AdminSite) -> HttpResponse:
    """Show somebody's words that cannot be saved, since the article was published meanwhile, or is there no more."""
    latest = article and article.history.first()
    context = {
        **site.each_context(request),
        "title": "Your words are not saved yet",
        "opts": Article._meta,
        "article": article,
        "who": (latest and latest.history_user) or "Somebody",
        "words": list(_typed(request)),
    }
    return TemplateResponse(request, "admin/content/article/too_late.html", context, status=403 if article else 404)


def _typed(request: HttpRequest) -> Iterator[tuple[str, SafeString]]:
    """Yield the label and the text of each field of words that was sent, in the order of the form."""
    names = ("title", "short_title", "summary", *RICH_TEXTS, "question", "answer")
    labels = {name: name.replace("_", " ") for name in names}
    labels |= {field.name: str(field.verbose_name) for field in TherapyProfile.profile_fields()}
    for name, text in request.POST.items():
        field = name.rpartition("-")[2]
        if field in labels and str(text).strip():
            rich = field in (*RICH_TEXTS, "answer")
            yield labels[field], shown(str(text)) if rich else format_html("<p>{}</p>", text)
