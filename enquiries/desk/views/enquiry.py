"""The page of one enquiry, and what is done there."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from enquiries.actions.changing import ChangedMeanwhile, ErasedMeanwhile
from enquiries.actions.handle import NobodyCouldRead, open_enquiry, witness
from enquiries.desk.acts import ACTS
from enquiries.desk.admission import desk_act, desk_page, locked_page, render
from enquiries.desk.begun import begun, changed_since, written
from enquiries.desk.forms import ActForm
from enquiries.desk.reading import as_text, others_here, read_all, safe_contact
from enquiries.models import AccessEntry, Enquiry, ErasedEnquiry
from enquiries.sealing.errors import SealBroken
from enquiries.vault import NotForYou, Unlocked

if TYPE_CHECKING:
    from staff.models import User

HISTORY = 100
DAMAGED = (
    "Your key to this enquiry was altered or damaged in the database, so it does not open for you. Tell whoever looks after the"
    " site, and ask a colleague in the team to answer it meanwhile."
)


@desk_page
def enquiry_page(request: HttpRequest, unlocked: Unlocked | None, reference: str) -> HttpResponse:
    """Show one enquiry to those who may read it, and its clocks to those who may know of it.

    By POST it comes with what somebody had begun to write before the desk was locked.
    """
    return _show(request, _enquiry(request, reference), unlocked)


@desk_act
def contact_page(request: HttpRequest, unlocked: Unlocked | None, reference: str) -> HttpResponse:
    """Show the number or address, once the rules for it have been read."""
    enquiry = _enquiry(request, reference)
    if not (unlocked and request.POST.get("read_rules")):
        return _show(request, enquiry, unlocked)
    try:
        witness(AccessEntry.Act.REVEALED, enquiry=enquiry, desk=unlocked)
    except (NotForYou, SealBroken):
        return _show(request, enquiry, unlocked)  # which says why it cannot
    return _show(request, enquiry, unlocked, revealed=True)


@desk_act
def act_page(request: HttpRequest, unlocked: Unlocked | None, reference: str, name: str) -> HttpResponse:
    """Do something with an enquiry. Words that could not be stored stay in their form."""
    act = ACTS.get(name)
    if not act:
        raise Http404
    if ErasedEnquiry.objects.filter(reference=reference).exists():
        return _gone(request, reference)
    try:
        enquiry = _enquiry(request, reference)
    except Http404:
        if not AccessEntry.objects.filter(reference=reference, actor=request.user.pk, act=AccessEntry.Act.OPENED).exists():
            raise  # and no stranger to it learns that it exists
        return _gone(request, reference, handed_over=True)
    if not unlocked:
        return locked_page(request, enquiry=enquiry)
    form = act.form(request.POST, enquiry=enquiry)
    if form.is_valid() and name == "move" and begun(request):
        form.add_error(None, "You have begun to write here. Send it or clear it first, then hand over. Nothing was changed.")
    if not form.is_valid():
        return _show(request, enquiry, unlocked, forms={name: form}, status=422)
    try:
        act.run(enquiry, unlocked, form.cleaned_data)
    except (ChangedMeanwhile, ErasedMeanwhile, NobodyCouldRead, NotForYou, SealBroken) as error:
        return _not_done(request, unlocked, name, form, error)
    messages.success(request, act.said(form.cleaned_data))
    return _show(request, enquiry, unlocked) if begun(request) else _lead_on(enquiry, unlocked)


@desk_act
def export_page(request: HttpRequest, unlocked: Unlocked | None, reference: str) -> HttpResponse:
    """Return a copy as text, for the person's care record."""
    enquiry = _enquiry(request, reference)
    if not unlocked:
        return locked_page(request, enquiry=enquiry)
    try:
        opened = read_all(enquiry, open_enquiry(enquiry=enquiry, desk=unlocked))
    except (NotForYou, SealBroken):
        return _show(request, enquiry, unlocked)  # which says why it cannot
    witness(AccessEntry.Act.EXPORTED, enquiry=enquiry, desk=unlocked)
    response = HttpResponse("\n".join(as_text(enquiry, opened)), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{enquiry.reference}.txt"'
    return response


def _lead_on(enquiry: Enquiry, unlocked: Unlocked) -> HttpResponse:
    """Lead to an enquiry after an act, or to the list once it is another team's."""
    if Enquiry.objects.visible_to(unlocked.user).filter(pk=enquiry.pk).exists():
        return redirect("admin:enquiries_enquiry_desk", enquiry.reference)
    return redirect("admin:enquiries_enquiry_changelist")


def _show(
    request: HttpRequest,
    enquiry: Enquiry,
    unlocked: Unlocked | None,
    *,
    forms: dict[str, ActForm] | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Return the page of one enquiry, with what was begun to be written; to who cannot read it, only its clocks."""
    if not unlocked:
        return locked_page(request, enquiry=enquiry)
    changed = changed_since(request, enquiry.version)
    try:
        keys = open_enquiry(enquiry=enquiry, desk=unlocked)
        enquiry.refresh_from_db()  # before its words are read: what comes later makes the forms old, and is not answered unread
        opened = read_all(enquiry, keys)
    except NotForYou as error:
        return locked_page(request, enquiry=enquiry, why=str(error))
    except SealBroken:
        return locked_page(request, enquiry=enquiry, why=DAMAGED)
    shown = {
        "title": f"Enquiry {enquiry.reference}",
        "enquiry": enquiry,
        "opened": opened,
        "rules": list(safe_contact(opened.answers)),
        "unlocked": unlocked,
        "changed": changed,
        "wrong": any(form.errors for form in (forms or {}).values()),
        "forms": {name: act.form(enquiry=enquiry) for name, act in ACTS.items()} | _begun(request, enquiry) | (forms or {}),
        "others": others_here(enquiry, unlocked.user),
        "history": AccessEntry.objects.of(enquiry).select_related("actor")[:HISTORY],
        "failing": enquiry.notifications.failing().select_related("recipient"),
    }
    return render(request, "enquiry", {**shown, **context}, status=status)


def _not_done(request: HttpRequest, unlocked: Unlocked, name: str, form: ActForm, error: Exception) -> HttpResponse:
    """Say why an act was not done, and show the words that came with it."""
    if isinstance(error, ErasedMeanwhile):
        return _gone(request, form.enquiry.reference)
    if isinstance(error, (NotForYou, SealBroken)):
        return _show(request, form.enquiry, unlocked)  # which says why it cannot
    if isinstance(error, ChangedMeanwhile):
        return _show(request, form.enquiry, unlocked, forms={name: _anew(form)}, changed=True, status=409)
    form.add_error(None, "Nobody in that team has a desk key yet, so they could not read it. Nothing was changed.")
    return _show(request, form.enquiry, unlocked, forms={name: form}, status=422)


def _gone(request: HttpRequest, reference: str, *, handed_over: bool = False) -> HttpResponse:
    """Give back the words that were meant for an enquiry which has been erased, or handed to another team."""
    title = "You cannot see this enquiry" if handed_over else "This enquiry has been erased"
    shown = {"title": title, "reference": reference, "words": written(request), "handed_over": handed_over}
    return render(request, "gone", shown, status=409)


def _begun(request: HttpRequest, enquiry: Enquiry) -> dict[str, ActForm]:
    """Return the forms that somebody had begun to fill in, with their words, unsent."""
    forms = {}
    for name, words in begun(request).items():
        forms[name] = ACTS[name].form(enquiry=enquiry)
        forms[name].initial["text"] = words
    return forms


def _anew(form: ActForm) -> ActForm:
    """Return a form with the same words, for the enquiry as it is now."""
    form.enquiry.refresh_from_db()
    data = {name: form.data[name] for name in form.data}
    return type(form)({**data, "version": form.enquiry.version}, enquiry=form.enquiry)


def _enquiry(request: HttpRequest, reference: str) -> Enquiry:
    visible = Enquiry.objects.visible_to(cast("User", request.user)).select_related("team", "assignee")
    return get_object_or_404(visible, reference=reference)
