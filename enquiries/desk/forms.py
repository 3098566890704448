"""The forms of the desk."""

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django import forms

from enquiries.desk.passphrase import open_desk, validate_passphrase
from enquiries.forms import Words
from enquiries.models import Enquiry, Team
from enquiries.people import HERE
from staff.models import User

WORDS = 4000  # letters in a reply or a note: it has to fit on a phone, and into a reader's patience


def _secret(label: str, *, autocomplete: str = "off", help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "vTextField"})
    return forms.CharField(label=label, strip=False, max_length=300, widget=widget, help_text=help_text)


class UnlockForm(forms.Form):
    """The passphrase that unlocks the desk."""

    passphrase = _secret("Your desk passphrase")


class PassphraseForm(forms.Form):
    """A new passphrase, typed twice by who has proven who they are."""

    proof: ClassVar[str]  # the field that proves it, which is cleaned first
    new_passphrase = _secret("A passphrase for the desk", help_text="16 letters or more. Four unconnected words are good.")
    repeated = _secret("The same passphrase again")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_passphrase(self) -> str:
        """Refuse a passphrase that could be guessed. Nobody else is told whether it is the account's password."""
        passphrase: str = self.cleaned_data["new_passphrase"]
        if self.proof in self.cleaned_data:
            validate_passphrase(passphrase, self.user)
        return passphrase

    def clean_repeated(self) -> str:
        """Refuse a slip: nobody could ever type it again."""
        repeated: str = self.cleaned_data["repeated"]
        if "new_passphrase" in self.cleaned_data and repeated != self.cleaned_data["new_passphrase"]:
            raise forms.ValidationError("The two are not the same. Type both again.")
        return repeated


class NewKeyForm(PassphraseForm):
    """A passphrase for a new key, and the account's password, so that nobody makes one at an unattended screen."""

    proof = "password"
    field_order = ("password", "new_passphrase", "repeated")
    password = _secret("Your account’s password", autocomplete="current-password")

    def clean_password(self) -> str:
        """Refuse another person, and whoever guesses: a wrong one counts as at the sign-in."""
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise forms.ValidationError("This is not the password of your account.")
        return password


class ChangePassphraseForm(PassphraseForm):
    """The old passphrase and a new one."""

    proof = "old_passphrase"
    field_order = ("old_passphrase", "new_passphrase", "repeated")
    old_passphrase = _secret("Your passphrase now")

    def clean_old_passphrase(self) -> str:
        """Open the key that is to be locked anew. A wrong one counts as where the desk is unlocked."""
        passphrase: str = self.cleaned_data["old_passphrase"]
        self.desk = open_desk(self.user, passphrase)
        return passphrase


class ActForm(forms.Form):
    """What every act on one enquiry carries: the version of it that the person saw."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, enquiry: Enquiry) -> None:
        # Several of these forms share a page, so their fields' ids carry the form's name.
        super().__init__(data, initial={"version": enquiry.version}, auto_id=f"{type(self).__name__.lower()}-%s")
        self.enquiry = enquiry


def _words(label: str, help_text: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 7, "class": "vLargeTextField", "autocomplete": "off"})
    return Words(label=label, max_length=WORDS, widget=widget, help_text=help_text)


class ReplyForm(ActForm):
    """A reply to the enquirer."""

    text = _words("Reply", "They read this with their receipt. Write as if someone else might see it too.")


class NoteForm(ActForm):
    """A note among staff."""

    text = _words("Note for colleagues", "Sealed like everything here. The person who wrote to us does not see notes.")


class AssignForm(ActForm):
    """Whose enquiry it is."""

    to = forms.ModelChoiceField(User.objects.none(), label="Assign to", required=False, empty_label="Nobody")

    def __init__(self, data: Mapping[str, Any] | None = None, *, enquiry: Enquiry) -> None:
        super().__init__(data, enquiry=enquiry)
        people = self.fields["to"]
        people.queryset = enquiry.team.members.filter(HERE)  # type: ignore[attr-defined]
        people.initial = enquiry.assignee_id


class MoveForm(ActForm):
    """Which team it goes to."""

    to = forms.ModelChoiceField(Team.objects.none(), label="Hand over to", empty_label="Choose a team")

    def __init__(self, data: Mapping[str, Any] | None = None, *, enquiry: Enquiry) -> None:
        super().__init__(data, enquiry=enquiry)
        self.fields["to"].queryset = Team.objects.exclude(pk=enquiry.team_id)  # type: ignore[attr-defined]


class CloseForm(ActForm):
    """Why it is closed."""

    REASONS = [choice for choice in Enquiry.Reason.choices if choice[0] not in (Enquiry.Reason.SPAM, Enquiry.Reason.QUIET)]
    reason = forms.ChoiceField(label="Close because", choices=[("", "Choose a reason"), *REASONS])


class ScreenForm(ActForm):
    """Whether it is spam."""

    spam = forms.BooleanField(required=False, widget=forms.HiddenInput)
