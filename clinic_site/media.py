"""Serves uploaded pictures when no web server in front does, out of the folder or the bucket that they lie in."""

import mimetypes

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
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
        response = _found(request, path)
    except Http404:
        picture = Picture.objects.shown_in(path).first()
        if picture is None or picture.address == request.path:
            raise
        return HttpResponseRedirect(picture.address)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _found(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return the file.

    Raises:
        Http404: there is none of this name.
    """
    if isinstance(default_storage, FileSystemStorage):
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    try:
        return FileResponse(default_storage.open(path))
    except (FileNotFoundError, ValueError) as error:  # a name that no file can have is a ValueError of the client's
        raise Http404 from error
