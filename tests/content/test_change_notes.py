"""What readers are told of the changes to a page: only of what they could see, and by nobody's name."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content import actions
from content.models import Article, ChangeNote
from content.models.article_parts import NOTES_SHOWN
from tests.content.factories import make_article, make_draft, make_section, make_user
from tests.pages import count_queries, form_values, texts, tree

pytestmark = pytest.mark.django_db

FORM, HISTORY_FORM = "article_form", "historicalarticle_form"


@pytest.fixture
def reviewer(client):
    """Somebody who may publish, signed in."""
    user = make_user("reviewer", name="Robin Example")
    client.force_login(user)
    return user


def save(client, article, **changes):
    address = reverse("admin:content_article_change", args=[article.pk])
    return client.post(address, form_values(client.get(address), FORM, **changes))


def publish_time(moment):
    moment = timezone.localtime(moment)
    return {"publish_at_0": f"{moment:%Y-%m-%d}", "publish_at_1": f"{moment:%H:%M:%S}"}


def told(article):
    """Return what the public page tells of its changes, with the day before each."""
    return texts(Client().get(article.get_absolute_url()), "//details[@class='changes']//li")


def tell(article, day, note):
    return ChangeNote.objects.create(article=article, day=day, note=note)


# --- What is told -----------------------------------------------------------------------------------------------------


@time_machine.travel("2026-03-02T12:00:00Z", tick=False)
def test_change_of_a_public_page_is_told_with_its_day_and_without_a_name(client, reviewer):
    article = make_article()

    save(client, article, title="New title", change_note="A clearer title")

    page = Client().get(article.get_absolute_url())
    assert texts(page, "//details[@class='changes']/summary") == ["Changes to this page"]
    assert told(article) == ["2 March 2026 A clearer title"]
    assert [name for name in (reviewer.name, reviewer.email) if name in page.content.decode()] == []
    assert article.history.first().history_change_reason == "A clearer title"


def test_change_without_a_note_is_not_told(client, reviewer):
    article = make_article()

    save(client, article, title="New title")

    page = Client().get(article.get_absolute_url())
    assert tree(page).xpath("//*[contains(@class, 'changes')]") == []


def test_first_publication_is_told(client, reviewer):
    article = make_draft()

    save(client, article, state="published", change_note="A new page")

    assert [note.split(" ", 3)[-1] for note in told(article)] == ["A new page"]


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_note_of_a_draft_is_never_told(client, reviewer, state):
    article = make_draft()
    save(client, article, state=state, change_note="Half a thought")

    save(client, article, state="published")

    assert told(article) == []


def test_note_of_a_page_that_is_scheduled_is_not_told(client, reviewer):
    article = make_draft()
    soon = timezone.now() + timedelta(hours=1)
    save(client, article, state="published", change_note="Before anybody read it", **publish_time(soon))

    with time_machine.travel(soon + timedelta(minutes=1)):
        assert told(article) == []


def test_note_of_a_page_that_was_taken_back_is_not_told(client, reviewer):
    article = make_article()
    save(client, article, state="draft", change_note="Taken back")

    save(client, article, state="published", change_note="Corrected")

    assert [note.split(" ", 3)[-1] for note in told(article)] == ["Corrected"]


def test_proposed_change_is_told_by_the_note_with_which_it_is_published(client, reviewer):
    article = make_article()
    copy = actions.propose_change(article=article, author=reviewer)
    save(client, copy, body="<p>Anew.</p>", change_note="Between ourselves")
    assert told(article) == []

    save(client, copy, state="published", change_note="Written anew")

    assert [note.split(" ", 3)[-1] for note in told(article)] == ["Written anew"]
    assert ChangeNote.objects.count() == 1


def test_restoring_an_old_version_is_told(client, reviewer):
    article = make_article(title="Old title")
    save(client, article, title="New title")
    address = reverse("admin:content_article_simple_history", args=[article.pk, article.history.last().pk])

    client.post(address, form_values(client.get(address), HISTORY_FORM, change_note="Back to the old title"))

    assert [note.split(" ", 3)[-1] for note in told(article)] == ["Back to the old title"]


def test_note_that_was_written_for_staff_stays_with_staff():
    article = make_article()
    article._change_reason = "As Sam asked"
    article.save()

    assert article.history.first().history_change_reason == "As Sam asked"
    assert told(article) == []


# --- How it is shown --------------------------------------------------------------------------------------------------


def test_newest_changes_come_first_and_no_more_than_the_bound():
    article, other = make_article(), make_article()
    tell(other, date(2026, 12, 1), "Elsewhere")
    for number in range(NOTES_SHOWN + 5):
        tell(article, date(2026, 1, 1) + timedelta(days=number), f"Change {number}")
    tell(article, date(2026, 1, 25), "Later on the last day")

    notes = [note.split(" ", 3)[-1] for note in told(article)]

    assert notes == ["Later on the last day", *(f"Change {number}" for number in range(24, 24 - NOTES_SHOWN + 1, -1))]


def test_note_is_shown_as_text(client):
    article = make_article()
    tell(article, date(2026, 1, 1), "<b>Bold</b> & more")

    assert told(article) == ["1 January 2026 <b>Bold</b> & more"]


def test_standing_page_tells_its_changes():
    article = make_article(slug="privacy", section=make_section(slug="site", standing=True))
    tell(article, date(2026, 1, 1), "We keep less")

    assert told(article) == ["1 January 2026 We keep less"]


def test_preview_shows_the_same_changes_as_the_page(client, reviewer):
    article = make_article()
    for number in range(NOTES_SHOWN + 1):
        tell(article, date(2026, 1, 1), f"Change {number}")

    preview = client.get(reverse("admin:content_article_preview", args=[article.pk]))

    assert texts(preview, "//details[@class='changes']//li") == told(article)
    assert len(told(article)) == NOTES_SHOWN


def test_changes_take_no_query_of_their_own(client):
    article = make_article()
    article.related.set([make_article() for _ in range(3)])
    without = count_queries(client, article.get_absolute_url())
    tell(article, date(2026, 1, 1), "One")
    with_one = count_queries(client, article.get_absolute_url())
    for number in range(NOTES_SHOWN + 1):
        tell(article, date(2026, 1, 2), f"Change {number}")

    assert count_queries(client, article.get_absolute_url()) == with_one == without == 3


# --- Putting a note right ---------------------------------------------------------------------------------------------


@pytest.fixture
def noted():
    article = make_article()
    tell(article, date(2026, 1, 1), "A slip of the pen")
    return article


def test_those_who_may_publish_put_a_note_right(client, reviewer, noted):
    save(client, noted, change_notes__0__note="Put right")

    assert told(noted) == ["1 January 2026 Put right"]


def test_those_who_may_publish_take_a_note_away(client, reviewer, noted):
    save(client, noted, change_notes__0__DELETE="on")

    assert told(noted) == []


def test_editor_sees_the_notes_and_cannot_change_them(client, noted):
    Article.objects.filter(pk=noted.pk).update(state="draft")
    client.force_login(make_user("editor"))
    address = reverse("admin:content_article_change", args=[noted.pk])
    form = client.get(address)
    values = form_values(form, FORM) | {"change_notes-0-note": "Forged", "change_notes-0-DELETE": "on"}

    client.post(address, values | {"title": "Saved"})

    assert "A slip of the pen" in form.content.decode()
    assert (Article.objects.get().title, ChangeNote.objects.get().note) == ("Saved", "A slip of the pen")


def test_draft_that_was_never_public_has_no_notes_to_put_right(client, reviewer):
    address = reverse("admin:content_article_change", args=[make_draft().pk])

    assert "change_notes" not in client.get(address).content.decode()
