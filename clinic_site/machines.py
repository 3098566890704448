"""Pages for machines: health checks, robots.txt and security.txt."""

from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

CLOSED_TO_ROBOTS = ("/admin/", "/accounts/", "/enquire/", "/search/")
SECURITY_TXT_DAYS = 180  # RFC 9116 asks for less than a year


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is alive; it asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the process can serve: 200 if the database answers, 503 if not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:  # an idle connection that broke is an InterfaceError, which is no DatabaseError
        return HttpResponse("database unavailable", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of what is not for reading."""
    rules = "".join(f"Disallow: {path}\n" for path in CLOSED_TO_ROBOTS)
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(f"User-agent: *\n{rules}\nSitemap: {sitemap}\n", content_type="text/plain")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116)."""
    contact = settings.SECURITY_CONTACT or request.build_absolute_uri(reverse("content:contact"))
    expires = (timezone.now() + timedelta(days=SECURITY_TXT_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    return HttpResponse(f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n", content_type="text/plain")
