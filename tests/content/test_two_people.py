"""Two people work on one article, or on a page and a change of it: nobody's words are lost, and nobody's are undone unseen."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from content import actions
from content.models import Article, ContentVersion, TherapyProfile
from tests.content.factories import make_article, make_draft, make_faq, make_profile, make_user
from tests.content.test_admin_article import FORM, HISTORY_FORM, at, errors, page, public, save
from tests.enquiries.test_leaving import at_once
from tests.pages import form_values, texts

pytestmark = pytest.mark.django_db


def signed_in(role, name="Somebody else"):
    client = Client()
    client.force_login(make_user(role, name=name))
    return client


@pytest.fixture
def article():
    return make_article(title="Old title", slug="sleep", body="<p>Old body.</p>")


# --- Two forms of one article -----------------------------------------------------------------------------------------


def test_save_over_a_newer_version_is_refused_once_and_keeps_what_was_typed():
    article = make_draft(title="Old title", body="<p>Old.</p>")
    first, second = signed_in("editor", "Ada"), signed_in("editor", "Ben")
    typed = form_values(second.get(page("change", article)), FORM, body="<p>Ben's.</p>")
    save(first, article, body="<p>Ada's.</p>")

    refused = second.post(page("change", article), typed)
    article.refresh_from_db()
    kept = article.body
    saved = second.post(page("change", article), form_values(refused, FORM))
    article.refresh_from_db()

    assert kept == "<p>Ada's.</p>"
    assert "Ada saved this article on" in errors(refused)[0]
    assert form_values(refused, FORM)["body"][0].strip() == "<p>Ben's.</p>"
    assert (saved.status_code, article.body) == (302, "<p>Ben's.</p>")


def test_save_over_what_was_saved_once_more_is_refused_again():
    article = make_draft()
    first, second = signed_in("editor"), signed_in("editor")
    typed = form_values(second.get(page("change", article)), FORM, title="Second's")
    save(first, article, title="First's")
    refused = second.post(page("change", article), typed)
    save(first, article, title="First's, once more")

    response = second.post(page("change", article), form_values(refused, FORM))

    article.refresh_from_db()
    assert (response.status_code, article.title) == (200, "First's, once more")


def test_old_version_is_not_restored_over_what_was_saved_since_unseen():
    article = make_draft(title="Old title")
    ada, ben = signed_in("editor", "Ada"), signed_in("editor", "Ben")
    save(ada, article, title="New title")
    old = page("simple_history", article, article.history.last().history_id)
    opened = form_values(ben.get(old), HISTORY_FORM)
    save(ada, article, title="Newest title")

    refused = ben.post(old, opened)
    article.refresh_from_db()
    kept = article.title
    restored = ben.post(old, form_values(refused, HISTORY_FORM))
    article.refresh_from_db()

    assert "Ada saved this article on" in errors(refused)[0]
    assert (kept, restored.status_code, article.title) == ("Newest title", 302, "Old title")


def test_one_person_saves_again_and_again():
    article = make_draft()
    client = signed_in("editor")

    assert [save(client, article, title=title).status_code for title in ("One", "Two")] == [302, 302]


def test_words_typed_into_a_draft_that_was_published_meanwhile_are_shown():
    article = make_draft(title="Draft")
    make_faq(article)
    editor = signed_in("editor")
    new = {"body": "<p>Typed <strong>words</strong>.</p><script>x()</script>", "faqs__0__answer": "<p>Typed answer.</p>"}
    typed = form_values(editor.get(page("change", article)), FORM, title="Typed title", **new)
    save(signed_in("reviewer", "Rae"), article, state="published")

    response = editor.post(page("change", article), typed)

    article.refresh_from_db()
    assert (response.status_code, article.title) == (403, "Draft")
    assert "Rae saved “Draft” after you opened it" in texts(response, "//main")[0]
    words = dict(zip(texts(response, "//main//h2"), texts(response, "//main//h2/following-sibling::*[1]"), strict=True))
    assert (words["Title"], words["Body"], words["Answer"]) == ("Typed title", "Typed words.", "Typed answer.")
    assert b"x()" not in response.content
    assert "Propose a change" in texts(response, "//button")


def test_words_typed_into_a_change_that_was_published_meanwhile_are_shown(article):
    editor = signed_in("editor")
    copy = actions.propose_change(article=article, author=make_user("editor"))
    typed = form_values(editor.get(page("change", copy)), FORM, title="Typed title")
    save(signed_in("reviewer"), copy, state="published")

    response = editor.post(page("change", copy), typed)

    assert response.status_code == 404
    assert "Typed title" in texts(response, "//main")[0]


def test_nobody_without_the_right_to_write_gets_a_page_for_it(article):
    assert signed_in("desk").post(page("change", article), {"title": "Typed"}).status_code == 403
    assert b"Typed" not in signed_in("desk").post(page("change", article), {"title": "Typed"}).content


# --- A change, and its page that moves on -----------------------------------------------------------------------------


def test_publishing_a_change_keeps_what_was_corrected_on_the_page_meanwhile(article):
    make_faq(article, question="Old?")
    copy = actions.propose_change(article=article, author=make_user())
    reviewer = signed_in("reviewer")
    save(reviewer, article, body="<p>Corrected.</p>", faqs__0__question="Corrected?")

    save(reviewer, copy, title="New title", state="published")

    assert public(article) == (200, "New title", "Corrected.")
    assert [faq.question for faq in article.faqs.all()] == ["Corrected?"]


def test_change_that_would_undo_a_correction_is_saved_and_not_published(article):
    copy = actions.propose_change(article=article, author=make_user())
    reviewer = signed_in("reviewer")
    save(reviewer, article, body="<p>Corrected.</p>")

    save(reviewer, copy, title="New title", body="<p>New body.</p>", state="published")
    copy.refresh_from_db()
    form = reviewer.get(page("change", copy))

    assert public(article) == (200, "Old title", "Corrected.")
    assert (copy.title, copy.body, copy.state) == ("New title", "<p>New body.</p>", "in_review")
    assert "its page has changed meanwhile" in texts(form, "//ul[@class='messagelist']/li[@class='error']")[0]
    assert texts(form, "//details[summary='Body']") == ["Body On the page now Corrected. In this change New body."]


@pytest.mark.parametrize("part", ["title", "faqs"])
def test_change_goes_public_once_the_two_were_compared(article, part):
    make_faq(article, question="Old?")
    fields = {"title": "title", "faqs": "faqs__0__question"}
    copy = actions.propose_change(article=article, author=make_user())
    reviewer = signed_in("reviewer")
    save(reviewer, article, body="<p>Corrected.</p>", **{fields[part]: "Corrected?"})
    save(reviewer, copy, **{fields[part]: "New?"})
    form = reviewer.get(page("change", copy))

    reviewer.post(page("go_on", copy), form_values(form, "go-on"))
    save(reviewer, copy, state="published")

    article.refresh_from_db()
    told = article.title if part == "title" else article.faqs.get().question
    assert (told, article.body) == ("New?", "<p>Corrected.</p>")
    assert Article.objects.count() == 1


def test_going_on_needs_to_have_seen_the_page_as_it_is(article):
    copy = actions.propose_change(article=article, author=make_user())
    reviewer = signed_in("reviewer")
    save(reviewer, article, title="Corrected")
    save(reviewer, copy, title="New")
    seen = form_values(reviewer.get(page("change", copy)), "go-on")
    save(reviewer, article, title="Corrected again")

    reviewer.post(page("go_on", copy), seen)

    assert actions.changed_by_both(Article.objects.get(pk=copy.pk)) == ["title"]


@pytest.mark.parametrize(("role", "status"), [("editor", 302), ("desk", 403), ("", 403)])
def test_who_may_go_on_with_a_change(article, role, status):
    copy = actions.propose_change(article=article, author=make_user())

    assert signed_in(role).post(page("go_on", copy), {"seen": ""}).status_code == status
    assert signed_in(role).post(page("go_on", article), {"seen": ""}).status_code == 404


def test_page_that_was_taken_back_takes_a_change_and_stays_hidden(article):
    copy = actions.propose_change(article=article, author=make_user())
    reviewer = signed_in("reviewer")
    save(reviewer, article, state="draft")

    save(reviewer, copy, title="New", state="published")

    article.refresh_from_db()
    assert (article.title, public(article)) == ("New", (404,))


# --- No schedule for a change -----------------------------------------------------------------------------------------


def test_change_is_offered_no_publish_time_and_says_why(article):
    copy = actions.propose_change(article=article, author=make_user())
    form = signed_in("reviewer").get(page("change", copy))

    assert [name for name in form_values(form, FORM) if name.startswith("publish_at")] == []
    assert "goes public when you publish it; it cannot be scheduled" in texts(form, "//main")[0]


def test_publish_time_of_a_change_cannot_be_forged(article):
    copy = actions.propose_change(article=article, author=make_user())
    before = article.publish_at

    save(signed_in("reviewer"), copy, title="New", **at(timezone.now() + timedelta(days=365)))

    copy.refresh_from_db()
    article.refresh_from_db()
    assert (copy.title, copy.publish_at, article.publish_at) == ("New", None, before)


@pytest.mark.parametrize(("days", "words"), [(-1, "This page is public"), (1, "Scheduled for")])
def test_form_says_whether_a_published_page_is_public_yet(days, words):
    article = make_article(publish_at=timezone.now() + timedelta(days=days))
    note = texts(signed_in("reviewer").get(page("change", article)), "//p[@class='editor-note']")[0]

    assert note.startswith(words)


def test_profile_that_was_taken_away_stays_away_when_a_change_is_published(article):
    make_profile(article)
    change = actions.propose_change(article=article, author=make_user("editor"))
    TherapyProfile.objects.get(article=article).delete()
    change.title = "New title"
    change.save()

    actions.publish_change(change=Article.objects.get(pk=change.pk))

    article.refresh_from_db()
    assert (article.title, TherapyProfile.objects.filter(article=article).exists()) == ("New title", False)


def test_change_that_takes_a_profile_away_does_so_on_its_page(article):
    make_profile(article)
    change = actions.propose_change(article=article, author=make_user("editor"))
    TherapyProfile.objects.get(article=change).delete()

    actions.publish_change(change=Article.objects.get(pk=change.pk))

    assert not TherapyProfile.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_page_that_is_saved_while_its_change_is_published_waits_and_nothing_is_lost(article):
    """PostgreSQL would end one of two writers that wait for each other."""
    change = actions.propose_change(article=article, author=make_user(is_superuser=True))
    change.body = "<p>New body.</p>"
    change.save()
    editing, published = Event(), Event()

    def save_the_page():
        with transaction.atomic():
            ContentVersion.take_turn()
            editing.set()
            published.wait(1)  # as long as the other could go on if it were not held up
            Article.objects.filter(pk=article.pk).update(order=5)

    def publish():
        editing.wait(5)
        actions.publish_change(change=Article.objects.get(pk=change.pk))
        published.set()

    at_once(save_the_page, publish)

    article.refresh_from_db()
    assert (article.body, article.order) == ("<p>New body.</p>", 5)
