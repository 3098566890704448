"""The forms that enquirers fill in. They ask for what is needed to answer safely, and for nothing else."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Submit
from django import forms
from django.core.validators import validate_email

from enquiries.actions.changing import A_DAY
from enquiries.actions.submit import Answers
from enquiries.models import Audience, Topic
from enquiries.sealing.base32 import tidy
from enquiries.sealing.receipt import RECEIPT_BYTES

MESSAGE = 1000  # letters: enough to say what is wanted, too few for a life story
TOO_MUCH_TODAY = (
    f"We take {A_DAY} messages from one person in a day, and have yours. This one is still here: send it tomorrow."
    " If it cannot wait, call 111, or 999 in an emergency"
)
LEAST_DIGITS = 6
SIGNS = RECEIPT_BYTES * 8 // 5  # of a receipt
YES_NO = [("yes", "Yes"), ("no", "No")]
WAYS = [
    ("return", "I will come back here for the reply"),
    ("phone", "A phone call"),
    ("email", "An email that says our reply is here"),
]


def _is_yes(value: Any) -> bool:
    return value == "yes"


class Words(forms.CharField):
    """What somebody writes: too much is kept and named, where a browser would cut it off without a word."""

    def __init__(self, *, label: str, error_messages: dict[str, str] | None = None, **options: Any) -> None:
        too_long = f"“{label}” has room for %(limit_value)d letters. There are %(show_value)d now, all of them still here."
        hidden = f"“{label}” has a hidden sign in it that we cannot take in. Delete it and type it again"
        ours = {"max_length": too_long, "null_characters_not_allowed": hidden}
        super().__init__(label=label, error_messages={**ours, **(error_messages or {})}, **options)

    def to_python(self, value: Any) -> str:
        """Return the text with each line's end as one sign, as the counter on the page has it. Browsers send two."""
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """Return what the counter needs in the place of `maxlength`."""
        return {"data-most": str(self.max_length)} if isinstance(widget, forms.Textarea) else {}


def _text(label: str, hint: str = "", *, length: int, rows: int = 0, **attributes: str) -> forms.CharField:
    attrs = {"autocomplete": "off", "dir": "auto", **attributes}
    widget = forms.Textarea(attrs={"rows": rows, **attrs}) if rows else forms.TextInput(attrs=attrs)
    return Words(label=label, help_text=hint, max_length=length, required=False, widget=widget)


def _yes_or_no(label: str, hint: str = "", *, missing: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        choices=YES_NO,
        coerce=_is_yes,
        empty_value=None,
        required=bool(missing),
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
        error_messages={"required": missing, "invalid_choice": f"Choose Yes or No: “{label}”"},
    )


def _missing(message: str) -> dict[str, str]:
    """Return what a choice says that was not made, or is none of those that we offer."""
    return {"required": message, "invalid_choice": message}


class PublicForm(forms.Form):
    """A form of ours. What is missing is said in our words, not by the browser."""

    use_required_attribute = False

    @property
    def is_begun(self) -> bool:
        """Whether anything was filled in, so that the page may say that it is still there."""
        return any(str(field.value() or "").strip() for field in self.visible_fields())


