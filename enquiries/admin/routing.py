"""Teams, their members and the rules between them. What could leave an enquiry unread is refused here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from enquiries.actions.handle import NobodyCouldRead
from enquiries.actions.teams import make_fallback
from enquiries.models import Audience, Membership, RecipientKey, RoutingRule, Team, Topic
from enquiries.people import desk_workers, insiders
from enquiries.routing import deciding_rule
from staff.models import User


class MembershipFormSet(BaseInlineFormSet):
    """The members of a team: people who work at the desk, and at least one with a key while enquiries arrive there."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        staying = [
            form.cleaned_data["user"]
            for form in self.forms
            if form.cleaned_data.get("user") and not form.cleaned_data.get("DELETE")
        ]
        if self.instance.is_destination() and not RecipientKey.objects.usable().filter(user__in=staying).exists():
            raise forms.ValidationError(
                "Enquiries arrive at this team, and nobody left in it has a desk key. Add someone who has one first,"
                " or send enquiries elsewhere."
            )


class MembershipForm(forms.ModelForm):
    """A place in a team. It is one person's: who replaces another gets a place of their own, and the other's ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            person = self.fields["user"]
            person.disabled, person.queryset = True, User.objects.filter(pk=self.instance.user_id)  # type: ignore[attr-defined]


class MembershipInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 1
    fields = ("user", "role", "desk_key")
    readonly_fields = ("desk_key",)
    verbose_name = "member"
    verbose_name_plural = "members"

    @admin.display(description="desk key")
    def desk_key(self, membership: Membership) -> str:
        """Say whether a member could read what arrives."""
        if not membership.user_id:
            return ""
        has_key = RecipientKey.objects.usable().filter(user=membership.user_id).exists()
        return "yes" if has_key else "not yet: they make one when they open “Enquiries”"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = desk_workers()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    intro = "An enquiry is sealed for one team: its members can read it, and besides them only who holds the recovery key."
    list_display = ("name", "takes_on", "readers", "target_hours", "urgent_hours", "is_fallback")
    fields = ("name", "takes_on", "target_hours", "urgent_hours", "escalate_to", "is_fallback")
    readonly_fields = ("is_fallback",)
    inlines = (MembershipInline,)
    actions = ("take_the_rest",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "escalate_to":
            kwargs["queryset"] = insiders()  # a notice tells that an enquiry exists
            kwargs["widget"] = FilteredSelectMultiple("people", is_stacked=False)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="can read")
    def readers(self, team: Team) -> str:
        """Say how many of its members hold a key."""
        keys, members = team.recipients().values("user").distinct().count(), team.memberships.count()
        return f"{keys} of {members}"

    @admin.action(description="Send here whatever no rule sends elsewhere", permissions=["change"])
    def take_the_rest(self, request: HttpRequest, teams: QuerySet[Team]) -> None:
        """Move the fallback to the one team that is ticked."""
        if len(teams) != 1:
            messages.error(request, "Tick one team.")
            return
        try:
            make_fallback(teams[0])
        except NobodyCouldRead:
            messages.error(request, f"Nobody in {teams[0]} has a desk key yet, so nobody could read what arrives there.")
        else:
            messages.success(request, f"{teams[0]} now takes whatever no rule sends elsewhere.")

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return obj is not None and not obj.is_destination() and super().has_delete_permission(request, obj)


class PreviewForm(forms.Form):
    """An enquiry that might arrive. Nothing of it is stored."""

    audience = forms.ChoiceField(label="Who it is about", choices=Audience.choices)
    topic = forms.ChoiceField(choices=[("", "Not said"), *Topic.choices], required=False)
    urgent = forms.BooleanField(label="Help needed today", required=False)


@admin.register(RoutingRule)
class RoutingRuleAdmin(admin.ModelAdmin):
    intro = "The first rule that fits an enquiry says which team gets it. Where none fits, it goes to who takes the rest."
    list_display = ("conditions", "order", "team")
    list_editable = ("order",)
    fieldsets = (
        (
            None,
            {
                "fields": ("order", "audience", "topic", "urgent", "team"),
                "description": "Leave empty what does not matter: whatever the answer, the rule then fits.",
            },
        ),
    )
    list_select_related = ("team",)
    change_list_template = "admin/enquiries/routingrule/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        preview = path("preview/", self.admin_site.admin_view(self.preview), name="enquiries_routingrule_preview")
        return [preview, *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Say where an enquiry like this goes, and why."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PreviewForm(request.GET or None)
        context = {**self.admin_site.each_context(request), "title": "An enquiry like this goes to…", "form": form}
        if form.is_valid():
            rule = deciding_rule(**form.cleaned_data)
            team = Team.objects.filter(is_fallback=True).first() if rule is None else rule.team
            context.update(asked=True, rule=rule, team=team, readers=team.recipients().select_related("user") if team else ())
        return TemplateResponse(request, "admin/enquiries/routingrule/preview.html", context)
