"""Turns stored rich text into what the public reads: clinic facts, numbered citations, glossary, headings, tables."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, count

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from lxml import html
from lxml.html import builder as E

from content.models import GlossaryTerm, Picture
from content.models.picture import KEY
from content.picture_markup import picture_element
from content.richtext import CONTROLS, inner_html
from content.tokens import CITATION, FACT

#: Ids that the page uses itself, which a heading must not take.
PAGE_IDS = re.compile(r"^(?:main|menu|mark|(?:page|source|cite|term|contact|search)-.+|.+-title)$")
BEFORE, AFTER = "([(“‘\"']?)", "([)”’\"'.,;:?!]*)"  # marks that stay on the line of their word
Replacement = Callable[[re.Match[str]], html.HtmlElement | str]
CARE_PREFIXES = {
    "care-gp": "Non-urgent advice: ",
    "care-urgent": "Urgent advice: ",
    "care-emergency": "Emergency: ",
}


@dataclass(frozen=True)
class Heading:
    """A heading of the text, for the contents list."""

    id: str
    text: str


@dataclass
class Definition:
    """A glossary term that was found in a text, and the id under which its meaning is shown."""

    id: str
    term: GlossaryTerm


@dataclass
class Renderer:
    """Renders the texts of one page, so that citations and definitions are counted across all of them."""

    numbers: dict[str, int] = field(default_factory=dict)  # source key → its number in the page's list
    facts: dict[str, str] = field(default_factory=dict)
    terms: list[GlossaryTerm] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)  # by their keys
    has_eager: bool = False  # whether a picture stands above these texts already
    definitions: list[Definition] = field(default_factory=list)
    references: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # source key → ids of its marks

    def text(self, markup: str, *, explain: bool = False) -> SafeString:
        """Return `markup`, which must have been cleaned, as the public sees it; with `explain`, glossary terms too."""
        root, _ = self._prepare(markup, explain=explain)
        return mark_safe(inner_html(root))  # noqa: S308 - cleaned on its way into the database

    def body(self, markup: str) -> tuple[SafeString, list[Heading]]:
        """Return the body of an article and its level 2 headings."""
        root, headings = self._prepare(markup, explain=True)
        _raise_first_cards(root)
        return mark_safe(inner_html(root)), headings  # noqa: S308 - as above

    def plain(self, text: str) -> SafeString:
        """Return plain `text` as HTML, with its citations as marks."""
        return self.text(str(escape(text)).replace("\n", "<br>"))

    def _prepare(self, markup: str, *, explain: bool) -> tuple[html.HtmlElement, list[Heading]]:
        root = html.fragment_fromstring(CONTROLS.sub("", markup or ""), create_parent="div")
        self._fill_facts(root)
        headings = _anchor_headings(root)
        _label_care_cards(root)
        _frame_tables(root)
        self._draw_pictures(root)
        self._mark_citations(root)
        if explain:
            self._explain_terms(root)
        return root, headings

    def _fill_facts(self, root: html.HtmlElement) -> None:
        """Put the clinic's facts in; a paragraph, item or cell that asks for an unknown one is left out."""
        for block in root.xpath(".//p|.//li|.//td"):
            names = FACT.findall(block.text_content())
            if names and not all(self.facts.get(name) for name in names):
                block.drop_tree()
        for element in root.iter():
            element.text = self._with_facts(element.text)
            element.tail = self._with_facts(element.tail)
        for block in root.xpath(".//ul[not(li)]|.//ol[not(li)]"):
            block.drop_tree()

    def _with_facts(self, text: str | None) -> str | None:
        return FACT.sub(lambda match: CONTROLS.sub("", self.facts.get(match[1], "")), text) if text else text

    def _draw_pictures(self, root: html.HtmlElement) -> None:
        """Show each picture by whatever file it has now. Only the first, and only above all headings, is eager."""
        for image in root.xpath(".//img"):
            eager = not self.has_eager and not image.xpath("preceding::h2")
            self.has_eager = True
            key = KEY.match(image.get("src", ""))
            picture = self.pictures.get(key[1]) if key else None
            if picture:
                new = picture_element(picture, image.get("alt", ""), eager=eager)
                new.tail = image.tail
                image.getparent().replace(image, new)
            elif not eager:
                image.set("loading", "lazy")

    def _mark_citations(self, root: html.HtmlElement) -> None:
        for element in list(root.iter()):
            _replace_in_text(element, "text", CITATION, self._citation)
            _replace_in_text(element, "tail", CITATION, self._citation)

    def _citation(self, match: re.Match[str]) -> html.HtmlElement | str:
        key = match[1]
        number = self.numbers.get(key)
        if number is None:
            return ""
        mark = f"cite-{number}-{len(self.references[key]) + 1}"
        self.references[key].append(mark)
        link = E.A(str(number), href=f"#source-{number}", id=mark)
        link.set("aria-label", f"Source {number}")
        return E.SUP(link)

    def _explain_terms(self, root: html.HtmlElement) -> None:
        """Make the first use of each glossary term a button that shows its meaning."""
        names = {name.lower(): (name, term) for term in self.terms for name in term.names()}
        if not names:
            return
        words = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        pattern = re.compile(rf"{BEFORE}\b({words})\b{AFTER}", re.IGNORECASE)

        def explain(match: re.Match[str]) -> html.HtmlElement | str:
            before, word, after = match.groups()
            name, term = names.get(word.lower(), ("", None))  # none for letters that only look alike, such as ſ and s
            found = any(definition.term is term for definition in self.definitions)
            if term is None or found or (name.isupper() and not word.isupper()):
                return match[0]
            definition = Definition(f"term-{term.anchor}", term)
            self.definitions.append(definition)
            button = E.BUTTON(word, E.CLASS("term"), type="button", popovertarget=definition.id)
            return E.SPAN(before, button, after, E.CLASS("term-and-marks")) if before or after else button

        for element in root.xpath(".//p|.//li"):
            if not element.xpath("ancestor::div[contains(@class, 'care-emergency')]"):
                _replace_in_text(element, "text", pattern, explain)
                for child in list(element):
                    _replace_in_text(child, "tail", pattern, explain)


