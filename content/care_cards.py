"""Care cards: the boxes in four levels that say when to get help, after the NHS content style.

Apart from richtext.py because the settings name this function, and must not load models.
"""

from typing import Any

from django_prose_editor.config import add_allowed_classes, add_tags_and_attributes

CARE_LEVELS = ("info", "gp", "urgent", "emergency")


def allow_care_cards(config: dict[str, Any], shared: dict[str, Any]) -> None:
    """Tell the cleaner about care cards: a `div` of fixed classes, whose first child is a level 3 heading."""
    add_tags_and_attributes(shared, ["div", "h3"], None)
    add_allowed_classes(shared, {"div": ["care", *(f"care-{level}" for level in CARE_LEVELS)]})
