"""Forms of signing in."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest
from django_q.tasks import async_task


class LoginForm(AllauthLoginForm):
    """Email address and password, with labels instead of grey words in the fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Email address"
        self.fields["login"].widget.attrs |= {"autocomplete": "username"}
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class ForgottenPasswordForm(AllauthResetPasswordForm):
    """The address of an account whose password is forgotten."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Have the worker send the link, and do as much for an address without an account: time must not tell them apart."""
        async_task("staff.work.send_password_links", [user.pk for user in self.users])
        return str(self.cleaned_data["email"])


class AccountForm(forms.ModelForm):
    """An account, as a manager keeps it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "groups" in self.fields:
            self.fields["groups"].required = True  # an invitation to an empty page helps nobody
            self.fields["groups"].error_messages["required"] = "Choose at least one role."

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

    new_password1 = forms.CharField(
        label="Choose a password",
        strip=False,
        help_text="At least 12 characters. Three or four unusual words are easy to remember and hard to guess.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label="The same password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