def _replace_in_text(element: html.HtmlElement, where: str, pattern: re.Pattern[str], make: Replacement) -> None:
    """Replace each match of `pattern` in an element's text or tail by the element or text that `make` returns."""
    text = getattr(element, where)
    if not text or not (matches := list(pattern.finditer(text))):
        return
    parent = element if where == "text" else element.getparent()
    if parent is None:
        return
    position = 0 if where == "text" else parent.index(element) + 1
    setattr(element, where, text[: matches[0].start()])
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        after = text[match.end() : following.start() if following else len(text)]
        new = make(match)
        if isinstance(new, str):
            _append_text(parent, position, new + after)
            continue
        new.tail = after
        parent.insert(position, new)
        position += 1


def _append_text(parent: html.HtmlElement, position: int, text: str) -> None:
    """Add `text` before the child at `position`, where the text that stands there already ends."""
    if position == 0:
        parent.text = (parent.text or "") + text
    else:
        parent[position - 1].tail = (parent[position - 1].tail or "") + text


def _anchor_headings(root: html.HtmlElement) -> list[Heading]:
    """Give every level 2 heading an id of its own, and list them."""
    headings: list[Heading] = []
    for element in root.xpath("./h2"):
        text = CITATION.sub("", element.text_content()).strip()
        base = slugify(text)[:60].strip("-") or "part"
        base = f"part-{base}" if PAGE_IDS.match(base) else base
        taken = {heading.id for heading in headings}
        anchor = next(name for name in chain([base], (f"{base}-{number}" for number in count(2))) if name not in taken)
        element.set("id", anchor)
        headings.append(Heading(anchor, text))
    return headings


def _label_care_cards(root: html.HtmlElement) -> None:
    """Say the level of a care card in words too, for those who do not see its colour."""
    for card in root.xpath(".//div[contains(@class, 'care-')]"):
        level = next((prefix for name, prefix in CARE_PREFIXES.items() if name in card.get("class")), "")
        heading = card.find("h3")
        if level and heading is not None:
            label = E.SPAN(level, E.CLASS("visually-hidden"))
            label.tail, heading.text = heading.text, None
            heading.insert(0, label)


def _raise_first_cards(root: html.HtmlElement) -> None:
    """Let the cards above all other headings come straight under the page's title, so that no level is left out."""
    for heading in root.xpath(".//div[contains(@class, 'care-')]/h3[not(preceding::h2)]"):
        heading.tag = "h2"


def _frame_tables(root: html.HtmlElement) -> None:
    """Let a wide table scroll by itself, by keyboard too, and say what its headings head."""
    for table in root.xpath(".//table"):
        for heading in table.xpath(".//th"):
            in_first_row = heading.getparent() is table.xpath(".//tr")[0]
            heading.set("scope", "col" if in_first_row else "row")
        frame = E.DIV(E.CLASS("table-frame"), tabindex="0", role="region")
        frame.set("aria-label", "Table")
        frame.tail, table.tail = table.tail, None
        table.getparent().replace(table, frame)
        frame.append(table)
