"""What managers may look through and nobody may change: acts, erasures and notices."""

import re
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.admin.base import ReadOnlyAdmin
from enquiries.models import AccessEntry, ErasedEnquiry, Notification
from staff.models import User

PERSON = re.compile(r"\bperson (\d+)\b")


class RecordAdmin(ReadOnlyAdmin):
    """Long lists, in pages."""

    actions = None
    list_per_page = 50
    show_full_result_count = False


@admin.register(AccessEntry)
class AccessEntryAdmin(RecordAdmin):
    intro = "Who did what with enquiries. Nobody can change it here, and it shows if that was done elsewhere."
    list_display = ("number", "at", "act", "reference", "actor", "role", "told")
    list_filter = ("act",)
    list_select_related = ("actor",)
    search_fields = ("reference__exact",)
    search_help_text = "A reference, in full"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Name the people whom details know by number only, as the record outlives their accounts."""
        shown = super().get_changelist_instance(request)
        numbers = {int(number) for entry in shown.result_list for number in PERSON.findall(entry.detail)}
        names = {person.pk: str(person) for person in User.objects.filter(pk__in=numbers)} if numbers else {}
        for entry in shown.result_list:
            entry.told = PERSON.sub(lambda found: names.get(int(found[1]), found[0]), entry.detail)
        return shown

    @admin.display(description="detail")
    def told(self, entry: AccessEntry) -> str:
        return entry.told  # type: ignore[attr-defined]


@admin.register(ErasedEnquiry)
class ErasedEnquiryAdmin(RecordAdmin):
    intro = "What is left of an erased enquiry: that one came, and when and why it went. Not a word of what was in it."
    list_display = ("reference", "received_on", "erased_at", "cause", "checked")
    list_filter = ("cause",)


class SentFilter(admin.SimpleListFilter):
    """Narrows notices down to those that have not gone out."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("failing", "failing"), ("waiting", "not sent yet"), ("sent", "sent")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return {
            "failing": queryset.failing,
            "waiting": queryset.unsent,
            "sent": lambda: queryset.exclude(sent_at=None),
        }.get(self.value() or "", lambda: queryset)()


@admin.register(Notification)
class NotificationAdmin(RecordAdmin):
    intro = "Mails about enquiries. Each holds a reference and a link at most, and not a word of an enquiry."
    list_display = ("enquiry", "kind", "recipient", "made_at", "sent_at", "attempts", "last_error", "next_attempt")
    list_filter = (SentFilter, "kind")
    list_select_related = ("enquiry", "recipient")
    fields = list_display
    readonly_fields = ("next_attempt",)

    @admin.display(description="next attempt at", ordering="next_attempt_at")
    def next_attempt(self, notice: Notification) -> str:
        """Say when a mail is tried next, if it has not gone out."""
        return "" if notice.sent_at else date_format(timezone.localtime(notice.next_attempt_at), "DATETIME_FORMAT")
