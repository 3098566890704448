"""What every page needs: the clinic, the menu and the support lines; and the glossary, which most pages use."""

from dataclasses import dataclass, field
from typing import Any

from django.db import Error as DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from content.models import ClinicDetails, ContentVersion, GlossaryTerm, Section, SupportLine
from content.prepared import Prepared
from content.share_picture import site_address
from content.together import read_together


@dataclass(frozen=True)
class Site:
    """The small tables as a page shows them. Pages share one: never change what is in it."""

    clinic: ClinicDetails
    sections: list[Section]
    lines: list[SupportLine]
    terms: list[GlossaryTerm]
    kept: dict[object, str] = field(default_factory=dict)  # what the templates rendered; see `content.templatetags.kept`

    @property
    def listed(self) -> list[Section]:
        """The sections that the public browses, in menu order."""
        return [section for section in self.sections if not section.standing]

    @property
    def crisis_lines(self) -> list[SupportLine]:
        """The support lines that show everywhere."""
        return [line for line in self.lines if line.everywhere]


TOKEN = Prepared(lambda: ContentVersion.objects.values_list("token")[:1])
_kept: tuple[str, Site] | None = None  # this process's copy, with the token of the version that it was read at


def site_at(token: str) -> Site:
    """Return the site as it is now, given the current token: at most one query, and none if this process has it already."""
    return _known(token) or _keep(token, read_together(**_tables()))


def site_with(token: str, **querysets: QuerySet[Any]) -> tuple[Site, dict[str, list[Any]]]:
    """Return the site as `site_at()` does, and the rows of these querysets, by one query together."""
    known = _known(token)
    rows = read_together(**querysets, **({} if known else _tables()))
    return known or _keep(token, rows), rows


def _known(token: str) -> Site | None:
    kept = _kept
    return kept[1] if token and kept and kept[0] == token else None


def _keep(token: str, rows: dict[str, list[Any]]) -> Site:
    global _kept  # noqa: PLW0603 - one reference, replaced as a whole, so threads need no lock
    made = Site(
        clinic=rows["clinics"][0] if rows["clinics"] else ClinicDetails(pk=1),
        sections=sorted(rows["sections"], key=lambda section: (section.order, section.title)),
        lines=sorted(rows["lines"], key=lambda line: (line.order, line.name)),
        terms=sorted(rows["terms"], key=lambda term: term.term),
    )
    _kept = (token, made)
    return made


def _tables() -> dict[str, QuerySet[Any]]:
    return {
        "clinics": ClinicDetails.objects.all(),
        "sections": Section.objects.all(),
        "lines": SupportLine.objects.all(),
        "terms": GlossaryTerm.objects.all(),
    }


def site(request: HttpRequest) -> Site:
    """Return the site for this request: one query, and one more after content has changed.

    A view that says on its page that the database is away sets `shows_without_database` on the request, and gets what this
    process read last.
    """
    if not hasattr(request, "_site"):
        try:
            current = site_at((TOKEN.first() or ("",))[0])
        except DatabaseError:
            if not getattr(request, "shows_without_database", False):
                raise
            current = _kept[1] if _kept else Site(clinic=ClinicDetails(pk=1), sections=[], lines=[], terms=[])
        request._site = current  # type: ignore[attr-defined]
    return request._site  # type: ignore[attr-defined]


def use_site(request: HttpRequest, current: Site) -> None:
    """Use this site for the request, whose view has read it, or its token, along with something else."""
    request._site = current  # type: ignore[attr-defined]


def site_root(request: HttpRequest) -> str:
    """Return the site's own address, without a slash at its end."""
    return f"{request.scheme}://{request.get_host()}"


def context(request: HttpRequest) -> dict[str, object]:
    """Give templates the site, and by short names its clinic, menu and crisis lines, each when asked for."""
    return {
        "site_root": SimpleLazyObject(lambda: site_root(request)),
        "site_picture": SimpleLazyObject(lambda: site_address(site(request).clinic.clinic_name)),
        "site": SimpleLazyObject(lambda: site(request)),
        "clinic": SimpleLazyObject(lambda: site(request).clinic),
        "menu_sections": SimpleLazyObject(lambda: site(request).listed),
        "crisis_lines": SimpleLazyObject(lambda: site(request).crisis_lines),
    }
