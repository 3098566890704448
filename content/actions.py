"""Changes that touch several models at once."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
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
    _carry_rows(Faq, "question", source, target)
    _carry_rows(Citation, "source_id", source, target)
    profile = TherapyProfile.objects.filter(article=source).first()
    if profile:
        values = {field.name: getattr(profile, field.name) for field in TherapyProfile.profile_fields()}
        if not TherapyProfile.objects.filter(article=target, **values).exists():
            TherapyProfile.objects.update_or_create(article=target, defaults=values)
    target.related.set(source.related.all())
    target.support_lines.set(source.support_lines.all())
    SearchDocument.objects.index(target)  # its old questions are gone


def _carry_rows(model: type[Model], name: str, source: Article, target: Article) -> None:
    """Make the rows of `target` like those of `source`. One of the same name goes on as the same row, with its history."""
    rows = model._default_manager
    known = {getattr(row, name): row for row in rows.filter(article=target)}
    kept = []
    for row in rows.filter(article=source):
        before = known.pop(getattr(row, name), None)
        row.pk, row.article = before and before.pk, target  # type: ignore[attr-defined]
        if before is None or _values(row) != _values(before):
            row.save()
        kept.append(row.pk)
    rows.filter(article=target).exclude(pk__in=kept).delete()


def _values(row: Model) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


@transaction.atomic
def restore_part(*, version: Any) -> None:
    """Make a part of an article what this version of its history says, and put it back if it has gone since.

    Raises:
        ValidationError: if it would be refused today, such as a source that is gone, or listed already.
    """
    part = version.instance
    part._state.adding = not type(part)._default_manager.filter(pk=part.pk).exists()
    part.full_clean()
    part.save()
    cite_sources(part.article)


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
