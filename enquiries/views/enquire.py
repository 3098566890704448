"""Sending an enquiry: the form, and the receipt as its answer."""

import logging
from datetime import timedelta
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from enquiries import formstamp
from enquiries.actions.changing import TooMuchToday
from enquiries.actions.submit import ErasedAlready, submit
from enquiries.forms import TOO_MUCH_TODAY, EnquiryForm
from enquiries.formstamp import StaleForm, Stamp
from enquiries.opening import is_open
from enquiries.screening import suspicious
from enquiries.views.confidential import confidential

log = logging.getLogger(__name__)
SHOWN_AGAIN = timedelta(minutes=30)  # a reload shows the receipt again; somebody who finds the page later does not see it


@confidential
def enquire(request: HttpRequest, *, forged: bool) -> HttpResponse:
    """Show the form, or take in an enquiry and answer with its receipt."""
    if request.method == "POST":
        return _send(request, forged=forged)
    if not is_open():
        return render(request, "enquiries/not_open.html")
    return _form(request, EnquiryForm(stamp=formstamp.fresh()))


def _send(request: HttpRequest, *, forged: bool) -> HttpResponse:
    stamp = request.POST.get("stamp", "")
    try:
        read = formstamp.read(stamp)
    except StaleForm:
        return _form(request, EnquiryForm(request.POST, stamp=formstamp.fresh()), status=403, trouble="stale")
    form = EnquiryForm(request.POST, stamp=stamp)
    if forged:
        return _form(request, form, status=403, trouble="cookie")
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        return _store(request, form, read)
    except (DatabaseError, OSError) as error:
        log.error("An enquiry could not be stored: %s", type(error).__name__)
        return _form(request, form, status=503, trouble="not_stored")


def _store(request: HttpRequest, form: EnquiryForm, stamp: Stamp) -> HttpResponse:
    if not is_open():
        return _form(request, form, status=503, trouble="not_stored")
    held = suspicious(request, stamp=form.stamp, quick=stamp.quick)
    try:
        enquiry, receipt = submit(answers=form.answers(), token=stamp.token, held=held)
    except TooMuchToday:
        form.add_error("message", TOO_MUCH_TODAY)
        return _form(request, form, status=429)
    except ErasedAlready:
        shown = {"earlier": True, "words": form.cleaned_data["message"]}
        return render(request, "enquiries/erased.html", shown, status=409)
    if timezone.now() - enquiry.received_at > SHOWN_AGAIN:
        return render(request, "enquiries/sent_before.html")
    return render(request, "enquiries/receipt.html", {"receipt": receipt, "urgent": enquiry.urgent})


def _form(request: HttpRequest, form: EnquiryForm, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "enquiries/enquire.html", {"form": form, **context}, status=status)
