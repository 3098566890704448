"""Staff accounts in the admin: made by invitation, closed when somebody leaves."""

from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse

from staff import invitations, second_step
from staff.forms import AccountForm
from staff.models import User

admin.site.unregister(Group)  # the roles are fixed by the software; who holds them is set on each account


GONE = "is signed out everywhere, and can neither sign in nor read an enquiry from now on."
BACK = "can sign in again. If they work at the desk, a colleague there gives them access to enquiries again."


class RoleFilter(admin.RelatedFieldListFilter):
    """Narrows accounts down to those with one role, which is what people call Django's groups here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "role"


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Accounts, their roles, and leaving. Nobody sets or sees another's password; only a superuser sees superusers."""

    form = AccountForm
    list_display = ("name", "email", "roles", "is_active", "last_login")
    list_filter = (("groups", RoleFilter), "is_active")
    search_fields = ("name", "email")
    ordering = ("name",)
    readonly_fields = ("last_login", "date_joined")
    actions = ("invite_again", "remove_second_step")
    fieldsets = (
        (
            "Person",
            {
                "fields": ("name", "email"),
                "description": "Mails there open the account. Only a superuser changes it once the person has signed in.",
            },
        ),
        ("Role", {"fields": ("groups", "is_active"), "description": "A person can do what any of their roles may do."}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("name", "email", "groups"),
                "description": f"They get a link to choose a password, good once and for {invitations.VALID_FOR.days} days.",
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if not obj:
            return self.add_fieldsets
        if request.user.is_superuser:
            return (*self.fieldsets, ("Everything", {"fields": ("is_staff", "is_superuser"), "classes": ("collapse",)}))
        return self.fieldsets

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users = super().get_queryset(request).prefetch_related("groups")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the password again before one's own account: links for a new password go to the address in it."""
        view = super().change_view
        if self.get_object(request, unquote(object_id)) == request.user:
            view = reauthentication_required(view, app="account")
        return view(request, object_id, *args, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse to narrow the list by a password's hash, which whoever may do so could find out sign by sign."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Keep the address of a colleague who has signed in: whoever sets it could have a new password sent to themselves."""
        if obj and obj.last_login and obj != request.user and not request.user.is_superuser:
            return (*self.readonly_fields, "email")
        return self.readonly_fields

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = CheckboxSelectMultiple  # there are four
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.email = obj.email.lower()
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            self.message_user(request, f"{obj} {BACK if obj.is_active else GONE}", messages.INFO)
        if not change:
            self._invite(request, obj)
        elif (former := form.initial.get("email", obj.email)).lower() != obj.email:
            get_adapter().send_notification_mail("accounts/email/address_changed", obj, email=former)

    @admin.action(description="Send the invitation again", permissions=["change"])
    def invite_again(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Send a new link to those who have never signed in. Whoever has can reset the password themselves."""
        for user in users.filter(last_login=None, is_active=True):
            self._invite(request, user)
        for user in users.exclude(last_login=None):
            text = f"{user} has signed in before, and can choose a new password on the sign-in page."
            self.message_user(request, text, messages.WARNING)

    @admin.action(description="Remove a lost second step", permissions=["change"])
    def remove_second_step(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For who has lost phone, key and recovery codes. They are signed out, told, and set it up anew."""
        for user in users:
            if user == request.user:  # or a session alone would do what else takes the password
                self.message_user(request, "You change your own second step on your account’s page.", messages.WARNING)
                continue
            second_step.remove(user)
            self.log_change(request, user, "Removed the second step of signing in.")
            self.message_user(request, f"{user} sets up a new second step at the next sign-in.", messages.SUCCESS)

    def _invite(self, request: HttpRequest, user: User) -> None:
        try:
            invitations.send(user)
        except (SMTPException, OSError):
            text = f"The account exists, but the mail to {user.email} did not go out. Check the address, and send it again."
            self.message_user(request, text, messages.ERROR)
        else:
            text = f"An invitation was sent to {user.email}. It is good for {invitations.VALID_FOR.days} days."
            self.message_user(request, text, messages.SUCCESS)

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "none"
