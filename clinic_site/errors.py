"""The pages shown when something is wrong. The last two ask nothing of the database, which may be what failed."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The address leads nowhere."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """The visitor may not do this; also shown when a form's security token is missing."""
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request could not be understood, or is too large; its page is made without it, as it may be what is wrong."""
    if isinstance(exception, RequestDataTooBig):
        return render(None, "413.html", status=413)
    return render(None, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something failed here."""
    return render(None, "500.html", status=500)
