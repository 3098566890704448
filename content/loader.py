"""Puts the starter content into the database, and keeps its hands off whatever staff have changed since."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from content.markdown import to_html
from content.models import (
    Article,
    Citation,
    Faq,
    GlossaryTerm,
    SearchDocument,
    Section,
    Source,
    StarterRecord,
    SupportLine,
    TherapyProfile,
)
from content.starter_files import Entry, digest

MODELS: dict[str, type[models.Model]] = {
    "section": Section,
    "source": Source,
    "term": GlossaryTerm,
    "line": SupportLine,
    "article": Article,
}
KEYS = {"section": "slug", "source": "key", "line": "key", "article": "slug"}
ARTICLE_FIELDS = ("title", "short_title", "summary", "order", "drawing")
#: What an entry may hold beside plain values, by name. The lists hold texts, except faqs, which holds tables.
TEXTS = ("introduction", "body", "urgent_help")
LISTS = {"other_names": str, "sources": str, "related": str, "support_lines": str, "faqs": dict}
ARTICLE_KEYS = {*ARTICLE_FIELDS, *TEXTS[1:], "section", "medical", "faqs", "sources", "profile", "related", "support_lines"}
Row = TypeVar("Row", bound=models.Model)
CHANGE_REASON = "Loaded from the starter content"


@dataclass
class Report:
    """What a load did: how many entries were created, updated and unchanged, and which were left to staff."""

    counts: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{number} {what}" for what, number in self.counts.items()) or "nothing to do"
        return f"Starter content: {counts}." + "".join(f"\n  left as staff have it: {entry}" for entry in self.kept)


@transaction.atomic
def load(entries: Iterable[Entry]) -> Report:
    """Load `entries`, all or none of them.

    Raises:
        StarterError: naming file, line and reason, if an entry breaks a rule; nothing is loaded then.
    """
    report = Report()
    records = {(r.kind, r.key): r for r in StarterRecord.objects.all()}
    written: list[tuple[Entry, models.Model]] = []
    for entry in entries:
        record = records.get((entry.kind, entry.key))
        outcome = _outcome(entry, record)
        report.counts[outcome] += 1
        if outcome == "left to staff":
            report.kept.append(f"{entry.kind} {entry.key}")
        elif outcome != "unchanged":
            written.append((entry, _write(entry, record)))
    for entry, row in written:
        if isinstance(row, Article):
            _relate(entry, row)
    for entry, row in written:
        StarterRecord.objects.update_or_create(
            kind=entry.kind,
            key=entry.key,
            defaults={"object_id": row.pk, "file_digest": entry.digest, "row_digest": digest(_snapshot(row))},
        )
    return report


def _outcome(entry: Entry, record: StarterRecord | None) -> str:
    if record is None:
        return "left to staff" if _find(entry) else "created"
    if record.file_digest == entry.digest:
        return "unchanged"
    row = MODELS[entry.kind]._default_manager.filter(pk=record.object_id).first()
    return "updated" if row and digest(_snapshot(row)) == record.row_digest else "left to staff"


def _find(entry: Entry) -> models.Model | None:
    """Find a row that staff made themselves under the same key."""
    lookup: dict[str, Any] = {"section": {"slug": entry.key}, "term": {"term__iexact": entry.key}}.get(
        entry.kind, {"key": entry.key}
    )
    if entry.kind == "article":
        lookup = {"section__slug": entry.data["section"], "slug": entry.key, "revises": None}
    return MODELS[entry.kind]._default_manager.filter(**lookup).first()


def _write(entry: Entry, record: StarterRecord | None) -> models.Model:
    _check_kinds(entry)
    model = MODELS[entry.kind]
    row = model._default_manager.get(pk=record.object_id) if record else model()
    WRITERS[entry.kind](entry, row)
    return row


def _check_kinds(entry: Entry) -> None:
    """Refuse a list where a text belongs and the like, which the models could not put into words."""
    for name, value in entry.data.items():
        if name in LISTS and not (isinstance(value, list) and all(isinstance(item, LISTS[name]) for item in value)):
            raise entry.error(name, f"{name} must be a list of {'tables' if LISTS[name] is dict else 'texts'}")
        if name in TEXTS and not isinstance(value, str):
            raise entry.error(name, f"{name} must be a text")
        if name == "profile" and not isinstance(value, dict):
            raise entry.error(name, "profile must be a table")


def _check_names(entry: Entry, names: Iterable[str], known: Collection[str], whole: str) -> None:
    for name in names:
        if name not in known:
            raise entry.error(name, f"{name} is not a field of {whole}")


def _save(entry: Entry, row: models.Model) -> None:
    """Validate and save `row`, turning a broken rule into an error that names the file and line."""
    row._change_reason = CHANGE_REASON  # type: ignore[attr-defined]
    try:
        row.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise entry.error(name, f"{name}: {messages[0]}") from error
    row.save()


def _write_simple(entry: Entry, row: models.Model) -> None:
    _check_names(entry, entry.data, {f.name for f in row._meta.concrete_fields}, f"a {entry.kind}")
    for name, value in entry.data.items():
        setattr(row, name, value)
    _save(entry, row)


def _write_section(entry: Entry, row: models.Model) -> None:
    data = {**entry.data, "introduction": to_html(entry.data.get("introduction", ""))}
    _write_simple(Entry(entry.kind, entry.key, data, entry.path), row)


def _write_term(entry: Entry, row: models.Model) -> None:
    data = {**entry.data, "other_names": "\n".join(entry.data.get("other_names", []))}
    _write_simple(Entry(entry.kind, entry.key, data, entry.path), row)


def _write_article(entry: Entry, row: Article) -> None:
    data = entry.data
    _check_names(entry, data, ARTICLE_KEYS, "an article")
    for name in ARTICLE_FIELDS:
        setattr(row, name, data.get(name, getattr(Article(), name)))
    row.slug = entry.key
    row.is_medical = data.get("medical", False)
    row.section = _lookup(entry, Section, "section", data["section"]) or _refuse(entry, "section", data["section"])
    row.body = to_html(data["body"])
    row.urgent_help = to_html(data.get("urgent_help", ""))
    if row.pk is None:
        row.state, row.publish_at = Article.State.PUBLISHED, timezone.now()
    _save(entry, row)
    _write_parts(entry, row)


def _write_parts(entry: Entry, article: Article) -> None:
    """Write what hangs on an article: its questions, its sources in order, and its profile."""
    article.faqs.all().delete()
    for order, faq in enumerate(entry.data.get("faqs", [])):
        _check_names(entry, faq, ("question", "answer"), "a question")
        answer = to_html(str(faq.get("answer", "")))
        _save(entry, Faq(article=article, order=order, question=faq.get("question", ""), answer=answer))
    article.citations.all().delete()
    for order, key in enumerate(entry.data.get("sources", [])):
        if source := _lookup(entry, Source, "source", key):
            Citation.objects.create(article=article, order=order, source=source)
    if "profile" in entry.data:
        _check_names(entry, entry.data["profile"], {f.name for f in TherapyProfile.profile_fields()}, "a profile")
        profile = TherapyProfile.objects.filter(article=article).first() or TherapyProfile(article=article)
        for name, value in entry.data["profile"].items():
            setattr(profile, name, value)
        _save(entry, profile)
    SearchDocument.objects.index(article)  # its old questions are gone


def _relate(entry: Entry, article: Article) -> None:
    """Link an article to others and to support lines, once all of them exist."""
    related = [_lookup(entry, Article, "article", slug) for slug in entry.data.get("related", [])]
    article.related.set(filter(None, related))
    lines = [_lookup(entry, SupportLine, "line", key) for key in entry.data.get("support_lines", [])]
    article.support_lines.set(filter(None, lines))


def _lookup(entry: Entry, model: type[Row], kind: str, key: str) -> Row | None:
    """Find what an entry names: by what was loaded under that key, since staff may have renamed it, or else by the key.

    None means that staff have deleted it. A name that never was is a mistake in the file.
    """
    record = StarterRecord.objects.filter(kind=kind, key=key).first()
    row = model._default_manager.filter(pk=record.object_id).first() if record else None
    if row is None:
        not_a_copy = {"revises": None} if model is Article else {}
        row = model._default_manager.filter(**{KEYS[kind]: key}, **not_a_copy).first()
    if row is None and record is None:
        _refuse(entry, model._meta.verbose_name, key)
    return row


def _refuse(entry: Entry, what: object, key: str) -> NoReturn:
    raise entry.error(key, f"there is no {what} {key!r}")


WRITERS: dict[str, Callable[[Entry, Any], None]] = {
    "section": _write_section,
    "source": _write_simple,
    "term": _write_term,
    "line": _write_simple,
    "article": _write_article,
}


def _snapshot(row: models.Model) -> dict[str, Any]:
    """Return everything about a loaded row that staff could have changed, as plain data."""
    data = {f.name: f.value_from_object(row) for f in row._meta.concrete_fields if f.name not in ("created_at", "updated_at")}
    if isinstance(row, Article):
        row = Article.objects.get(pk=row.pk)
        data["faqs"] = list(row.faqs.values_list("question", "answer", "order"))
        data["citations"] = list(row.citations.values_list("source__key", "order"))
        data["related"] = list(row.related.order_by("pk").values_list("pk", flat=True))
        data["support_lines"] = list(row.support_lines.order_by("pk").values_list("pk", flat=True))
        data["profile"] = list(TherapyProfile.objects.filter(article=row).values())
    return data
