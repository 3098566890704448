"""What every page needs: the clinic, the menu and the crisis block."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from content.models import ClinicDetails, Section, SupportLine


def context(request: HttpRequest) -> dict[str, object]:
    """Give templates the clinic's details, the listed sections and the support lines that show everywhere, each when asked for."""
    return {
        "clinic": SimpleLazyObject(ClinicDetails.load),
        "menu_sections": SimpleLazyObject(lambda: list(Section.objects.listed())),
        "crisis_lines": SimpleLazyObject(lambda: list(SupportLine.objects.filter(everywhere=True))),
    }
