"""Says which version of the content the public sees now. What was made from one version is good while that is current."""

from typing import NamedTuple

from django.db.models import Subquery
from django.utils import timezone

from content.models import Article, ContentVersion
from content.prepared import NOW, Prepared


class Version(NamedTuple):
    """A version of the content. Two are equal only if every public page is the same in both."""

    token: str  # the database changes it with every write
    published: str  # the latest publish time that has passed, so that a scheduled page appears by itself
    day: str  # for what a page says of today


def version_columns() -> tuple[Subquery, Subquery]:
    """Return what the database knows of the version at `NOW`, as columns for any query. `version_of()` takes their values."""
    latest = Article.objects.public_by(NOW).order_by("-publish_at").values("publish_at")[:1]
    return Subquery(ContentVersion.objects.values("token")[:1]), Subquery(latest)


def version_of(token: str | None, published: object) -> Version:
    """Return the version with these two, which were read together and just now."""
    return Version(token or "", str(published), str(timezone.localdate()))


CURRENT = Prepared(lambda: ContentVersion.objects.values_list(*version_columns())[:1])


def current_version() -> Version:
    """Return the version that the public sees now. It takes one small query."""
    return version_of(*(CURRENT.first(now=timezone.now()) or ("", None)))
