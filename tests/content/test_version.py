"""The version of the content: new after every change that a page can show, and by itself when a date passes."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from content import triggers
from content.models import (
    Article,
    Citation,
    ClinicDetails,
    ContentVersion,
    Faq,
    GlossaryTerm,
    Picture,
    Redirect,
    SearchWord,
    Section,
    Source,
    SupportLine,
    TherapyProfile,
)
from content.version import current_version
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_line,
    make_picture,
    make_profile,
    make_section,
    make_source,
    make_term,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)
UNSEEN = ("content_search", "content_starter", "content_contentversion", "content_outsidelink", "content_pagecount")


@pytest.fixture
def article():
    """An article with one of everything."""
    article = make_article(picture=make_picture())
    make_profile(article)
    make_faq(article)
    cite(article, make_source())
    make_term()
    ClinicDetails(pk=1).save()
    Redirect.objects.create(old_path="/old/", article=article)
    article.related.add(make_draft())
    article.support_lines.add(make_line())
    return article


def sql(statement):
    def write(article):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return write


WRITES = {
    "article-saved": lambda article: article.save(),
    "article-updated": lambda article: Article.objects.update(title="New"),
    "article-made": lambda article: make_article(),
    "article-deleted": lambda article: Article.objects.filter(pk=make_draft().pk).delete(),
    "question-updated": lambda article: Faq.objects.update(question="New?"),
    "question-deleted": lambda article: Faq.objects.all().delete(),
    "questions-made-in-bulk": lambda article: Faq.objects.bulk_create([Faq(article=article, question="?", answer="")]),
    "citation-deleted": lambda article: Citation.objects.all().delete(),
    "source-updated": lambda article: Source.objects.update(title="New"),
    "profile-updated": lambda article: TherapyProfile.objects.update(format="New"),
    "section-updated": lambda article: Section.objects.update(title="New"),
    "note-made": lambda article: article.change_notes.create(day="2026-01-01", note="New"),
    "picture-updated": lambda article: Picture.objects.update(alt="New"),
    "term-updated": lambda article: GlossaryTerm.objects.update(meaning="New"),
    "term-deleted": lambda article: GlossaryTerm.objects.all().delete(),
    "line-updated": lambda article: SupportLine.objects.update(phone="111"),
    "clinic-updated": lambda article: ClinicDetails.objects.update(phone="111"),
    "clinic-saved": lambda article: ClinicDetails(pk=1, phone="1").save(),
    "redirect-deleted": lambda article: Redirect.objects.all().delete(),
    "related-added": lambda article: article.related.add(make_section().articles.first()),
    "related-cleared": lambda article: article.related.clear(),
    "lines-cleared": lambda article: article.support_lines.clear(),
    "by-hand": sql("UPDATE content_article SET title = 'By hand'"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_makes_a_new_version(article, write):
    before = current_version()

    write(article)

    assert current_version() != before


def test_reading_and_writing_elsewhere_keep_the_version(article, client):
    before = current_version()

    make_user()
    SearchWord.objects.create(word="another")
    client.get(article.get_absolute_url())

    assert current_version() == before


def test_change_that_is_rolled_back_does_not_give_its_version_to_another(article):
    before, seen = current_version(), []
    for title in ("One", "Two"):
        with transaction.atomic():
            Article.objects.update(title=title)
            seen.append(current_version())
            transaction.set_rollback(True)

    assert current_version() == before
    assert len({before, *seen}) == 3


def test_scheduled_page_makes_a_new_version_when_its_time_comes(article):
    make_article(publish_at=timezone.now() + LATER)
    before = current_version()

    with time_machine.travel(timezone.now() + LATER - timedelta(seconds=1), tick=False):
        just_before = current_version()
    with time_machine.travel(timezone.now() + LATER + timedelta(seconds=1), tick=False):
        after = current_version()

    assert (just_before.published, after.published == before.published) == (before.published, False)


def test_scheduled_draft_makes_no_new_version(article):
    make_article(state=Article.State.DRAFT, publish_at=timezone.now() + LATER)
    before = current_version()

    with time_machine.travel(timezone.now() + 2 * LATER, tick=False):
        assert current_version().published == before.published


def test_midnight_makes_a_new_version(article):
    with time_machine.travel("2026-06-01 22:59:59Z", tick=False):  # summer time
        before = current_version()
    with time_machine.travel("2026-06-01 23:00:00Z", tick=False):
        assert (before.day, current_version().day) == ("2026-06-01", "2026-06-02")


def test_version_takes_one_query(article, django_assert_num_queries):
    with django_assert_num_queries(1):
        current_version()


def test_site_without_any_content_has_a_version(django_assert_num_queries):
    ContentVersion.objects.all().delete()

    assert current_version().token == ""


# --- The triggers -----------------------------------------------------------------------------------------------------


def test_every_table_that_a_page_can_show_is_watched():
    with connection.cursor() as cursor:
        tables = {table for table in connection.introspection.table_names(cursor) if table.startswith("content_")}
    unseen = {table for table in tables if "historical" in table or table.startswith(UNSEEN)}

    assert set(triggers._present(connection).values()) == tables - unseen
    assert set(triggers.watched_tables(apps.get_app_config("content"))) == tables - unseen


def test_triggers_that_were_lost_are_made_again(article):
    triggers.remove(connection)
    Article.objects.update(title="Unseen")
    before = current_version()
    Article.objects.update(title="Unseen too")
    unseen = current_version()

    triggers.install(apps.get_app_config("content"))
    triggers.install(apps.get_app_config("content"))
    Article.objects.update(title="Seen")

    assert (unseen, current_version() != before) == (before, True)
