"""What every page needs: the clinic, the menu and the crisis block."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from content.models import ClinicDetails, Section, SupportLine
from content.share_picture import site_address


def clinic_details(request: HttpRequest) -> ClinicDetails:
    """Return the clinic's details, read once for each request."""
    if not hasattr(request, "_clinic_details"):
        request._clinic_details = ClinicDetails.load()  # type: ignore[attr-defined]
    return request._clinic_details  # type: ignore[attr-defined]


def site_root(request: HttpRequest) -> str:
    """Return the site's own address, without a slash at its end."""
    return f"{request.scheme}://{request.get_host()}"


def context(request: HttpRequest) -> dict[str, object]:
    """Give templates the clinic, the listed sections and the support lines that show everywhere, each when asked for."""
    return {
        "site_root": SimpleLazyObject(lambda: site_root(request)),
        "site_picture": SimpleLazyObject(lambda: site_address(clinic_details(request).clinic_name)),
        "clinic": SimpleLazyObject(lambda: clinic_details(request)),
        "menu_sections": SimpleLazyObject(lambda: list(Section.objects.listed())),
        "crisis_lines": SimpleLazyObject(lambda: list(SupportLine.objects.filter(everywhere=True))),
    }
