"""Choosing a desk passphrase, changing it, and locking the desk."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from enquiries.actions.access import change_passphrase, make_staff_key
from enquiries.desk import session
from enquiries.desk.admission import desk_act, desk_page, has_key, render
from enquiries.desk.forms import ChangePassphraseForm, NewKeyForm, PassphraseForm
from enquiries.vault import Unlocked

if TYPE_CHECKING:
    from staff.models import User


@desk_act
def lock_page(request: HttpRequest, unlocked: Unlocked | None) -> HttpResponse:
    """Lock the desk now."""
    session.lock(cast("User", request.user))
    messages.success(request, "The desk is locked.")
    return redirect("admin:enquiries_enquiry_changelist")


@desk_page
def key_page(request: HttpRequest, unlocked: Unlocked | None) -> HttpResponse:
    """Choose the desk passphrase, change it, or start again when it is forgotten."""
    user = cast("User", request.user)
    if not user.has_perm("enquiries.work_desk"):
        raise PermissionDenied
    anew = not has_key(user) or "anew" in request.POST or "anew" in request.GET
    form = (NewKeyForm if anew else ChangePassphraseForm)(request.POST or None, user=user)
    if form.is_valid():
        _set(form, user)
        messages.success(request, "Your passphrase is set. Unlock the desk with it.")
        return redirect("admin:enquiries_enquiry_changelist")
    context = {"title": "Your desk passphrase", "form": form, "anew": anew}
    return render(request, "key", context, status=422 if form.errors else 200)


def _set(form: PassphraseForm, user: "User") -> None:
    if isinstance(form, ChangePassphraseForm):
        change_passphrase(desk=form.desk, new=form.cleaned_data["new_passphrase"])
    else:
        make_staff_key(user=user, passphrase=form.cleaned_data["new_passphrase"])
    session.lock(user)
