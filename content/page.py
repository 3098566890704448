"""An article as its page shows it: every text rendered, every list in order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from content.likeness import related
from content.models import Article, ChangeNote, ClinicDetails, GlossaryTerm, Picture, Source, SupportLine
from content.models.article_parts import NOTES_SHOWN
from content.picture_markup import picture_markup
from content.render import Definition, Heading, Renderer

WORDS_A_MINUTE = 200  # a careful reader of health information; Brysbaert 2019 gives 238 for adults reading silently


@dataclass(frozen=True)
class CitedSource:
    """A source with its number in the page's list and the ids of the places that cite it."""

    number: int
    source: Source
    marks: list[str]


class ArticlePage:
    """What the template of an article shows. Rendering order gives the order of definitions and return links."""

    def __init__(
        self,
        article: Article,
        clinic: ClinicDetails,
        terms: Sequence[GlossaryTerm] | None = None,
        pictures: Iterable[Picture] | None = None,
        *,
        explain: bool = True,
    ) -> None:
        """Render `article`, which should come from `with_page()`; with `explain`, glossary terms have their meaning.

        The glossary's `terms` and the `pictures` of the body are read if they are not given.
        """
        self.article = article
        self.kept: dict[object, str] = {}  # what the templates rendered of it; see `content.templatetags.kept`
        citations = list(article.citations.all())
        pictures = Picture.objects.shown_in(article.body) if pictures is None else pictures
        self._renderer = Renderer(
            numbers={citation.source.key: number for number, citation in enumerate(citations, 1)},
            facts=clinic.facts(),
            terms=_terms_for(article, GlossaryTerm.objects.all() if terms is None else terms) if explain else [],
            pictures={picture.key: picture for picture in pictures},
            has_eager=article.picture is not None,
        )
        self.body, self.headings = self._renderer.body(article.body)
        self.profile = self._profile()
        self.urgent_help = self._renderer.text(article.urgent_help)
        self.faqs = [(faq.question, self._renderer.text(faq.answer)) for faq in article.faqs.all()]
        self.sources = [
            CitedSource(number, citation.source, self._renderer.references[citation.source.key])
            for number, citation in enumerate(citations, 1)
        ]

    body: SafeString
    headings: list[Heading]

    @cached_property
    def picture(self) -> SafeString | None:
        """The article's own picture, which stands above its text."""
        picture = self.article.picture
        return picture_markup(picture) if picture else None

    def _profile(self) -> list[tuple[str, str, SafeString]]:
        profile = getattr(self.article, "profile", None)
        return [(name, label, self._renderer.plain(text)) for name, label, text in profile.rows()] if profile else []

    @property
    def says_when_to_call(self) -> bool:
        """Whether it is about emergencies. A standing page that is shows the support lines, whatever its address."""
        return "care-emergency" in self.article.body

    @property
    def definitions(self) -> list[Definition]:
        """The glossary terms that the body uses."""
        return self._renderer.definitions

    @property
    def support_lines(self) -> list[SupportLine]:
        """The lines that this page asks for beside those shown everywhere."""
        return [line for line in self.article.support_lines.all() if not line.everywhere]

    @cached_property
    def changes(self) -> list[ChangeNote]:
        """What readers are told of the page's changes, the newest first."""
        return list(self.article.change_notes.all()[:NOTES_SHOWN])

    @cached_property
    def related(self) -> list[Article]:
        """The published articles to read next: those that the editor chose, completed by likeness."""
        return related(self.article, self.article.related_published)  # type: ignore[attr-defined]

    @cached_property
    def minutes(self) -> int:
        """Minutes to read the body."""
        return max(1, round(len(strip_tags(self.body).split()) / WORDS_A_MINUTE))


def _terms_for(article: Article, terms: Iterable[GlossaryTerm]) -> list[GlossaryTerm]:
    """Return the terms to explain: not everyday words, and not those that the page itself is about."""
    return [term for term in terms if term.inline and not _is_about(article.title, term)]


def _is_about(title: str, term: GlossaryTerm) -> bool:
    """Whether a title has a term as words of its own: "families" is not about MI."""
    return any(re.search(rf"\b{re.escape(name)}\b", title, re.IGNORECASE) for name in term.names())
