"""Serves uploaded pictures when no web server in front does."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.static import serve

YEAR = 60 * 60 * 24 * 365


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file; Django's storage never gives a name out twice, so browsers may keep it."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
