"""Queries that are built once and asked with other values."""

from datetime import timedelta

import pytest
from django.db.models import SlugField
from django.utils import timezone

from content.models import Article
from content.prepared import NOW, Prepared, Slot
from tests.content.factories import make_article

pytestmark = pytest.mark.django_db

NAMED = Slot("slug", SlugField())


@pytest.fixture
def counted():
    """The query for a public article of a name, and a list with an entry for each time that it was built."""
    built = []

    def build():
        built.append("once")
        return Article.objects.public_by(NOW).filter(slug=NAMED).values_list("pk", "slug")[:1]

    return Prepared(build), built


def test_query_is_built_once_and_answers_for_the_values_of_each_time(counted, django_assert_num_queries):
    query, built = counted
    one, two = make_article(slug="one"), make_article(slug="two")

    with django_assert_num_queries(3):
        found = [query.first(slug=slug, now=timezone.now()) for slug in ("one", "two", "three")]

    assert found == [(one.pk, "one"), (two.pk, "two"), None]
    assert built == ["once"]


@pytest.mark.parametrize("slug", ["it's", "50%s", "%(slug)s", "a\\b", "x' OR '1'='1", "ünïcode"])
def test_value_is_never_read_as_sql(counted, slug):
    article = make_article()
    Article.objects.filter(pk=article.pk).update(slug=slug)

    assert counted[0].first(slug=slug, now=timezone.now()) == (article.pk, slug)
    assert counted[0].first(slug=f"{slug}x", now=timezone.now()) is None


def test_gate_holds_to_the_microsecond(counted):
    article = make_article(publish_at=timezone.now() + timedelta(days=1))
    just_before = article.publish_at - timedelta(microseconds=1)

    found = [counted[0].first(slug=article.slug, now=now) for now in (just_before, article.publish_at)]

    assert found == [None, (article.pk, article.slug)]


def test_value_that_is_missing_is_an_error(counted):
    with pytest.raises(KeyError, match="slug"):
        counted[0].first(now=timezone.now())
