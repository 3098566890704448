"""The admin site: Django's own, with the clinic's name and a first page that says what needs doing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from content.catalogue import catalogue
from content.tasks import tasks_for as content_tasks
from enquiries.tasks import tasks_for as enquiry_tasks
from operations.health import troubles
from operations.tasks import tasks_for as operations_tasks
from staff import second_step

#: The rich text editor writes one fixed style sheet into the page; this is its hash. Its icons are a font.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


class ClinicAdminSite(admin.AdminSite):
    """The stock admin with a to-do list, and with what its editor needs from the content security policy."""

    site_header = "Acquiesce"
    site_title = "Acquiesce"
    index_title = "What needs doing"
    index_template = "admin/index.html"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        wrapped = super().admin_view(_asked_first(view), cacheable)
        return csp_update({"style-src": [SELF, EDITOR_STYLE], "font-src": [SELF]})(wrapped)

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in who has signed in with both steps. Asked before every page of the admin."""
        return super().has_permission(request) and not second_step.is_overdue(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the one page where people sign in, or where they set up the step that they lack."""
        if request.user.is_authenticated and second_step.is_overdue(request):
            return redirect("mfa_index")
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Lead to the page that also tells the person by mail."""
        return redirect("account_change_password")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        put_off = request.user.is_authenticated and second_step.is_missing(request)
        return {**super().each_context(request), "second_step_put_off": put_off}

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the catalogue of components, for every member of staff."""
        return [path("catalogue/", self.admin_view(catalogue), name="catalogue"), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        tasks = [*enquiry_tasks(request.user), *content_tasks(request.user), *operations_tasks(request.user)]
        watches = request.user.has_perm("enquiries.oversee_desk")
        health_words = [trouble.words for trouble in troubles()] if watches else []
        return super().index(request, {"tasks": tasks, "troubles": health_words, "watches": watches, **(extra_context or {})})


def _asked_first(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse whoever may do nothing with a model before a row of it is looked for, and whoever looks by a pattern.

    Django's page of a row's history looks first, and so would tell everybody who works here which rows there are. Patterns are
    matched by Python on SQLite: one that tries every way to split a word would stop the whole process, readers included.
    """
    model_admin = getattr(view, "__self__", None)
    if not isinstance(model_admin, admin.ModelAdmin):
        return view

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not any(model_admin.get_model_perms(request).values()):
            raise PermissionDenied
        if any(name.endswith("regex") for name in request.GET):
            raise BadRequest("The lists of the admin are not narrowed by patterns.")
        return view(request, *args, **kwargs)

    return asked
