"""`{% kept holder %}…{% endkept %}`: rendered once for an object that is itself kept for one version of the content."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe

MOST_HOSTS = 8  # a visitor may write any port into the host's name, and each makes a copy

register = template.Library()


class KeptNode(template.Node):
    """Keeps what it rendered on the holder, so that both are forgotten together."""

    def __init__(self, holder: template.base.FilterExpression, nodelist: NodeList, place: tuple[str, int]) -> None:
        self.holder = holder
        self.nodelist = nodelist
        self.place = place

    def render(self, context: template.Context) -> SafeString:
        kept: dict[Any, str] = self.holder.resolve(context).kept
        key = self.place, str(context["site_root"])
        text = kept.get(key)
        if text is None:
            if len(kept) >= MOST_HOSTS:
                kept.clear()
            text = kept[key] = self.nodelist.render(context)
        return mark_safe(text)  # noqa: S308 - what the template itself rendered


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what is inside on the object that is named.

    Only for what depends on nothing but that object, the site and the host: not on who is asking, and not on the path, unless
    the object is a page, which has one.
    """
    _, holder = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(parser.compile_filter(holder), nodelist, (str(parser.origin), token.lineno or 0))
