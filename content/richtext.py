"""Rich text: what an editor may use, and the cleaning that lets nothing else into the database.

The allow-list for cleaning is made from the editor's own list of extensions, so the two cannot differ.
"""

from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django_prose_editor.config import allowlist_from_extensions, expand_extensions
from django_prose_editor.fields import ProseEditorField
from lxml import etree, html

from content.care_cards import CARE_LEVELS

LINK_SCHEMES = {"https", "http", "mailto", "tel", "sms"}
MAX_DEPTH = 40  # elements inside elements; honest text needs fewer than 10

SIMPLE_EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "HardBreak": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Link": {"enableTarget": False, "protocols": sorted(LINK_SCHEMES)},
}
CARE_EXTENSIONS = {**SIMPLE_EXTENSIONS, "CareCard": {"levels": list(CARE_LEVELS)}}
BODY_EXTENSIONS: dict[str, Any] = {
    **CARE_EXTENSIONS,
    "Heading": {"levels": [2, 3]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Figure": {"pickerUrl": "/admin/content/picture/pick/"},
    "Caption": True,
    "Image": True,
}


def cleaner_for(extensions: dict[str, Any]) -> nh3.Cleaner:
    """Return the cleaner that keeps what these editor extensions can make, and no more."""
    allowed = allowlist_from_extensions(expand_extensions(extensions))
    allowed["url_schemes"] = LINK_SCHEMES
    allowed["link_rel"] = None
    allowed["attributes"] = {
        tag: names - {"class", "rel", "target", "title", "data-file"} for tag, names in allowed["attributes"].items()
    }
    return nh3.Cleaner(**allowed, attribute_filter=_keep_attribute)


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures come from this site's own uploads, so that reading a page calls no other host."""
    if tag == "img" and name == "src" and (not value.startswith("/media/") or ".." in value):
        return None
    if name == "class" and not value:
        return None
    return value


def clean_html(value: str, cleaner: nh3.Cleaner) -> str:
    """Return `value` with everything active or unknown taken out.

    Raises:
        ValidationError: if the elements are nested too deeply to be honest text.
    """
    cleaned = cleaner.clean(value.replace("\x00", "")).strip()
    if not cleaned:
        return ""
    fragment = html.fragment_fromstring(cleaned, create_parent="div")
    if _depth(fragment) > MAX_DEPTH:
        raise ValidationError(
            "This text has boxes or lists nested too deeply. Paste it again as plain text and format it here."
        )
    _drop_empty(fragment)
    return inner_html(fragment)


def _depth(root: html.HtmlElement) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _drop_empty(root: html.HtmlElement) -> None:
    """Take out pictures that lost their address, and paragraphs and figures with nothing in them."""
    for image in root.xpath(".//img[not(@src)]"):
        image.drop_tree()
    for element in root.xpath("./p|./figure|.//div/p"):
        if not element.text_content().strip() and not element.xpath(".//img"):
            element.drop_tree()


def inner_html(root: html.HtmlElement) -> str:
    """Return the markup inside `root`, without `root` itself."""
    text = html.tostring(root, encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("<")] if len(root) or root.text else ""


class RichTextField(ProseEditorField):
    """Rich text whose every way into the database that validates (`full_clean`) is cleaned by the same allow-list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        extensions = kwargs.pop("extensions", BODY_EXTENSIONS)
        cleaner = cleaner_for(extensions)
        super().__init__(*args, extensions=extensions, sanitize=lambda value: clean_html(value, cleaner), **kwargs)
