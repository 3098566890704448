"""What a version of the history changed, field by field, in the words that the forms have for it."""

from datetime import date, datetime
from typing import Any

from django.utils.formats import localize
from django.utils.timezone import localtime
from simple_history.models import ModelChange
from simple_history.template_utils import HistoricalRecordContextHelper, ObjDiffDisplay

from content.richtext import RichTextField, words_of

#: Instead of twice the same text, where a heading became a smaller one or words became bold.
SET_ANEW = ("the same words", "set in another way")


class ChangedFields(HistoricalRecordContextHelper):
    """Shows choices by their labels, rich text without its markup, times as everywhere else, and what was empty as such."""

    def prepare_delta_change_value(self, change: ModelChange, value: Any) -> Any:
        field = self.model._meta.get_field(change.field)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if field.many_to_many:
            value = "; ".join(map(str, super().prepare_delta_change_value(change, value)))
        if value in (None, ""):
            return "nothing"
        if isinstance(value, date):
            return localize(localtime(value) if isinstance(value, datetime) else value)
        if isinstance(field, RichTextField):
            return words_of(value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value)).lower()
        return value

    def stringify_delta_change_values(self, change: ModelChange, old: Any, new: Any) -> tuple[str, str]:
        return super().stringify_delta_change_values(change, old, new) if old != new else SET_ANEW

    def get_obj_diff_display(self) -> ObjDiffDisplay:
        return Shortened(max_length=300, min_begin_len=30, min_common_len=30, min_end_len=30, placeholder_len=1)


class Shortened(ObjDiffDisplay):
    """Shows where two long texts differ, and the words around that."""

    def shortened_str(self, prefix: str, num_skipped_chars: int, suffix: str) -> str:
        return f"{prefix}…{suffix}"
