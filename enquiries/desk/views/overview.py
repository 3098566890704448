"""The list of enquiries, and giving access to colleagues."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import pluralize

from enquiries.actions.access import grant, missing
from enquiries.desk import listing
from enquiries.desk.admission import desk_act, desk_page, locked_page, looked_for, render
from enquiries.desk.forms import UnlockForm
from enquiries.models import RecipientKey, Team
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User


@desk_page
def list_page(request: HttpRequest, unlocked: Unlocked | None) -> HttpResponse:
    """Show what waits; when the desk is unlocked, with names, and found by name.

    Words to find come by POST, so that no name is ever in an address.
    """
    user = cast("User", request.user)
    tab = request.GET.get("show", "waiting")
    words = looked_for(request)
    context: dict[str, Any] = {"title": "Enquiries", "tabs": _tabs(user, tab), "unlocked": unlocked, "form": UnlockForm()}
    if words and not unlocked:
        return locked_page(request)
    if words and unlocked:
        return render(request, "list", {**context, "words": words, "rows": listing.find(words, user, unlocked)})
    number = max(1, int(page)) if (page := request.GET.get("page", "1")).isdecimal() and len(page) < 7 else 1
    enquiries, more = listing.page_of(listing.pick(tab, user), number)
    paging = {"number": number, "more": more, "tab": tab}
    newcomers = list(_newcomers(user)) if unlocked and number == 1 else []
    context |= {
        "rows": listing.rows(enquiries, unlocked),
        "newcomers": newcomers,
        "teamless": not enquiries and _teamless(user),
    }
    return render(request, "list", {**context, **paging})


@desk_act
def access_page(request: HttpRequest, unlocked: Unlocked | None) -> HttpResponse:
    """Give a colleague who has joined a team the enquiries that this desk can open."""
    if not unlocked:
        return locked_page(request)
    team = get_object_or_404(Team.objects.of(unlocked.user), pk=_number(request, "team"))
    key = get_object_or_404(RecipientKey.objects.usable().staff(), pk=_number(request, "key"))
    given = grant(team=team, to=key, by=unlocked)
    messages.success(request, f"{key.user} can read {given} more enquir{pluralize(given, 'y,ies')} of {team}.")
    return redirect("admin:enquiries_enquiry_changelist")


def _teamless(user: "User") -> bool:
    """Say whether nothing can reach a person because they are in no team. Who oversees the desk sees every team's."""
    return not user.has_perm("enquiries.oversee_desk") and not Team.objects.of(user).exists()


def _tabs(user: "User", current: str) -> Iterator[dict[str, Any]]:
    for tab in listing.TABS:
        count = listing.pick(tab.name, user).count() if tab.counted else None
        yield {"name": tab.name, "label": tab.label, "count": count, "current": tab.name == current}


def _newcomers(user: "User") -> Iterator[dict[str, Any]]:
    """Yield who lacks enquiries of this person's teams, this person included."""
    for team in Team.objects.of(user):
        for key, count in missing(team):
            yield {"team": team, "key": key, "count": count, "self": key.user_id == user.pk}


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    if not (value.isdecimal() and len(value) < 19):
        raise Http404
    return int(value)
