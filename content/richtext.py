"""Rich text: what an editor may use, and the cleaning that lets nothing else into the database.

The allow-list for cleaning is made from the editor's own list of extensions, so the two cannot differ.
"""

import re
from typing import TYPE_CHECKING, Any

import nh3
from django.core.exceptions import ValidationError
from django_prose_editor.config import allowlist_from_extensions, expand_extensions
from lxml import etree, html

from content.care_cards import CARE_LEVELS

if TYPE_CHECKING:
    from django.db.models import TextField as ProseEditorField  # the package is untyped; this is what its field comes to
else:
    from django_prose_editor.fields import ProseEditorField

LINK_SCHEMES = {"https", "http", "mailto", "tel", "sms"}
#: An address with one of these schemes, a path on this site, or a place on the page. Browsers drop tabs and line ends from
#: addresses and read a backslash as a slash, so that `/\t/host` and `/\\host` would leave the site like `//host`.
LINK = re.compile(rf"(?:(?:{'|'.join(sorted(LINK_SCHEMES))}):|/(?!/)|#)[^\x00-\x1f\\]*", re.IGNORECASE)
UPLOAD = re.compile(r"/media/(?!.*\.\.)[\w./-]+", re.ASCII)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no reader sees them, and lxml refuses them
MAX_PASSES = 10  # honest text needs 2, and no text is known that needs more than 4
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


def cleaner_for(extensions: dict[str, Any], *tags: str) -> nh3.Cleaner:
    """Return the cleaner that keeps what these editor extensions can make, and these tags, and no more."""
    allowed = allowlist_from_extensions(expand_extensions(extensions))
    allowed["tags"] = {*allowed["tags"], *tags}
    allowed["url_schemes"] = LINK_SCHEMES
    allowed["link_rel"] = None
    allowed["attributes"] = {
        tag: names - {"class", "rel", "target", "title", "data-file"} for tag, names in allowed["attributes"].items()
    }
    allowed["attributes"]["*"] = set()  # or nh3 lets title and lang stand everywhere
    return nh3.Cleaner(**allowed, attribute_filter=_keep_attribute)


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures come from this site's own uploads, so that reading a page calls no other host; links say where they lead."""
    if name == "src":
        return value if UPLOAD.fullmatch(value) else None
    if name == "href":
        return value if LINK.fullmatch(value) else None
    return value


def clean_html(value: str, cleaner: nh3.Cleaner) -> str:
    """Return `value` with everything active or unknown taken out.

    Raises:
        ValidationError: if the elements are nested too deeply to be honest text.
    """
    for _ in range(MAX_PASSES):  # taking an element out can make what is left read differently, such as a table's caption
        before, value = value, _clean_once(value, cleaner)
        if value == before:
            return value
    raise ValidationError("This text is too tangled to be made safe. Paste it again as plain text and format it here.")


def _clean_once(value: str, cleaner: nh3.Cleaner) -> str:
    cleaned = CONTROLS.sub("", cleaner.clean(CONTROLS.sub("", value))).strip()  # afterwards too: some are written &#1;
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
    for element in root.xpath(".//*[@class='']"):  # a box whose every class was foreign
        del element.attrib["class"]
    for element in root.xpath("./p|./figure|.//div/p"):
        if not element.text_content().strip() and not element.xpath(".//img"):
            element.drop_tree()


def inner_html(root: html.HtmlElement) -> str:
    """Return the markup inside `root`, without `root` itself."""
    text = html.tostring(root, encoding="unicode").replace("</source>", "")  # which has no end, and lxml knows it not
    return text[text.index(">") + 1 : text.rindex("<")] if len(root) or root.text else ""


def words_of(markup: str) -> str:
    """Return the words of a text on one line, without the citation marks that a rendered one has."""
    root = html.fragment_fromstring(markup, create_parent="div")
    for mark in root.xpath(".//sup"):
        mark.drop_tree()
    for block in root.iterdescendants("h2", "h3", "h4", "p", "li", "th", "td", "br"):
        block.tail = f" {block.tail or ''}"
    return " ".join(root.text_content().split())


class RichTextField(ProseEditorField):
    """Rich text whose every way into the database that validates (`full_clean`) is cleaned by the same allow-list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        extensions = kwargs.pop("extensions", BODY_EXTENSIONS)
        cleaner = cleaner_for(extensions)
        super().__init__(*args, extensions=extensions, sanitize=lambda value: clean_html(value, cleaner), **kwargs)  # type: ignore[call-arg]

    def clean(self, value: Any, model_instance: Any) -> str:
        """Return the cleaned text.

        Raises:
            ValidationError: if a required text has nothing in it once it is cleaned.
        """
        cleaned = super().clean(value, model_instance)
        if not cleaned and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        return cleaned
