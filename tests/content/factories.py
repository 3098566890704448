"""Makes rows for tests: a sound one with nothing said, and whatever a test is about named by keyword.

Rows are cleaned unless a test passes through `Model.objects.create` itself, so that text is as in real life. What a
constraint forbids, the database refuses by itself.
"""

import io
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from content.models import (
    Article,
    Citation,
    Faq,
    GlossaryTerm,
    OutsideLink,
    Picture,
    Section,
    Source,
    SupportLine,
    TherapyProfile,
)
from staff.models import User

PASSWORD = "a long enough password"
_numbers = count(1)


def _saved(row: Any) -> Any:
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    return row


def make_section(**fields: Any) -> Section:
    """Make a section; the default one is understanding ketamine, made once."""
    slug = fields.setdefault("slug", "ketamine")
    if fields.keys() == {"slug"} and (found := Section.objects.filter(slug=slug).first()):
        return found
    return _saved(Section(**{"title": slug.title(), "menu_title": slug[:24].title(), "summary": f"About {slug}.", **fields}))


def make_article(**fields: Any) -> Article:
    """Make an article that is public since an hour ago. `state="draft", publish_at=None` makes a draft."""
    number = next(_numbers)
    name = "".join("abcdefghij"[int(digit)] for digit in str(number))  # a figure in a title would need a source
    values = {
        "slug": f"page-{number}",
        "title": f"Page {name}",
        "summary": "What this page says.",
        "body": "<p>Plain words.</p>",
        "state": Article.State.PUBLISHED,
        "publish_at": timezone.now() - timedelta(hours=1),
    }
    values["section"] = fields.pop("section", None) or make_section()
    return _saved(Article(**{**values, **fields}))


def make_draft(**fields: Any) -> Article:
    """Make an article that was never public."""
    return make_article(**{"state": Article.State.DRAFT, "publish_at": None, **fields})


def make_profile(article: Article, **fields: Any) -> TherapyProfile:
    """Give an article a therapy profile; each field says its own label."""
    labels = {field.name: str(field.verbose_name).capitalize() + "." for field in TherapyProfile.profile_fields()}
    return _saved(TherapyProfile(article=article, **{**labels, **fields}))


def make_faq(article: Article, **fields: Any) -> Faq:
    """Give an article a question and its answer."""
    return _saved(Faq(article=article, **{"question": "Does it hurt?", "answer": "<p>No.</p>", **fields}))


def make_source(**fields: Any) -> Source:
    """Make a source."""
    values = {"key": f"source-{next(_numbers)}", "publisher": "A journal", "title": "A paper", "year": 2024}
    return _saved(Source(**{**values, **fields}))


def cite(article: Article, *sources: Source) -> None:
    """Put sources at the end of an article's list."""
    start = article.citations.count()
    for order, source in enumerate(sources, start):
        _saved(Citation(article=article, source=source, order=order))


def make_term(term: str = "Dissociation", **fields: Any) -> GlossaryTerm:
    """Make a glossary term."""
    return _saved(GlossaryTerm(term=term, **{"meaning": f"What {term} means.", **fields}))


def make_line(**fields: Any) -> SupportLine:
    """Make a support line."""
    number = next(_numbers)
    values = {"key": f"line-{number}", "name": f"Line {number}", "description": "Someone who listens.", "phone": "116 123"}
    return _saved(SupportLine(**{**values, **fields}))


def picture_file(kind: str = "PNG", *, name: str = "", size: tuple[int, int] = (320, 240)) -> SimpleUploadedFile:
    """Make an upload that really is a picture of this kind, whatever its name says."""
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    return SimpleUploadedFile(name or f"upload.{kind.lower()}", data.getvalue())


def make_picture(**fields: Any) -> Picture:
    """Make a picture with a description."""
    values = {"title": f"Picture {next(_numbers)}", "file": picture_file(), "alt": "A teal field."}
    return _saved(Picture(**{**values, **fields}))


def make_outside_link(*articles: Article, **fields: Any) -> OutsideLink:
    """Make an address of another site, which these articles link to."""
    link = OutsideLink.objects.create(**{"address": f"https://site-{next(_numbers)}.example/", **fields})
    link.articles.set(articles)
    return link


def make_user(role: str = "", **fields: Any) -> User:
    """Make a member of staff in one of the groups editor, reviewer or manager; PASSWORD signs them in."""
    number = next(_numbers)
    user = User.objects.create_user(
        **{"email": f"staff{number}@clinic.example", "name": f"Staff {number}", "password": PASSWORD, **fields}
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user
