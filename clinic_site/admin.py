"""The admin site: Django's own, with the clinic's name and a first page that says what needs doing."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from content.catalogue import catalogue
from content.tasks import tasks_for as content_tasks
from enquiries.tasks import tasks_for as enquiry_tasks

#: The rich text editor writes one fixed style sheet into the page; this is its hash.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


class ClinicAdminSite(admin.AdminSite):
    """The stock admin with a to-do list, and with what its editor needs from the content security policy."""

    site_header = "Acquiesce"
    site_title = "Acquiesce"
    index_title = "What needs doing"
    index_template = "admin/index.html"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        wrapped = super().admin_view(view, cacheable)
        return csp_update({"style-src": [SELF, EDITOR_STYLE], "img-src": [SELF]})(wrapped)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the catalogue of components, for every member of staff."""
        return [path("catalogue/", self.admin_view(catalogue), name="catalogue"), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        tasks = [*enquiry_tasks(request.user), *content_tasks(request.user)]
        return super().index(request, {"tasks": tasks, **(extra_context or {})})
