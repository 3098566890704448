"""Says which version of the content the public sees now. What was made from one version is good while that is current."""

from typing import NamedTuple

from django.db.models import Subquery
from django.utils import timezone

from content.models import Article, ContentVersion


class Version(NamedTuple):
    """A version of the content. Two are equal only if every public page is the same in both."""

    token: str  # the database changes it with every write
    published: str  # the latest publish time that has passed, so that a scheduled page appears by itself
    day: str  # for what a page says of today


def current_version() -> Version:
    """Return the version that the public sees now. It takes one small query."""
    latest = Article.objects.published().order_by("-publish_at").values("publish_at")[:1]
    row = ContentVersion.objects.values_list("token", Subquery(latest)).first()
    return version_of(*(row or ("", None)))


def version_of(token: str | None, published: object) -> Version:
    """Return the version with this token and latest publish time, which were read together and just now."""
    return Version(token or "", str(published), str(timezone.localdate()))
