"""Markdown to the rich text that the editor makes, for the starter content."""

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

from content.care_cards import CARE_LEVELS


def _card(level: str) -> MarkdownIt:
    def render(renderer: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        if tokens[index].nesting == -1:
            return "</div>\n"
        heading = _converter.renderInline(tokens[index].info.strip().removeprefix(level).strip())
        return f'<div class="care care-{level}"><h3>{heading}</h3>\n'

    return _converter.use(container_plugin, level, render=render)


_converter = MarkdownIt("commonmark", {"html": False}).enable("table")
for _level in CARE_LEVELS:
    _card(_level)


def to_html(text: str) -> str:
    """Return `text` as HTML. Raw HTML in it is shown as text; `::: gp Heading` … `:::` makes a care card."""
    return _converter.render(text)
