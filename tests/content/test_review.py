"""What a page says of its clinical review stays true: who has read which words, and when they are read again."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content import actions
from content.models import Article
from content.models.review import due_by, months_after
from content.stale import reasons, stale
from content.tasks import tasks_for
from tests.content.factories import make_article, make_draft, make_faq, make_profile, make_section
from tests.content.test_admin_article import errors, page, save
from tests.pages import form_values, texts, tree

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)
REVIEW = {"last_reviewed": date(2026, 11, 20), "next_review_due": date(2027, 5, 20), "reviewer_role": "Consultant psychiatrist"}
CHANGED = "Changed on 26 November 2026; no clinician has read the change yet."


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-26 10:00:00Z", tick=False):
        yield


@pytest.fixture
def reviewed():
    article = make_article(title="Sleep", section=make_section(slug="therapies"), **REVIEW)
    make_faq(article, question="Old?")
    make_profile(article)
    return article


def line(article):
    """Return what the public reads of the review."""
    return texts(Client().get(article.get_absolute_url()), "//ul[@class='meta']/li[2]")[0]


def why(article):
    """Return why the article is in the list of pages to look at again; nothing if it is not."""
    return next((list(reasons(found, TODAY)) for found in stale(TODAY) if found == article), [])


@pytest.mark.parametrize("last", [date(2023, 2, 28), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31)])
def test_review_is_due_by_the_day_that_the_page_names_and_not_before(last):
    article = make_article(last_reviewed=last, reviewer_role="Consultant psychiatrist")
    due = article.review_due
    days = [due - timedelta(days=1), due, due + timedelta(days=1)]

    assert [Article.objects.filter(due_by(day)).exists() for day in days] == [False, True, True]


# --- Words that no clinician has read ---------------------------------------------------------------------------------


def test_proposed_words_that_a_manager_publishes_are_told_from_those_that_were_reviewed(client, sign_in, reviewed):
    copy = actions.propose_change(article=reviewed, author=sign_in("editor"))
    save(client, copy, body="<p>Take ten grams.</p>")
    sign_in("manager")

    save(client, copy, state="published")

    assert line(reviewed).startswith(f"Reviewed by Consultant psychiatrist on 20 November 2026. {CHANGED}")
    assert why(reviewed) == ["changed on 26 November 2026, after its last review"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "New title"},
        {"summary": "A new summary."},
        {"body": "<p>New.</p>"},
        {"urgent_help": "<p>New.</p>"},
        {"faqs__0__question": "New?"},
        {"faqs__0__DELETE": "on"},
        {"profile__0__evidence": "New evidence."},
    ],
)
@pytest.mark.parametrize("how", ["itself", "a proposal"])
def test_every_change_of_words_is_told(client, sign_in, reviewed, change, how):
    manager = sign_in("manager")
    if how == "itself":
        save(client, reviewed, **change)
    else:
        save(client, actions.propose_change(article=reviewed, author=manager), state="published", **change)

    reviewed.refresh_from_db()
    assert reviewed.changed_since_review == TODAY


@pytest.mark.parametrize("how", ["itself", "a proposal"])
def test_what_leaves_the_words_alone_leaves_the_review_alone(client, sign_in, reviewed, how):
    manager = sign_in("manager")
    related = make_article()
    article = reviewed if how == "itself" else actions.propose_change(article=reviewed, author=manager)

    response = save(client, article, related=[related.pk], drawing="section-families", is_medical="on", state="published")
    reviewed.refresh_from_db()

    assert (response.status_code, reviewed.drawing, list(reviewed.related.all())) == (302, "section-families", [related])
    assert reviewed.changed_since_review is None


def test_draft_that_changes_after_its_review_goes_public_with_a_word_about_it(client, sign_in):
    article = make_draft(**REVIEW)
    sign_in("editor")
    save(client, article, body="<p>Not read.</p>")
    sign_in("manager")

    save(client, article, state="published")

    assert CHANGED in line(article)


def test_whoever_saves_is_told(client, sign_in, reviewed):
    sign_in("manager")
    address = page("change", reviewed)

    response = client.post(address, form_values(client.get(address), "article_form", title="New"), follow=True)

    assert any("has changed since its last review" in text for text in texts(response, "//ul[@class='messagelist']/li"))


def test_page_that_was_never_reviewed_says_no_more_than_that(client, sign_in):
    article = make_article()
    sign_in("manager")

    save(client, article, body="<p>New.</p>")

    assert line(article) == "Waiting for its first clinical review"
    assert why(article) == ["never reviewed by a clinician"]


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1)])
def test_reviewer_approves_the_page_as_it_is_now(client, sign_in, reviewed, day):
    Article.objects.filter(pk=reviewed.pk).update(changed_since_review=day)
    sign_in("reviewer")

    save(client, reviewed, last_reviewed=str(TODAY), next_review_due="")

    reviewed.refresh_from_db()
    assert (reviewed.changed_since_review, reviewed.next_review_due) == (None, date(2027, 11, 26))


def test_reviewer_changes_and_approves_words_in_one_step(client, sign_in, reviewed):
    sign_in("reviewer")

    save(client, reviewed, last_reviewed=str(TODAY), body="<p>Read.</p>", faqs__0__question="Read?", next_review_due="")

    reviewed.refresh_from_db()
    assert (reviewed.body, reviewed.changed_since_review) == ("<p>Read.</p>", None)


def test_review_that_is_older_than_the_change_does_not_cover_it(client, sign_in, reviewed):
    Article.objects.filter(pk=reviewed.pk).update(changed_since_review=date(2026, 11, 24))
    sign_in("reviewer")

    save(client, reviewed, last_reviewed="2026-11-22")

    reviewed.refresh_from_db()
    assert (reviewed.last_reviewed, reviewed.changed_since_review) == (date(2026, 11, 22), date(2026, 11, 24))


def test_words_of_a_proposal_that_change_after_its_own_review_are_told(client, sign_in, reviewed):
    reviewer = sign_in("reviewer")
    copy = actions.propose_change(article=reviewed, author=reviewer)
    save(client, copy, body="<p>Read.</p>", last_reviewed=str(TODAY), reviewer_role="Nurse")
    sign_in("editor")
    save(client, copy, body="<p>Not read.</p>")
    sign_in("manager")

    save(client, copy, state="published")

    assert line(reviewed).startswith(f"Reviewed by Nurse on 26 November 2026. {CHANGED}")


def test_reviewed_proposal_brings_its_review(client, sign_in, reviewed):
    copy = actions.propose_change(article=reviewed, author=sign_in("reviewer"))

    save(client, copy, body="<p>Read.</p>", last_reviewed=str(TODAY), reviewer_role="Nurse", state="published")

    assert line(reviewed) == "Reviewed by Nurse on 26 November 2026. Next review due November 2027."


def test_old_version_does_not_bring_back_a_review_of_other_words(client, sign_in, reviewed):
    sign_in("manager")
    save(client, reviewed, body="<p>New.</p>")
    old = reviewed.history.last()

    address = page("simple_history", reviewed, old.history_id)
    client.post(address, form_values(client.get(address), "historicalarticle_form", body="<p>Other.</p>"))

    reviewed.refresh_from_db()
    assert (reviewed.body, reviewed.changed_since_review) == ("<p>Other.</p>", TODAY)


def test_old_version_of_other_words_does_not_bring_back_the_review_of_that_time(client, sign_in, reviewed):
    sign_in("manager")
    save(client, reviewed, body="<p>Second words, read by nobody.</p>")
    save(client, reviewed, body="<p>Third words.</p>", last_reviewed=str(TODAY))
    old = reviewed.history.get(body__contains="Second")
    assert old.last_reviewed == REVIEW["last_reviewed"]

    address = page("simple_history", reviewed, old.history_id)
    client.post(address, form_values(client.get(address), "historicalarticle_form"))

    reviewed.refresh_from_db()
    assert (reviewed.body, reviewed.changed_since_review) == ("<p>Second words, read by nobody.</p>", TODAY)


def test_review_of_an_earlier_day_does_not_cover_what_is_written_today(client, sign_in, reviewed):
    sign_in("reviewer")

    save(client, reviewed, body="<p>New.</p>", last_reviewed="2026-11-25")

    reviewed.refresh_from_db()
    assert reviewed.changed_since_review == TODAY


def test_old_version_of_a_question_does_not_pass_for_reviewed(client, sign_in, reviewed):
    faq = reviewed.faqs.get()
    old = faq.history.get()
    faq.question = "New?"
    faq.save()

    actions.restore_part(version=old)

    reviewed.refresh_from_db()
    assert (reviewed.faqs.get().question, reviewed.changed_since_review) == ("Old?", TODAY)


def test_machines_are_not_told_that_changed_words_were_reviewed(client, sign_in, reviewed):
    assert "Sleep" in client.get("/llms.txt").content.decode()
    sign_in("manager")
    save(client, reviewed, body="<p>New.</p>")

    visitor = Client()
    found = visitor.get(reverse("content:api_article", args=["therapies", reviewed.slug])).json()["review"]
    assert (found["reviewed"], found["last_reviewed"]) == (False, "2026-11-20")
    assert "Sleep" not in visitor.get("/llms.txt").content.decode()
    data = texts(visitor.get(reviewed.get_absolute_url()), "//script[@type='application/ld+json']")
    assert "lastReviewed" not in json.dumps(data)


# --- The next review --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "due", "complaint"),
    [
        ("therapies", "2040-01-01", "That is more than 12 months after the last review. Choose 26 November 2027 or earlier."),
        ("therapies", "2027-11-27", "That is more than 12 months after the last review. Choose 26 November 2027 or earlier."),
        ("therapies", "2026-11-26", "The next review must come after the last one."),
        ("therapies", "2027-11-26", ""),
        ("ketamine", "2027-05-27", "That is more than 6 months after the last review. Choose 26 May 2027 or earlier."),
        ("ketamine", "2027-05-26", ""),
    ],
)
def test_next_review_is_at_most_a_year_away_or_half_of_one(client, sign_in, section, due, complaint):
    article = make_draft(section=make_section(slug=section))
    sign_in("reviewer")

    response = save(client, article, last_reviewed=str(TODAY), reviewer_role="Nurse", next_review_due=due)

    beside = "//div[contains(@class, 'field-next_review_due')]//ul[contains(@class, 'errorlist')]/li"
    assert (texts(response, beside) if response.status_code == 200 else [""]) == [complaint]


def test_draft_whose_publication_was_refused_is_not_called_public(client, sign_in):
    article = make_draft()
    sign_in("reviewer")

    response = save(client, article, state="published", last_reviewed=str(TODAY))

    assert errors(response) == ["Say in which role the reviewer approved it."]
    assert "This page is public" not in texts(response, "//main")[0]
    assert not tree(response).xpath("//*[@id='propose-change']")


def test_missing_role_is_told_beside_its_field(client, sign_in):
    article = make_draft()
    sign_in("reviewer")

    response = save(client, article, last_reviewed=str(TODAY))

    found = texts(response, "//div[contains(@class, 'field-reviewer_role')]//ul[contains(@class, 'errorlist')]/li")
    assert found == errors(response) == ["Say in which role the reviewer approved it."]


@pytest.mark.parametrize(
    ("section", "slug", "due"),
    [
        ("therapies", "sleep", date(2027, 11, 26)),
        ("ketamine", "sleep", date(2027, 5, 26)),
        ("pages", "urgent-help", date(2027, 5, 26)),
    ],
)
def test_empty_next_review_is_filled_in(client, sign_in, section, slug, due):
    article = make_draft(section=make_section(slug=section), slug=slug)
    sign_in("reviewer")

    save(client, article, last_reviewed=str(TODAY), reviewer_role="Nurse")

    article.refresh_from_db()
    assert article.next_review_due == due


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 3, 31), -12, date(2025, 3, 31)),
    ],
)
def test_months_after_a_day(day, months, later):
    assert months_after(day, months) == later


def test_review_without_a_next_one_is_due_a_year_later(client, sign_in):
    article = make_article(last_reviewed=date(2016, 3, 1), reviewer_role="Nurse")
    make_article(last_reviewed=timezone.localdate(), reviewer_role="Nurse")
    reviewer = sign_in("reviewer")

    assert line(article) == "Reviewed by Nurse on 1 March 2016. The next review was due in March 2017."
    assert why(article) == ["review overdue since 1 March 2017"]
    assert list(Article.objects.review_due(TODAY)) == [article]
    assert {task.text: task.count for task in tasks_for(reviewer)}["due for review within 30 days, or overdue"] == 1
    found = client.get(reverse("admin:content_article_changelist"), {"review": "due"})
    assert texts(found, "//td[contains(@class, 'field-review')]") == ["overdue since 01 March 2017"]