class EnquiryForm(PublicForm):
    """The enquiry: eight questions, of which three must be answered, and what goes with the way of reply."""

    audience = forms.ChoiceField(
        label="Who is this about?",
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages=_missing("Choose who this is about"),
    )
    name = _text("What should we call you?", "A first name, or any name you like.", length=60)
    way = forms.ChoiceField(
        label="How should our reply reach you?",
        help_text="You get a receipt that opens our written reply on this site. To come back for it, you need give no details.",
        choices=WAYS,
        widget=forms.RadioSelect,
        error_messages=_missing("Choose how our reply should reach you"),
    )
    phone = _text("Phone number", "We call only this number, and send no texts.", length=30, type="tel", inputmode="tel")
    voicemail = _yes_or_no("Is it safe to leave a voicemail?", "If not, we hang up and try again later.")
    say_who = _yes_or_no(
        "May we say that the clinic is calling?", "If not, we give a first name and leave the clinic’s name out."
    )
    if_others = _text("If someone else answers, what should we say?", "For example: a call about an appointment.", length=200)
    times = _text("Good times to call, and times to avoid", length=200)
    email = _text(
        "Email address",
        "It says only that something is waiting for you. You read it here, with your receipt.",
        length=254,
        type="email",
        inputmode="email",
    )
    email_safe = _yes_or_no(
        "Is it safe to email you?",
        "Messages can show on a locked screen, or to others. If you choose No, we send none: come back here with your receipt.",
    )
    topic = forms.ChoiceField(
        label="What would you like help with?",
        choices=[("", "I would rather not say"), *Topic.choices],
        required=False,
        error_messages=_missing("Choose what you would like help with, or “I would rather not say”"),
    )
    message = _text(
        "What would you like to say or ask?",
        "A line is enough. Please leave out other people’s names and private details for now.",
        length=MESSAGE,
        rows=6,
    )
    needs = _text(
        "Is there anything that would help us talk with you?",
        "For example an interpreter, help with hearing, or speaking to a woman or a man.",
        length=300,
    )
    urgent = _yes_or_no(
        "Do you need help today?",
        "We read this in working hours. If you cannot wait until then, call 111. In an emergency, call 999.",
        missing="Say whether you need help today",
    )
    privacy = forms.BooleanField(
        label="I have seen how you keep what I write, and who can read it",
        error_messages={"required": "Tick the box to say that you have seen how we keep what you write"},
    )

    def __init__(self, data: Any = None, *, stamp: str) -> None:
        super().__init__(data)
        self.stamp = stamp
        self.helper = _helper(
            *("audience", "name", "way"),
            Div(*OF_WAY["phone"], css_class="reveal reveal--phone"),
            Div(*OF_WAY["email"], css_class="reveal reveal--email"),
            *("topic", "message", "needs", "urgent"),
            HTML('{% include "enquiries/privacy.html" %}'),
            "privacy",
            HTML('{% include "enquiries/hidden_fields.html" %}'),
            Submit("send", "Send in confidence", css_class="button"),
            page="enquire",
            **{"data-enquiry": ""},
        )
        for name in {name for asked in NEEDED.values() for name in asked}:
            self.fields[name].asked_by_way = True  # type: ignore[attr-defined]  # so the page does not call it optional

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way of reply needs to be safe."""
        data = super().clean() or {}
        for name in {name for way, names in OF_WAY.items() if way != data.get("way") for name in names}:
            self.errors.pop(name, None)  # it is out of sight, and is not stored
        for name, message in NEEDED.get(data.get("way", ""), {}).items():
            if name not in self.errors and data.get(name) in ("", None):
                self.add_error(name, message)
        checked = {"email": _check_email, "phone": _check_phone}.get(data.get("way", ""))
        if checked and data.get(data["way"]):
            checked(self, data[data["way"]])
        return data

    def answers(self) -> Answers:
        """Return what was filled in, without what belongs to a way of reply that was not chosen."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("audience", "name", "way", "topic", "message", "needs", "urgent")}
        return Answers(**kept, **{name: data[name] for name in OF_WAY.get(data["way"], ())})


OF_WAY = {"phone": ("phone", "voicemail", "say_who", "if_others", "times"), "email": ("email", "email_safe")}
NEEDED = {
    "phone": {
        "phone": "Type your phone number, or choose another way of reply",
        "voicemail": "Say whether it is safe to leave a voicemail",
        "say_who": "Say whether we may say that the clinic is calling",
    },
    "email": {
        "email": "Type your email address, or choose another way of reply",
        "email_safe": "Say whether it is safe to email you",
    },
}


def _check_email(form: forms.Form, address: str) -> None:
    try:
        validate_email(address)
        address.rpartition("@")[2].encode("idna")  # as sending does, which some hosts fail that look right
    except (forms.ValidationError, UnicodeError):
        form.add_error("email", "Type an email address in full, for example name@example.com")


def _check_phone(form: forms.Form, number: str) -> None:
    if sum(sign.isdecimal() for sign in number) < LEAST_DIGITS:
        form.add_error("phone", "Type the whole phone number, for example 07700 900 000")


def _helper(*questions: Any, page: str, **attributes: str) -> FormHelper:
    """Return how a form of `page` is laid out. Browsers neither check it, as our words are kinder, nor remember what was typed.

    The address that it goes to is said, as browsers else send to where they are: behind a link of the error summary that is
    one field, and what is wrong now would be out of sight.
    """
    helper = FormHelper()
    helper.form_action = page
    helper.attrs = {"novalidate": "", "autocomplete": "off", "class": "form", **attributes}
    helper.layout = Layout(*questions)
    return helper


class ReceiptForm(PublicForm):
    """The receipt, as somebody typed it."""

    receipt = Words(
        label="Your receipt",
        help_text="16 letters and numbers. Capitals, spaces and dashes make no difference.",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "code"}),
        error_messages={"required": "Type your receipt"},
    )

    def clean_receipt(self) -> str:
        """Return the signs of the receipt, which may come with its name before it.

        Raises:
            ValidationError: there are too few or too many, so it cannot be one.
        """
        signs = tidy(re.sub(r"(?i)\breceipt\b", "", self.cleaned_data["receipt"]))
        if len(signs) != SIGNS:
            have = "There is 1" if len(signs) == 1 else f"There are {len(signs)}"
            raise forms.ValidationError(f"A receipt has {SIGNS} letters and numbers. {have} here")
        return signs

    helper = _helper("receipt", Submit("open", "Open", css_class="button"), page="enquire_reply")


class FurtherForm(PublicForm):
    """Further words from an enquirer."""

    text = Words(
        label="Write again",
        help_text="Leave out other people’s names and private details.",
        max_length=MESSAGE,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "dir": "auto"}),
        error_messages={"required": "Write something first"},
    )
    uid = forms.UUIDField(widget=forms.HiddenInput)
