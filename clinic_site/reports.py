"""Keeps what people wrote out of error reports and logs, also where an exception quotes it."""

import logging
import traceback
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


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


class WithoutWords(logging.Formatter):
    """Writes of an exception where it happened and its class, and never its text: a database error quotes the values."""

    def formatException(self, ei: Any) -> str:
        lines = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines += [*traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}\n"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()


def _is_confidential(request: HttpRequest | None) -> bool:
    return hasattr(request, "sensitive_post_parameters")
