"""Where log lines go, and how they are written."""

from typing import Any


def to_standard_error(form: str) -> dict[str, Any]:
    """Return the settings of logging to standard error, as "json" or as text: never a query, a body or somebody's address."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "without_words": {
                "()": "clinic_site.reports.WithoutWords",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            },
            "json": {"()": "clinic_site.reports.JsonWithoutWords"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "json" if form == "json" else "without_words"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {"django": {"handlers": [], "level": "INFO"}},  # Django's own handlers would print beside ours
    }
