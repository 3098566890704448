"""Forms of signing in."""

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm as AllauthAddWebAuthnForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest
from django_q.tasks import async_task

HOW_TO_CHOOSE = "At least 12 characters. Three or four unusual words are easy to remember and hard to guess."
WHAT_ROLES_DO = (
    "An editor writes pages. A reviewer approves and publishes them. Who is at the desk answers the enquiries of their teams."
    " A manager looks after accounts, teams, settings and the clinic’s details, and publishes pages, but reads no enquiry."
)


class OurWords(forms.Form):
    """A form of django-allauth with our labels and help, instead of grey words in the fields."""

    words: ClassVar[dict[str, tuple[str, str]]] = {
        "login": ("Email address", ""),
        "email": ("Email address", ""),
        "password": ("Password", ""),
        "oldpassword": ("Your password now", ""),
        "password1": ("New password", HOW_TO_CHOOSE),
        "password2": ("The same password again", ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = self.words[name]
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OurWords, AllauthLoginForm):
    """Email address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username"}


class ChangePasswordForm(OurWords, AllauthChangePasswordForm):
    """The password that somebody has, and a new one."""


class ReauthenticateForm(OurWords, AllauthReauthenticateForm):
    """The password once more, before a change to how somebody signs in."""


class AddKeyForm(AllauthAddWebAuthnForm):
    """A passkey or a security key, and whether it lets somebody in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = "Sign in with it alone"
        alone.help_text = (
            "Your device then asks for your fingerprint, your face or its PIN each time, and you need no password."
        )


class NewPasswordForm(OurWords, AllauthResetPasswordKeyForm):
    """A new password for who has the link to choose one."""


class ForgottenPasswordForm(OurWords, AllauthResetPasswordForm):
    """The address of an account whose password is forgotten."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Have the worker send the link, and do as much for an address without an account: time must not tell them apart."""
        async_task("staff.work.send_password_links", [user.pk for user in self.users])
        return str(self.cleaned_data["email"])


class AccountForm(forms.ModelForm):
    """An account, as a manager keeps it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" not in self.fields:
            return
        roles = self.fields["groups"]
        roles.label, roles.help_text = "Roles", WHAT_ROLES_DO
        if self.instance.pk is None:
            roles.required = True  # an invitation to an empty page helps nobody
            roles.error_messages["required"] = "Choose at least one role."

    def clean(self) -> dict[str, Any]:
        """Keep the last manager: without one, nobody could let people in, themselves included."""
        data = super().clean() or {}
        stays = (
            data.get("is_active")
            and data.get("is_staff", True)
            and any(group.name == "manager" for group in data.get("groups", ()))
        )
        if not stays and self.instance.is_only_manager():
            raise forms.ValidationError("This is the only manager. Give somebody else that role first.")
        return data


class InvitationForm(SetPasswordForm):
    """The password that somebody new chooses."""

    error_messages: dict[str, Any] = {"password_mismatch": "The two are not the same. Type both again."}
    new_password1 = forms.CharField(
        label="Choose a password",
        strip=False,
        help_text=HOW_TO_CHOOSE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label="The same password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
