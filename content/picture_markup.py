"""A picture as pages show it: the best file that the browser knows, at the size that it needs, in a place of that shape."""

from django.utils.safestring import SafeString, mark_safe
from lxml import html
from lxml.html import builder as E

from content.models import Picture
from content.richtext import inner_html

#: The reading column: all of a phone but its margins, and never more than the measure (see tokens.css).
SIZES = "(min-width: 45rem) 42.5rem, calc(100vw - 2rem)"


def picture_element(picture: Picture, alt: str, *, eager: bool) -> html.HtmlElement:
    """Return the `picture` element. Only what is seen without scrolling should be `eager`."""
    size = {"width": str(picture.width), "height": str(picture.height)}
    image = E.IMG(src=picture.address, alt=alt, **size, decoding="async", **({} if eager else {"loading": "lazy"}))
    return E.E.picture(*(E.E.source(type=kind, srcset=copies, sizes=SIZES) for kind, copies in picture.sources()), image)


def picture_markup(picture: Picture) -> SafeString:
    """Return the picture that stands above an article's text."""
    return mark_safe(inner_html(E.DIV(picture_element(picture, picture.alt, eager=True))))  # noqa: S308 - made by lxml
