"""Coming back with the receipt: read the reply, write again, take everything along, or erase it all.

Nothing is remembered between two requests. Each button sends the receipt along again, so closing the page is signing out.
"""

import logging
from contextlib import suppress
from uuid import uuid4

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from enquiries import abuse, vault
from enquiries.actions.changing import ErasedMeanwhile, TooMuchToday
from enquiries.actions.erase import erase
from enquiries.actions.returning import come_back, find
from enquiries.actions.thread import write_again
from enquiries.forms import TOO_MUCH_TODAY, FurtherForm, ReceiptForm
from enquiries.models import Enquiry, ErasedEnquiry
from enquiries.returned import as_text, history
from enquiries.sealing.receipt import Receipt
from enquiries.views.confidential import confidential

log = logging.getLogger(__name__)
WRONG_A_DAY = 20
TRIES_A_DAY = 1000  # right ones too: each costs the server 24 ms, before anybody knows whether it is right


@confidential
def reply(request: HttpRequest, *, forged: bool) -> HttpResponse:
    """Ask for the receipt, or do what the enquirer asked for with it."""
    form = ReceiptForm(request.POST or None)
    if request.method != "POST":
        return _find(request, form)
    if forged:
        return _find(request, form, status=403, trouble="cookie")
    if not form.is_valid():
        return _find(request, form, status=422, words=request.POST.get("text", ""))
    try:
        return _answer(request, form)
    except (DatabaseError, OSError) as error:
        log.error("A receipt could not be answered: %s", type(error).__name__)
        return _find(request, form, status=503, trouble="away", further=FurtherForm(request.POST))


def _answer(request: HttpRequest, form: ReceiptForm) -> HttpResponse:
    if abuse.count("receipt", request) > TRIES_A_DAY:
        return _find(request, form, status=429, trouble="many", further=FurtherForm(request.POST))
    receipt = Receipt.read(form.cleaned_data["receipt"])
    enquiry = find(receipt)
    if enquiry:
        return ACTIONS.get(request.POST.get("do", ""), _open)(request, enquiry, receipt)
    form.add_error(
        "receipt", "We find no enquiry with this receipt. Check each letter and number. If they are right, it has been erased."
    )
    words = request.POST.get("text", "")
    if abuse.count("wrong receipt", request) > WRONG_A_DAY:
        return _find(request, form, status=429, trouble="many_wrong", words=words)
    return _find(request, form, status=422, words=words)


def _find(request: HttpRequest, form: ReceiptForm, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "enquiries/find.html", {"form": form, **context}, status=status)


def _open(request: HttpRequest, enquiry: Enquiry, receipt: Receipt) -> HttpResponse:
    come_back(enquiry)
    return _thread(request, enquiry, receipt, FurtherForm(initial={"uid": uuid4(), **_begun(request)}))


def _write(request: HttpRequest, enquiry: Enquiry, receipt: Receipt) -> HttpResponse:
    form = FurtherForm(request.POST)
    if not form.is_valid():
        return _thread(request, enquiry, receipt, form, status=422)
    try:
        write_again(enquiry=enquiry, receipt=receipt, text=form.cleaned_data["text"], uid=form.cleaned_data["uid"])
    except ErasedMeanwhile:
        return render(request, "enquiries/erased.html", {"earlier": True, "words": form.cleaned_data["text"]}, status=409)
    except TooMuchToday:
        form.add_error("text", TOO_MUCH_TODAY)
        return _thread(request, enquiry, receipt, form, status=429)
    enquiry.refresh_from_db()
    return _thread(request, enquiry, receipt, sent=True)


def _download(request: HttpRequest, enquiry: Enquiry, receipt: Receipt) -> HttpResponse:
    shown = history(enquiry, vault.keys_by_receipt(enquiry, receipt))
    response = HttpResponse("\n".join(as_text(shown)), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="messages.txt"'
    return response


def _ask_to_erase(request: HttpRequest, enquiry: Enquiry, receipt: Receipt) -> HttpResponse:
    return render(request, "enquiries/erase.html", {"receipt": receipt, "begun": _begun(request)})


def _begun(request: HttpRequest) -> dict[str, str]:
    """Return what somebody has begun to write, and the id of its form. It travels with what they press; nothing keeps it."""
    came = {name: request.POST.get(name, "") for name in ("text", "uid")}
    return {name: value for name, value in came.items() if value} if came["text"].strip() else {}


def _erase(request: HttpRequest, enquiry: Enquiry, receipt: Receipt) -> HttpResponse:
    with suppress(ErasedMeanwhile):  # the button was pressed twice
        erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)
    response = render(request, "enquiries/erased.html")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


ACTIONS = {"write": _write, "download": _download, "ask_to_erase": _ask_to_erase, "erase": _erase}


def _thread(
    request: HttpRequest,
    enquiry: Enquiry,
    receipt: Receipt,
    form: FurtherForm | None = None,
    *,
    sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    shown = history(enquiry, vault.keys_by_receipt(enquiry, receipt))
    form = form or FurtherForm(initial={"uid": uuid4()})
    context = {"enquiry": enquiry, "receipt": receipt, "shown": shown, "form": form, "sent": sent}
    return render(request, "enquiries/thread.html", context, status=status)
