"""How words stand in the copies that people take out of here as text: nobody's can pass for a line of ours.

A page has markup to tell a message from what stands around it. A text has its lines only, and who writes to us chooses theirs:
one may look like a colleague's reply, with its date and name.
"""

import re

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # which may do something where a copy is shown in a terminal
INDENT = "    "


def one_line(words: str) -> str:
    """Return an answer to one of our questions, to stand behind its label."""
    return " ".join(_lines(words))


def indented(words: str) -> str:
    """Return a message, set apart from the lines that say whose it is."""
    return "\n".join(f"{INDENT}{line}".rstrip() for line in _lines(words))


def _lines(words: str) -> list[str]:
    return [CONTROLS.sub("", line) for line in words.splitlines()]
