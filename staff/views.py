"""Pages of a member of staff's own account that django-allauth does not have, or not as we need them."""

import logging

from allauth.account.forms import ResetPasswordForm
from allauth.account.views import PasswordResetView
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from staff import invitations, second_step
from staff.forms import InvitationForm

log = logging.getLogger(__name__)

NO_LINK_NOW = (
    "We cannot send the link at the moment. Please try again in a few minutes, or ask whoever keeps this site running."
)


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what a person can do about their own account."""
    return render(request, "accounts/account.html", {"second_step_missing": second_step.is_missing(request)})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody who was invited choose a password. The link is then used up."""
    user = invitations.invited(token)
    if not user:
        return render(request, "accounts/invitation_over.html", status=410)
    form = InvitationForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(f"{reverse('account_login')}?next={reverse('admin:index')}")
    return render(request, "accounts/invitation.html", {"form": form, "invited": user}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """List where a person is signed in, and end any of these sessions."""
    if request.method == "POST":
        chosen = UserSession.objects.filter(user=request.user.pk, pk=_number(request.POST.get("session", ""))).first()
        if not chosen:
            raise Http404
        chosen.end()
        return redirect("account_sessions")
    open_ones = UserSession.objects.purge_and_list(request.user)
    open_ones.sort(key=lambda session: session.created_at, reverse=True)
    return render(request, "accounts/sessions.html", {"sessions": open_ones})


def closed(request: HttpRequest) -> HttpResponse:
    """Answer where django-allauth would have people sign up or change their address: nobody does that here by themselves."""
    raise Http404


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


class ForgottenPasswordView(PasswordResetView):
    """Have a link for a new password sent, and say so where the queue that sends it is away."""

    def form_valid(self, form: ResetPasswordForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ConnectionError:
            log.exception("A link for a new password could not be queued.")
            form.add_error(None, NO_LINK_NOW)
            return self.form_invalid(form)
