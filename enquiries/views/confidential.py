"""What every page shares on which somebody writes to us or reads our reply."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


class NoFiles(FileUploadHandler):
    """Passes over every file in a request, so that nothing of it is ever written to disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class CsrfCheck(CsrfViewMiddleware):
    """Says what is wrong instead of answering with a page that has lost what was typed."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def confidential(view: View) -> View:
    """Keep what passes through a view out of caches, logs, error reports and files.

    The view is told whether a form lacked the token that matches this browser's security cookie, so that it can answer with
    the form and all that was typed.
    """

    @wraps(view)
    @csrf_exempt  # the check is made here, and answered by the view
    @never_cache
    @sensitive_post_parameters()
    @sensitive_variables()
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest) -> HttpResponse:
        request.upload_handlers = [NoFiles(request)]
        # What these pages say when the database is away needs their frame, from what this process read last.
        request.shows_without_database = True  # type: ignore[attr-defined]
        return view(request, forged=CsrfCheck(view).process_view(request, view, (), {}) is not None)

    return page
