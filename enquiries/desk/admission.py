"""Who is admitted to the desk, and how it is unlocked: in place, on whatever page it was found locked."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from enquiries.desk import session
from enquiries.desk.begun import carried, written
from enquiries.desk.forms import UnlockForm
from enquiries.desk.passphrase import open_desk
from enquiries.models import Enquiry, RecipientKey
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User

View = Callable[..., HttpResponse]


def may_know(user: "User | AnonymousUser") -> bool:
    """Say whether a person may know that enquiries exist."""
    return user.has_perm("enquiries.work_desk") or user.has_perm("enquiries.oversee_desk")


def desk_page(view: View) -> View:
    """Admit only those who may know of enquiries, and give the view their unlocked desk, or nothing if it is locked.

    A passphrase that comes along unlocks it first. For what changes something there is `desk_act`.
    """

    @wraps(view)
    @sensitive_variables()
    @sensitive_post_parameters()
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unlocked = _admit(request)
        if unlocked or "passphrase" not in request.POST:
            return view(request, unlocked, *args, **kwargs)
        form = UnlockForm(request.POST)
        unlocked = _try(form, cast("User", request.user))
        if not unlocked:
            return locked_page(request, form=form)
        token = session.start(unlocked)
        if carried(request) or looked_for(request):
            response = view(request, unlocked, *args, **kwargs)
        else:
            response = HttpResponseRedirect(request.get_full_path())
        session.give(response, token)
        return response

    return page


def desk_act(view: View) -> View:
    """Admit as `desk_page` does, to what is only done by a press: no passphrase that comes along does it.

    Whoever arrives by the address alone, as after signing in again, is led to the page where the act is offered.
    """

    @wraps(view)
    @sensitive_variables()
    @sensitive_post_parameters()
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unlocked = _admit(request)
        if request.method != "POST":
            return HttpResponseRedirect(_offered_at(request))
        return view(request, unlocked, *args, **kwargs)

    return page


def render(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
    """Return a page of the desk in the admin's frame."""
    shared = {**admin.site.each_context(request), "has_key": has_key(cast("User", request.user))}
    return TemplateResponse(request, f"admin/enquiries/desk/{name}.html", {**shared, **context}, status=status)


def locked_page(
    request: HttpRequest, *, enquiry: Enquiry | None = None, form: UnlockForm | None = None, why: str = ""
) -> HttpResponse:
    """Return the page that asks for the passphrase. It shows clocks at most, and carries the words that came along.

    Where no passphrase helps, it says why, and gives those words back to who wrote them.
    """
    find, action = looked_for(request), _offered_at(request)
    context = {
        "title": "You cannot read this enquiry" if why else "The desk is locked",
        "enquiry": enquiry,
        "why": why,
        "form": form or UnlockForm(),
        "action": action,
        "pressed": request.get_full_path() != action,
        "carried": [("find", find)] if find else carried(request),
        "find": find,
        "words": written(request) if why else {},
    }
    return render(request, "locked", context, status=403 if request.method == "POST" else 200)


def looked_for(request: HttpRequest) -> str:
    """Return the words that somebody looks for in the list."""
    return request.POST.get("find", "").strip()


def has_key(user: "User") -> bool:
    """Say whether a person has chosen a desk passphrase."""
    return RecipientKey.objects.filter(user=user, state=RecipientKey.State.ACTIVE).exists()


def _admit(request: HttpRequest) -> Unlocked | None:
    if not may_know(request.user):
        raise PermissionDenied
    return session.resume(request)


def _offered_at(request: HttpRequest) -> str:
    """Return the address of the page that offers what is asked for: the enquiry's, or the list."""
    reference = request.resolver_match.kwargs.get("reference") if request.resolver_match else None
    page = "admin:enquiries_enquiry_desk" if reference else "admin:enquiries_enquiry_changelist"
    address = reverse(page, args=[reference] if reference else [])
    return request.get_full_path() if request.path == address else address


def _try(form: UnlockForm, user: "User") -> Unlocked | None:
    if not form.is_valid():
        return None
    try:
        return open_desk(user, form.cleaned_data["passphrase"])
    except ValidationError as error:
        form.add_error("passphrase", error)
        return None
