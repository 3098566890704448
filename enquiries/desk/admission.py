"""Who is admitted to the desk, and how it is unlocked: in place, on whatever page it was found locked."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from enquiries.desk import session
from enquiries.desk.forms import UnlockForm
from enquiries.desk.passphrase import open_desk
from enquiries.models import Enquiry, RecipientKey
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User

#: Fields of a form that are not carried through the unlocking of the desk.
OWN_FIELDS = {"csrfmiddlewaretoken", "passphrase"}

View = Callable[..., HttpResponse]


def may_know(user: "User | AnonymousUser") -> bool:
    """Say whether a person may know that enquiries exist."""
    return user.has_perm("enquiries.work_desk") or user.has_perm("enquiries.oversee_desk")


def desk_page(view: View) -> View:
    """Admit only those who may know of enquiries, and give the view their unlocked desk, or nothing if it is locked.

    A passphrase that comes along unlocks it first, so that words typed while it locked itself are not lost: the locked page
    carries them, and the view gets them as if nothing had happened.
    """

    @wraps(view)
    @sensitive_variables()
    @sensitive_post_parameters()
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_know(request.user):
            raise PermissionDenied
        unlocked = session.resume(request)
        if unlocked or "passphrase" not in request.POST:
            return view(request, unlocked, *args, **kwargs)
        form = UnlockForm(request.POST)
        unlocked = _try(form, cast("User", request.user))
        if not unlocked:
            return locked_page(request, form=form)
        if carried(request):
            response = view(request, unlocked, *args, **kwargs)
        else:
            response = HttpResponseRedirect(request.get_full_path())
        session.give(response, session.start(unlocked))
        return response

    return page


def render(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
    """Return a page of the desk in the admin's frame."""
    shared = {**admin.site.each_context(request), "has_key": has_key(cast("User", request.user))}
    return TemplateResponse(request, f"admin/enquiries/desk/{name}.html", {**shared, **context}, status=status)


def locked_page(
    request: HttpRequest, *, enquiry: Enquiry | None = None, form: UnlockForm | None = None, why: str = ""
) -> HttpResponse:
    """Return the page that asks for the passphrase. It shows clocks at most, and carries what was being sent."""
    context = {"title": "The desk is locked", "enquiry": enquiry, "why": why, "carried": carried(request)}
    status = 403 if request.method == "POST" else 200
    return render(request, "locked", {**context, "form": form or UnlockForm()}, status=status)


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form was sending when it found the desk locked."""
    return [(name, value) for name, values in request.POST.lists() if name not in OWN_FIELDS for value in values]


def has_key(user: "User") -> bool:
    """Say whether a person has chosen a desk passphrase."""
    return RecipientKey.objects.filter(user=user, state=RecipientKey.State.ACTIVE).exists()


def _try(form: UnlockForm, user: "User") -> Unlocked | None:
    if not form.is_valid():
        return None
    try:
        return open_desk(user, form.cleaned_data["passphrase"])
    except ValidationError as error:
        form.add_error("passphrase", error)
        return None
