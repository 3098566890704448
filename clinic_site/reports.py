"""Keeps what people wrote out of error reports and logs, also where an exception quotes it."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from clinic_site.request_id import current_request_id


class ConfidentialReports(SafeExceptionReporterFilter):
    """Hides every variable of every frame of a confidential request, also while DEBUG is on.

    A request is confidential if its view is decorated with `sensitive_post_parameters()`.
    """

    def is_active(self, request: HttpRequest | None) -> bool:
        return _is_confidential(request) or super().is_active(request)

    def get_traceback_frame_variables(self, request: Any, tb_frame: FrameType) -> Any:
        if _is_confidential(request):
            return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]
        return super().get_traceback_frame_variables(request, tb_frame)


REMOVED = "[removed]"
#: What may tell who somebody is, wherever it stands in a message. Strangers choose what is in many a message, so no search may
#: take longer than in proportion to its length: what may be long is begun at the first of its signs alone, or bounded.
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+(?:@[\w-]+\.[\w.+-]+)+")
NUMBERS = re.compile(
    r"""
      (?<![\d.]) (?:\d{1,3}\.){3}\d{1,3} (?![\d.])    # IPv4
    | (?<![\w:]) (?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]*     # IPv6
    | (?<![\w+]) (?:\+44|0)[\d ()-]{8,14}\d (?!\w)    # telephone in the United Kingdom
    | \b (?:[0-9A-Z]{4}-){3,}[0-9A-Z]{1,4}             # receipts and printed keys
    """,
    re.VERBOSE | re.IGNORECASE,
)


def without_people(words: str) -> str:
    """Return a message without addresses of mail and network, telephone numbers and receipts."""
    return NUMBERS.sub(REMOVED, MAIL.sub(REMOVED, words))  # mail first: a number may be a part of an address


class WithoutWords(logging.Formatter):
    """Writes of an exception where it happened and its class, and never its text: a database error quotes the values.

    What looks like somebody's address or number is taken out of every line.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = current_request_id.get()
        return without_people(super().format(record))

    def formatException(self, ei: Any) -> str:
        lines = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines += [*traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}\n"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()


class JsonWithoutWords(WithoutWords):
    """The same as one JSON object a line, for a collector of logs."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "level": record.levelname,
            "logger": record.name,
            "request": current_request_id.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"time": time, **{name: without_people(words) for name, words in said.items()}})


def _is_confidential(request: HttpRequest | None) -> bool:
    return hasattr(request, "sensitive_post_parameters")
