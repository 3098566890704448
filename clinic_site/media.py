"""Serves uploaded pictures when no web server in front does."""

import mimetypes

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.static import serve

from content.models import Picture

YEAR = 60 * 60 * 24 * 365

mimetypes.add_type("image/avif", ".avif")  # Python 3.11 leaves WebP to the machine's own list, which may not have it
mimetypes.add_type("image/webp", ".webp")


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file. A name is never given out twice, so browsers may keep it.

    A file that was replaced leads to the present one: pages that are open or kept by a network still ask for the old.
    """
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except Http404:
        picture = Picture.objects.shown_in(path).first()
        if picture is None or picture.address == request.path:
            raise
        return HttpResponseRedirect(picture.address)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
