"""What managers may look through and nobody may change: acts, erasures and notices."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.admin.base import ReadOnlyAdmin
from enquiries.models import AccessEntry, ErasedEnquiry, Notification


class RecordAdmin(ReadOnlyAdmin):
    """Long lists, in pages."""

    actions = None
    list_per_page = 50
    show_full_result_count = False


@admin.register(AccessEntry)
class AccessEntryAdmin(RecordAdmin):
    intro = "Who did what with enquiries. Nobody can change it here, and it shows if that was done elsewhere."
    list_display = ("number", "at", "act", "reference", "actor", "role", "detail")
    list_filter = ("act",)
    list_select_related = ("actor",)
    search_fields = ("reference__exact",)
    search_help_text = "A reference, in full"


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
