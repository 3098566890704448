"""Changes that touch several models at once."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from content.models import Article, ChangeNote, Citation, ContentVersion, Faq, SearchDocument, Source, TherapyProfile
from content.models.review import WORDS
from content.quality.readability import BLOCKS, TITLES, blocks
from content.tokens import CITATION

if TYPE_CHECKING:
    from staff.models import User

#: What a proposed change carries to the page it revises. Its address, dates and state stay the page's own.
REVISED_FIELDS = (
    "title", "short_title", "summary", "body", "urgent_help", "drawing", "picture", "is_medical",
)  # fmt: skip
PARTS = (*REVISED_FIELDS, "faqs", "citations", "profile", "related", "support_lines")


class CannotPropose(Exception):
    """The article is not published, is a proposed change itself, or has one already."""


class PageHasMovedOn(Exception):
    """A proposed change would undo what was changed on its page meanwhile; `parts` names what both have changed."""

    def __init__(self, parts: list[str]) -> None:
        super().__init__(parts)
        self.parts = parts


@transaction.atomic
def propose_change(*, article: Article, author: "User") -> Article:
    """Make and return a working copy of a published article, so that its page stays as it is until the copy is published.

    Raises:
        CannotPropose: if the article is not published, is a proposed change itself, or has one already.
    """
    ContentVersion.take_turn()
    if article.state != Article.State.PUBLISHED or Article.objects.filter(revises=article).exists():
        raise CannotPropose
    copy = Article(section=article.section, slug=article.slug, order=article.order, revises=article, author=author)
    copy.base = said(article)
    _carry_over(article, copy)
    return copy


@transaction.atomic
def publish_change(*, change: Article) -> Article:
    """Move a proposed change onto the page it revises, delete the working copy, and return the page.

    Raises:
        PageHasMovedOn: if it would undo what was changed on the page since the copy was made, or last brought up to date.
    """
    if change.revises_id is None:
        raise ValueError("This article is not a proposed change.")
    ContentVersion.take_turn()
    page = Article.objects.get(pk=change.revises_id)
    if parts := changed_by_both(change):
        raise PageHasMovedOn(parts)
    bring_up_to_date(change=change)
    words = words_of(page)
    note = getattr(change, "_change_reason", None)
    page._change_reason = note  # type: ignore[attr-defined]
    if change.last_reviewed:  # all three or none: half of one review and half of another would break the rules for both
        for review_field in ("last_reviewed", "next_review_due", "reviewer_role"):
            setattr(page, review_field, getattr(change, review_field))
    _carry_over(change, page)
    if change.last_reviewed:
        _note_change(page, change.changed_since_review)
    else:
        keep_review_true(article=page, before=words, approved=False)
    change.delete()
    tell_readers(article=page, note=note)
    return page


@transaction.atomic
def bring_up_to_date(*, change: Article) -> None:
    """Give a proposed change what has changed on its page since it was made, but for what it changes itself."""
    page, now, new = _page_of(change), said(_page_of(change)), said(change)
    then = change.base or now
    words = words_of(change)
    change.base = now
    _carry_over(page, change, [part for part in PARTS if new[part] == then[part] != now[part]])
    keep_review_true(article=change, before=words, approved=False)


def changed_by(change: Article) -> dict[str, bool]:
    """Return the parts that a proposed change will change on its page, and whether each has changed there meanwhile too."""
    now, new = said(_page_of(change)), said(change)
    then = change.base or now
    return {part: now[part] != then[part] for part in PARTS if then[part] != new[part] != now[part]}


def changed_by_both(change: Article) -> list[str]:
    """Return the parts that a proposed change and its page have both changed, each in another way, since it was made."""
    return [part for part, on_page_too in changed_by(change).items() if on_page_too]


def said(article: Article) -> dict[str, Any]:
    """Return what an article says, by the names in PARTS, in the shapes that JSON keeps."""
    profile = TherapyProfile.objects.filter(article=article).first()
    citations = Citation.objects.filter(article=article)
    return {
        **{name: article.serializable_value(name) for name in REVISED_FIELDS},
        "faqs": [[faq.question, faq.answer] for faq in Faq.objects.filter(article=article)],
        "citations": list(citations.values_list("source__key", flat=True)),
        "profile": profile and [text for _, _, text in profile.rows()],
        "related": sorted(article.related.values_list("pk", flat=True)),
        "support_lines": sorted(article.support_lines.values_list("pk", flat=True)),
    }


def keep_review_true(*, article: Article, before: dict[str, Any], approved: bool) -> None:
    """Note that an article's words are no longer those of `before`, which were reviewed, or that a clinician approves them now.

    `Article.save` does so for its own fields; its questions and its profile are saved after it.
    """
    since = article.changed_since_review
    if approved and not (since and article.last_reviewed and article.last_reviewed < since):
        _note_change(article, None)
    elif article.last_reviewed and words_of(article) != before:
        _note_change(article, timezone.localdate())


def words_of(article: Article) -> dict[str, Any]:
    """Return what a clinical review vouches for."""
    parts = said(article)
    return {part: parts[part] for part in (*WORDS, "faqs", "profile")}


def tell_readers(*, article: Article, note: str | None) -> None:
    """Add `note` to the changes that the article's page tells of, if the public sees that page: a draft has no readers."""
    if note and article.is_public:
        ChangeNote.objects.create(article=article, day=timezone.localdate(), note=note)


def _note_change(article: Article, since: date | None) -> None:
    article.changed_since_review = since
    Article.objects.filter(pk=article.pk).update(changed_since_review=since)


def _page_of(change: Article) -> Article:
    """Return the page that a proposed change revises, as the database has it now."""
    return Article.objects.get(revision=change)


def _carry_over(source: Article, target: Article, parts: Collection[str] = PARTS) -> None:
    """Make `target` say what `source` says, in these parts."""
    for name in REVISED_FIELDS:
        if name in parts:
            setattr(target, name, getattr(source, name))
    target.save()
    for name, model, key in (("faqs", Faq, "question"), ("citations", Citation, "source_id")):
        if name in parts:
            _carry_rows(model, key, source, target)
    if "profile" in parts:
        _carry_profile(source, target)
    for name in ("related", "support_lines"):
        if name in parts:
            getattr(target, name).set(getattr(source, name).all())
    SearchDocument.objects.index(target)  # its old questions are gone


def _carry_profile(source: Article, target: Article) -> None:
    profile = TherapyProfile.objects.filter(article=source).first()
    if profile is None:
        TherapyProfile.objects.filter(article=target).delete()
        return
    values = {field.name: getattr(profile, field.name) for field in TherapyProfile.profile_fields()}
    if not TherapyProfile.objects.filter(article=target, **values).exists():
        TherapyProfile.objects.update_or_create(article=target, defaults=values)


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
    ContentVersion.take_turn()
    part = version.instance
    part._state.adding = not type(part)._default_manager.filter(pk=part.pk).exists()
    part.full_clean()
    words = words_of(part.article)
    part.save()
    Article.objects.filter(pk=part.article_id).update(updated_at=timezone.now())  # a form that was opened before is old now
    cite_sources(part.article)
    keep_review_true(article=part.article, before=words, approved=False)


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
