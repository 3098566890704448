"""Forms of signing in."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm


class LoginForm(AllauthLoginForm):
    """Email address and password, with labels instead of grey words in the fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Email address"
        self.fields["login"].widget.attrs |= {"autocomplete": "username"}
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


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
