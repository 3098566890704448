"""Pages for machines: health checks, robots.txt and security.txt."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from operations import alerts, health

CLOSED_TO_ROBOTS = ("/admin/", "/accounts/", "/enquire/", "/search/")
UNCONFIRMED_DAYS = 180  # what security.txt says while nobody has set a date; RFC 9116 asks for less than a year


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is alive; it asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say what works, a line each. 503 if this process cannot serve; with `?all`, for a monitor, if anything at all is wrong.

    What fails behind the pages does not take a process out of service: the articles are wanted all the same.
    """
    needed = health.can_serve()
    behind = [] if any(finding.words for finding in needed) else health.works()
    if any(finding.words for finding in behind):
        alerts.tell()  # the worker, which tells of everything else, cannot tell that it stands
    decisive = [*needed, *behind] if "all" in request.GET else needed
    lines = "".join(f"{finding.name}: {'fails' if finding.words else 'ok'}\n" for finding in (*needed, *behind))
    return HttpResponse(lines, status=503 if any(finding.words for finding in decisive) else 200, content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of what is not for reading."""
    rules = "".join(f"Disallow: {path}\n" for path in CLOSED_TO_ROBOTS)
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(f"User-agent: *\n{rules}\nSitemap: {sitemap}\n", content_type="text/plain")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116), until the day that somebody has confirmed."""
    contact = settings.SECURITY_CONTACT or request.build_absolute_uri(reverse("content:contact"))
    expires = settings.SECURITY_TXT_EXPIRES or timezone.localdate() + timedelta(days=UNCONFIRMED_DAYS)
    lines = f"Contact: {contact}\nExpires: {expires}T00:00:00Z\nPreferred-Languages: en\n"
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")
