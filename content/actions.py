"""Changes that touch several models at once."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from content.models import Article, ChangeNote, Citation, Faq, SearchDocument, Source, TherapyProfile
from content.quality.readability import BLOCKS, TITLES, blocks
from content.tokens import CITATION

if TYPE_CHECKING:
    from staff.models import User

#: What a proposed change carries to the page it revises. Its address, dates and state stay the page's own.
REVISED_FIELDS = (
    "title", "short_title", "summary", "body", "urgent_help", "drawing", "picture", "is_medical",
)  # fmt: skip


class CannotPropose(Exception):
    """The article is not published, is a proposed change itself, or has one already."""


@transaction.atomic
def propose_change(*, article: Article, author: "User") -> Article:
    """Make and return a working copy of a published article, so that its page stays as it is until the copy is published.

    Raises:
        CannotPropose: if the article is not published, is a proposed change itself, or has one already.
    """
    if article.state != Article.State.PUBLISHED or Article.objects.filter(revises=article).exists():
        raise CannotPropose
    copy = Article(section=article.section, slug=article.slug, order=article.order, revises=article, author=author)
    _carry_over(article, copy)
    return copy


@transaction.atomic
def publish_change(*, change: Article) -> Article:
    """Move a proposed change onto the page it revises, delete the working copy, and return the page."""
    if change.revises is None:
        raise ValueError("This article is not a proposed change.")
    page = change.revises
    note = getattr(change, "_change_reason", None)
    page._change_reason = note  # type: ignore[attr-defined]
    if change.last_reviewed:  # all three or none: half of one review and half of another would break the rules for both
        for review_field in ("last_reviewed", "next_review_due", "reviewer_role"):
            setattr(page, review_field, getattr(change, review_field))
    _carry_over(change, page)
    change.delete()
    tell_readers(article=page, note=note)
    return page


def tell_readers(*, article: Article, note: str | None) -> None:
    """Add `note` to the changes that the article's page tells of, if the public sees that page: a draft has no readers."""
    if note and article.is_public:
        ChangeNote.objects.create(article=article, day=timezone.localdate(), note=note)


def _carry_over(source: Article, target: Article) -> None:
    """Make `target` say what `source` says: its texts, questions, sources, profile and links."""
    for name in REVISED_FIELDS:
        setattr(target, name, getattr(source, name))
    target.save()
    for model in (Faq, Citation):
        target_rows = model._default_manager.filter(article=target)
        target_rows.delete()
        for row in model._default_manager.filter(article=source):
            row.pk, row.article = None, target
            row.save()
    profile = TherapyProfile.objects.filter(article=source).first()
    if profile:
        values = {field.name: getattr(profile, field.name) for field in TherapyProfile.profile_fields()}
        TherapyProfile.objects.update_or_create(article=target, defaults=values)
    target.related.set(source.related.all())
    target.support_lines.set(source.support_lines.all())
    SearchDocument.objects.index(target)  # its old questions are gone


def cite_sources(article: Article) -> None:
    """Put the sources that the article's texts cite into its list, in the order of first use, before any others it has."""
    cited = list(dict.fromkeys(cited_keys(article)))
    listed = {citation.source.key: citation for citation in article.citations.select_related("source")}
    known = {source.key: source for source in Source.objects.filter(key__in=cited)}
    order = [key for key in cited if key in known] + [key for key in listed if key not in cited]
    for number, key in enumerate(order):
        citation = listed.get(key) or Citation(article=article, source=known[key])
        if citation.pk is None or citation.order != number:
            citation.order = number
            citation.save()


def cited_keys(article: Article) -> list[str]:
    """Return the keys that the article's texts cite, in the order in which the page shows them."""
    everywhere = (*BLOCKS, *TITLES)
    texts = [block.text for block in blocks(article.body, everywhere)]
    profile = TherapyProfile.objects.filter(article=article).first()
    texts += [text for _, _, text in profile.rows()] if profile else []
    texts += [
        block.text
        for markup in (article.urgent_help, *article.faqs.values_list("answer", flat=True))
        for block in blocks(markup, everywhere)
    ]
    return [key for text in texts for key in CITATION.findall(text)]
