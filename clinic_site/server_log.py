"""What gunicorn writes of itself: when it starts and ends and what fails, and nothing of a request that it could not read.

Of such a request it would write the visitor's address and the line at fault, which may be a piece of what somebody sent us. Of
one that failed outside Django it would write the whole address with its query.
"""

import logging
from typing import Any

from gunicorn.glogging import Logger

from clinic_site.reports import WithoutWords

#: How gunicorn's lines about a request begin, and what stands in their place.
INSTEAD = {
    "Invalid request from": "A request that could not be read was refused.",
    "Error handling request": "A request failed in the web server.",
}


def without_request(record: logging.LogRecord) -> bool:
    """Take a request's words out of a line before anybody writes it."""
    for beginning, words in INSTEAD.items():
        if str(record.msg).startswith(beginning):
            record.msg, record.args = words, ()
    return True


class ServerLog(Logger):
    """gunicorn's log, whose exceptions say where they happened and not what they quote."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(without_request)
        for handler in self.error_log.handlers:
            handler.setFormatter(WithoutWords(self.error_fmt, self.datefmt))
