"""Articles in the admin: who may do what, from the first draft to a change of a public page."""

from datetime import timedelta
from urllib.parse import urlparse

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content import actions
from content.models import Article, Citation, Redirect
from content.models.review import months_after
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_profile,
    make_section,
    make_source,
)
from tests.pages import count_queries, form_values, links, texts, tree

pytestmark = pytest.mark.django_db

LIST = reverse("admin:content_article_changelist")
ADD = reverse("admin:content_article_add")
FORM, HISTORY_FORM = "article_form", "historicalarticle_form"


def page(name, article, *args):
    """Return the address of one of the article's pages in the admin."""
    return reverse(f"admin:content_article_{name}", args=[article.pk, *args])


def save(client, article, **changes):
    """Open an article, change what is named, press Save, and return the answer."""
    address = page("change", article)
    return client.post(address, form_values(client.get(address), FORM, **changes))


def add(client, **values):
    """Fill in an empty form and press Save."""
    values = {
        "title": "New",
        "slug": "new",
        "summary": "A new page.",
        "body": "<p>Words.</p>",
        "section": make_section().pk,
    } | values
    return client.post(ADD, form_values(client.get(ADD), FORM, **values))


def choices(response, name):
    return tree(response).xpath(f"//select[@name='{name}']/option/@value")


def errors(response):
    """Return the messages beside the fields."""
    return texts(response, "//ul[contains(@class, 'errorlist')]/li")


def public(article):
    """Return what the public gets at an article's address: the status, and the heading and body if it is there."""
    response = Client().get(article.get_absolute_url())
    found = response.status_code == 200
    return (response.status_code, *texts(response, "//h1 | //div[@class='prose']")) if found else (response.status_code,)


def at(moment):
    """Return a moment as the two fields of the form have it."""
    local = timezone.localtime(moment)
    return {"publish_at_0": f"{local:%Y-%m-%d}", "publish_at_1": f"{local:%H:%M:%S}"}


# --- Writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["abc/history/", "1_00/history/", "abc/history/1/"])
def test_history_of_what_is_no_article_is_not_found(client, sign_in, address):
    sign_in("editor")

    assert client.get(f"{LIST}{address}").status_code == 404


@pytest.mark.parametrize("lookup", ["title__regex", "title__iregex", "summary__regex"])
def test_list_is_not_narrowed_by_a_pattern_that_could_stop_the_process(client, sign_in, lookup):
    sign_in("editor")
    make_article(title="a" * 24 + "b")

    assert [client.get(LIST, {lookup: pattern}).status_code for pattern in ("(a+)+$", "(")] == [400, 400]
    assert client.get(LIST, {"title__contains": "(a+)+$"}).status_code == 200


@pytest.mark.parametrize("role", ["editor", "reviewer", "manager"])
def test_each_role_can_write_a_draft_that_the_public_cannot_see(client, sign_in, role):
    author = sign_in(role)
    response = add(client)
    article = Article.objects.get(slug="new")

    assert (response.status_code, article.state, article.author) == (302, "draft", author)
    assert public(article) == (404,)


def test_text_is_cleaned_on_its_way_in(client, sign_in):
    sign_in("editor")
    add(
        client,
        body='<p onclick="x()">Words<script>alert(1)</script></p>',
        urgent_help='<p><a href="javascript:x()">Call</a></p>',
    )

    article = Article.objects.get(slug="new")
    assert (article.body, article.urgent_help) == ("<p>Words</p>", "<p><a>Call</a></p>")


def test_sources_are_added_in_the_order_in_which_the_texts_cite_them(client, sign_in):
    sign_in("editor")
    for key in ("alpha-2020", "beta-2021", "gamma-2022", "unused-2023"):
        make_source(key=key)
    article = make_draft()
    cite(article, make_source(key="listed-2019"))
    make_faq(article, answer="<p>See [gamma-2022].</p>")

    save(client, article, body="<p>First [beta-2021], then [alpha-2020] and [beta-2021].</p>")

    listed = Citation.objects.filter(article=article).values_list("source__key", "order")
    assert list(listed) == [("beta-2021", 0), ("alpha-2020", 1), ("gamma-2022", 2), ("listed-2019", 3)]


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("body", "<p>As shown [nobody-1999].</p>", "There is no source with the key nobody-1999. Add it under Sources first."),
        (
            "urgent_help",
            "<p>As shown [nobody-1999].</p>",
            "There is no source with the key nobody-1999. Add it under Sources first.",
        ),
        ("body", "<p>It costs {{price}}.</p>", "There is no clinic fact called price. See Clinic details."),
    ],
)
def test_unknown_citation_or_fact_is_an_error_and_nothing_typed_is_lost(client, sign_in, field, text, complaint):
    sign_in("editor")
    article = make_draft(body="<p>Before.</p>")

    response = save(client, article, **{field: text, "title": "Typed title", "summary": "Typed summary."})
    article.refresh_from_db()

    assert response.status_code == 200
    assert errors(response) == [complaint]
    assert {name: form_values(response, FORM)[name][0].strip() for name in (field, "title", "summary")} == {
        field: text,
        "title": "Typed title",
        "summary": "Typed summary.",
    }
    assert article.body == "<p>Before.</p>"


def test_known_clinic_fact_is_accepted(client, sign_in):
    sign_in("editor")
    article = make_draft()

    assert save(client, article, body="<p>{{fees}} and {{ phone }}</p>").status_code == 302


def test_address_that_is_taken_is_an_error(client, sign_in):
    sign_in("editor")
    make_article(slug="taken")
    article = make_draft(slug="free")

    for response in (save(client, article, slug="taken"), add(client, slug="taken")):
        assert errors(response) == ["Another article in this section has this address."]
    assert list(Article.objects.values_list("slug", flat=True).order_by("pk")) == ["taken", "free"]


def test_editor_is_told_what_the_content_check_found(client, sign_in):
    sign_in("editor")
    article = make_draft()

    address = page("change", article)
    response = client.post(address, form_values(client.get(address), FORM, body="<p>About 45% stop.</p>"), follow=True)

    assert "figure without a source: About 45% stop." in texts(response, "//ul[@class='messagelist']//li//li")


def test_profile_is_beside_a_therapy_and_nowhere_else(client, sign_in):
    sign_in("editor")
    therapy = make_draft(section=make_section(slug="ways-of-working"))
    make_profile(therapy)
    new, other = make_draft(section=therapy.section), make_draft()
    values = form_values(client.get(page("change", therapy)), FORM, profile__0__what_it_is="A new way.")

    client.post(page("change", therapy), values)
    therapy.profile.refresh_from_db()

    assert therapy.profile.what_it_is == "A new way."
    assert [asks_for_profile(client, article) for article in (therapy, new, other)] == [True, True, False]


def asks_for_profile(client, article):
    return "profile-0-what_it_is" in form_values(client.get(page("change", article)), FORM)


def test_questions_are_edited_beside_the_text(client, sign_in):
    sign_in("editor")
    article = make_draft()
    make_faq(article, question="Old?")

    save(client, article, faqs__0__question="New?")

    assert [faq.question for faq in article.faqs.all()] == ["New?"]


# --- Publishing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("editor", ["draft", "in_review"]),
        ("reviewer", ["draft", "in_review", "published"]),
        ("manager", ["draft", "in_review", "published"]),
    ],
)
def test_states_that_a_role_is_offered(client, sign_in, role, offered):
    sign_in(role)

    assert choices(client.get(page("change", make_draft())), "state") == offered
    assert choices(client.get(ADD), "state") == offered


@pytest.mark.parametrize("how", ["change", "add"])
def test_editor_cannot_publish_by_a_forged_form(client, sign_in, how):
    sign_in("editor")
    article = make_draft()
    forged = {"state": "published", **at(timezone.now() - timedelta(hours=1))}

    response = save(client, article, **forged) if how == "change" else add(client, **forged)

    assert response.status_code == 200
    assert "Value 'published' is not a valid choice." in errors(response) or "published" in errors(response)[0]
    assert Article.objects.published().count() == 0


def test_editor_cannot_set_a_publish_time_by_a_forged_form(client, sign_in):
    sign_in("editor")
    article = make_draft()

    response = save(client, article, title="Saved", **at(timezone.now()))
    article.refresh_from_db()

    assert (response.status_code, article.title, article.publish_at) == (302, "Saved", None)


@pytest.mark.parametrize("role", ["reviewer", "manager"])
def test_publishing_without_a_time_publishes_now(client, sign_in, role):
    sign_in(role)
    article = make_draft(title="Sleep", body="<p>Sleep well.</p>")
    before = timezone.now()

    save(client, article, state="published")
    article.refresh_from_db()

    assert before <= article.publish_at <= timezone.now()
    assert public(article) == (200, "Sleep", "Sleep well.")


def test_article_is_hidden_until_its_time(client, sign_in):
    sign_in("reviewer")
    article = make_draft(title="Sleep", body="<p>Sleep well.</p>")
    time = timezone.now().replace(microsecond=0) + timedelta(days=2)

    save(client, article, state="published", **at(time))
    article.refresh_from_db()

    assert (article.state, article.publish_at) == ("published", time)
    assert public(article) == (404,)
    with time_machine.travel(time + timedelta(seconds=1), tick=False):
        assert public(article) == (200, "Sleep", "Sleep well.")


def test_taking_back_hides_the_page(client, sign_in):
    sign_in("reviewer")
    article = make_article()

    save(client, article, state="draft")

    assert public(article) == (404,)


# --- Clinical review --------------------------------------------------------------------------------------------------


def review_values():
    today = timezone.localdate()
    return {"last_reviewed": str(today), "next_review_due": str(today + timedelta(days=150)), "reviewer_role": "Psychiatrist"}


def test_reviewer_records_a_review(client, sign_in):
    sign_in("reviewer")
    article = make_article()

    save(client, article, **review_values())
    article.refresh_from_db()

    assert (article.last_reviewed, article.reviewer_role) == (timezone.localdate(), "Psychiatrist")


@pytest.mark.parametrize("role", ["editor", "manager"])
def test_forged_review_is_ignored(client, sign_in, role):
    sign_in(role)
    article = make_draft()

    response = save(client, article, title="Saved", **review_values())
    add(client, **review_values())
    reviewed = [(a.last_reviewed, a.next_review_due, a.reviewer_role) for a in Article.objects.all()]

    assert (response.status_code, Article.objects.get(pk=article.pk).title) == (302, "Saved")
    assert reviewed == [(None, None, ""), (None, None, "")]


@pytest.mark.parametrize(
    ("days", "role", "complaint"),
    [
        (1, "Nurse", "A review cannot have happened in the future."),
        (0, "", "Say in which role the reviewer approved it."),
        (-400, "Nurse", ""),
    ],
)
def test_review_that_cannot_be_is_an_error(client, sign_in, days, role, complaint):
    sign_in("reviewer")
    article = make_draft()
    day = timezone.localdate() + timedelta(days=days)

    response = save(client, article, last_reviewed=str(day), reviewer_role=role)

    assert (errors(response) if response.status_code == 200 else [""]) == [complaint]


# --- Public pages are changed by way of a proposal --------------------------------------------------------------------


@pytest.fixture
def article():
    return make_article(title="Old title", slug="sleep", body="<p>Old body.</p>")


OLD, NEW = (200, "Old title", "Old body."), (200, "New title", "New body.")


def propose(client, article):
    """Press "Propose a change", and return the working copy that opens."""
    response = client.post(page("propose", article))
    copy = Article.objects.get(revises=article)
    assert response["Location"] == page("change", copy)
    return copy


def test_editor_sees_a_public_article_without_a_form(client, sign_in, article):
    sign_in("editor")
    response = client.get(page("change", article))
    fields = {field.get("name") for field in tree(response).xpath("//form[@id='article_form']//*[@name]")}

    assert {"title", "body", "state", "_save"} & fields == set()
    assert "Propose a change" in texts(response, "//button")
    assert "Old body." in texts(response, "//form")[0] + texts(response, "//main")[0]


def test_editor_cannot_change_a_public_article_by_a_forged_form(client, sign_in, article):
    sign_in("editor")
    values = {
        "title": "Forged",
        "slug": "sleep",
        "summary": "S",
        "body": "<p>Forged.</p>",
        "state": "draft",
        "section": article.section_id,
    }

    response = client.post(page("change", article), values)

    assert response.status_code == 403
    assert public(article) == OLD


def test_editor_cannot_change_a_scheduled_article(client, sign_in):
    scheduled = make_article(publish_at=timezone.now() + timedelta(days=1), title="Later")
    sign_in("editor")

    response = client.post(page("change", scheduled), {"title": "Forged"})
    scheduled.refresh_from_db()

    assert (response.status_code, scheduled.title) == (403, "Later")


def test_proposed_change_shows_only_when_a_reviewer_publishes_it(client, sign_in, article):
    sign_in("editor")
    copy = propose(client, article)
    saved = save(client, copy, title="New title", body="<p>New body.</p>", state="in_review")
    proposed = public(article)
    sign_in("reviewer")
    published = save(client, copy, state="published")

    assert (saved.status_code, published.status_code) == (302, 302)
    assert (proposed, public(article)) == (OLD, NEW)
    assert Article.objects.count() == 1


def test_change_brings_its_parts_and_keeps_the_address_and_dates_of_the_page(client, sign_in, article):
    make_faq(article, question="Old?")
    make_source(key="alpha-2020")
    before = (article.pk, article.slug, article.publish_at, article.author)
    sign_in("editor")
    copy = propose(client, article)
    save(client, copy, body="<p>New [alpha-2020].</p>", faqs__0__question="New?")
    sign_in("reviewer")
    save(client, copy, state="published")
    article.refresh_from_db()

    assert (article.pk, article.slug, article.publish_at, article.author) == before
    assert [faq.question for faq in article.faqs.all()] == ["New?"]
    assert [citation.source.key for citation in article.citations.all()] == ["alpha-2020"]


def test_editor_cannot_publish_a_proposed_change_by_a_forged_form(client, sign_in, article):
    sign_in("editor")
    copy = propose(client, article)

    response = save(client, copy, title="New title", state="published")

    assert response.status_code == 200
    assert public(article) == OLD


def test_address_of_a_proposed_change_cannot_be_forged(client, sign_in, article):
    sign_in("editor")
    copy = propose(client, article)
    other = make_section(slug="families")

    save(client, copy, slug="elsewhere", section=other.pk, order=9, title="Saved")
    copy.refresh_from_db()

    assert (copy.title, copy.slug, copy.section, copy.order) == ("Saved", "sleep", article.section, 0)


def test_second_proposal_opens_the_first(client, sign_in, article):
    sign_in("editor")
    copy = propose(client, article)

    assert propose(client, article) == copy
    assert Article.objects.filter(revises=article).count() == 1


def test_proposing_needs_to_be_asked_for_by_a_button(client, sign_in, article):
    sign_in("editor")

    assert client.get(page("propose", article)).status_code == 405
    assert Article.objects.count() == 1


def test_review_recorded_on_a_change_reaches_its_page_whole(client, sign_in):
    today = timezone.localdate()
    reviewed = {"last_reviewed": today - timedelta(days=400), "next_review_due": today - timedelta(days=30)}
    article = make_article(**reviewed, reviewer_role="Nurse")
    copy = actions.propose_change(article=article, author=sign_in("reviewer"))

    response = save(client, copy, state="published", last_reviewed=str(today), reviewer_role="Psychiatrist")
    article.refresh_from_db()

    assert response.status_code == 302
    assert (article.last_reviewed, article.reviewer_role) == (today, "Psychiatrist")
    assert article.next_review_due == months_after(today, 6)


def test_change_without_a_review_keeps_that_of_its_page(client, sign_in):
    day = timezone.localdate() - timedelta(days=10)
    article = make_article(last_reviewed=day, reviewer_role="Nurse")
    copy = actions.propose_change(article=article, author=sign_in("reviewer"))

    save(client, copy, state="published")
    article.refresh_from_db()

    assert (article.last_reviewed, article.reviewer_role) == (day, "Nurse")


def test_dropped_proposal_leaves_the_page_as_it_is(client, sign_in, article):
    sign_in("editor")
    copy = propose(client, article)

    response = client.post(page("delete", copy), {"post": "yes"})

    assert response.status_code == 302
    assert (public(article), Article.objects.count()) == (OLD, 1)


# --- Addresses and deletion -------------------------------------------------------------------------------------------


def test_new_address_leaves_a_redirect(client, sign_in, article):
    sign_in("reviewer")

    save(client, article, slug="rest")

    response = Client().get("/ketamine/sleep/")
    assert (response.status_code, response["Location"]) == (301, "/ketamine/rest/")


def test_draft_leaves_no_redirect(client, sign_in):
    sign_in("editor")

    save(client, make_draft(slug="sleep"), slug="rest")

    assert Redirect.objects.count() == 0


@pytest.mark.parametrize("state", ["published", "draft"])
def test_article_that_was_public_cannot_be_deleted(client, sign_in, state):
    sign_in("manager")
    article = make_article(state=state)

    response = client.post(page("delete", article), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"})

    assert response.status_code == 403
    assert Article.objects.count() == 1


@pytest.mark.parametrize(("role", "left"), [("editor", 1), ("reviewer", 0), ("manager", 0)])
@pytest.mark.parametrize("how", ["page", "list"])
def test_page_that_is_to_go_public_is_deleted_only_by_those_who_may_publish(client, sign_in, role, left, how):
    article = make_article(publish_at=timezone.now() + timedelta(hours=1))
    sign_in(role)

    if how == "page":
        client.post(page("delete", article), {"post": "yes"})
    else:
        client.post(LIST, {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"})

    assert Article.objects.count() == left


@pytest.mark.parametrize("how", ["one", "selected"])
def test_draft_can_be_deleted_with_all_its_parts(client, sign_in, how):
    sign_in("editor")
    article = make_draft(section=make_section(slug="therapies"))
    make_profile(article)
    make_faq(article)
    cite(article, make_source())

    if how == "one":
        client.post(page("delete", article), {"post": "yes"})
    else:
        client.post(LIST, {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"})

    assert Article.objects.count() == 0


# --- Preview ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_preview_shows_an_unpublished_page_and_says_so(client, sign_in, state):
    sign_in("editor")
    article = make_draft(title="Hidden", body="<p>Hidden words.</p>", state=state)
    response = client.get(page("preview", article))

    assert texts(response, "//h1 | //div[@class='prose']") == ["Hidden", "Hidden words."]
    assert texts(response, "//*[@class='preview']") == ["Preview. The public cannot see this page."]
    assert tree(response).xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert public(article) == (404,)


def test_preview_of_a_standing_page_says_so_too(client, sign_in):
    sign_in("editor")
    article = make_draft(section=make_section(slug="site", standing=True), slug="about")
    response = client.get(page("preview", article))

    assert texts(response, "//*[@class='preview']") == ["Preview. The public cannot see this page."]
    assert tree(response).xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_preview_is_the_page_that_the_public_will_see(client, sign_in):
    sign_in("editor")
    article = make_draft(section=make_section(slug="therapies"), urgent_help="<p>Now.</p>")
    make_profile(article)
    make_faq(article)
    cite(article, make_source())
    previewed = texts(client.get(page("preview", article)), "//main")
    article.state, article.publish_at = "published", timezone.now()
    article.save()

    assert texts(Client().get(article.get_absolute_url()), "//main") == previewed


def test_preview_needs_the_right_to_look(client, sign_in):
    article = make_draft(title="Hidden")
    sign_in("")

    response = client.get(page("preview", article))

    assert response.status_code == 403
    assert b"Hidden" not in response.content


@pytest.mark.parametrize("name", ["preview", "change", "history", "delete"])
def test_public_gets_the_sign_in_page(name):
    article = make_draft(title="Hidden")

    response = Client().get(page(name, article), follow=True)

    assert urlparse(response.redirect_chain[-1][0]).path == "/accounts/login/"
    assert b"Hidden" not in response.content


def test_public_cannot_propose(article):
    response = Client().post(page("propose", article))

    assert urlparse(response["Location"]).path == "/admin/login/"
    assert Article.objects.count() == 1


@pytest.mark.parametrize("name", ["preview", "propose"])
def test_page_of_an_article_that_is_gone_is_not_found(client, sign_in, name):
    sign_in("manager")
    address = reverse(f"admin:content_article_{name}", args=[999_999])

    assert (client.post if name == "propose" else client.get)(address).status_code == 404


# --- History ----------------------------------------------------------------------------------------------------------


def test_history_says_what_changed_by_whom_and_why(client, sign_in):
    article = make_draft(title="Old title")
    user = sign_in("editor")
    save(client, article, title="New title", change_note="A clearer title")

    row = texts(client.get(page("history", article)), "//ol[@id='change-history']/li[1]")[0]

    assert [part for part in ("Old title", "New title", "A clearer title", str(user)) if part not in row] == []


def test_history_shows_only_what_changed(client, sign_in):
    article = make_draft(title="Old title", summary="The same summary.")
    sign_in("editor")
    save(client, article, title="New title")

    table = texts(client.get(page("history", article)), "//ol[@id='change-history']")[0]
    assert ("New title" in table, "The same summary." in table) == (True, False)


def restore(client, article, version):
    address = page("simple_history", article, version.history_id)
    return client.post(address, form_values(client.get(address), HISTORY_FORM))


def test_old_version_can_be_restored(client, sign_in):
    article = make_draft(title="Old title", body="<p>Old body.</p>")
    sign_in("editor")
    save(client, article, title="New title", body="<p>New body.</p>")

    restore(client, article, article.history.last())
    article.refresh_from_db()

    assert (article.title, article.body) == ("Old title", "<p>Old body.</p>")
    assert article.history.count() == 3


def test_old_version_of_a_proposed_change_can_be_restored(client, sign_in, article):
    sign_in("editor")
    copy = propose(client, article)
    save(client, copy, title="Worse title")

    restore(client, copy, copy.history.last())
    copy.refresh_from_db()

    assert (copy.title, copy.revises, public(article)) == ("Old title", article, OLD)


@pytest.mark.parametrize("then", ["draft", "published"])
def test_editor_cannot_change_a_public_page_through_its_history(client, sign_in, then):
    """The old version may be a draft, which editors change; what they would overwrite is public."""
    article = make_draft(title="Draft title") if then == "draft" else make_article(title="Draft title")
    old = article.history.get()
    article.state, article.publish_at, article.title, article.body = (
        "published",
        timezone.now(),
        "Old title",
        "<p>Old body.</p>",
    )
    article.save()
    sign_in("editor")
    values = {
        "title": "Forged",
        "slug": article.slug,
        "summary": "S",
        "body": "<p>F</p>",
        "state": "draft",
        "section": article.section_id,
        "order": 0,
    }

    looked = client.get(page("simple_history", article, old.history_id))
    response = client.post(page("simple_history", article, old.history_id), values)

    assert (looked.status_code, response.status_code) == (200, 403)
    assert public(article) == OLD


def test_history_keeps_the_rights_of_an_old_version_too(client, sign_in):
    """A forged publication or review goes through the history's form as little as through the article's."""
    article = make_draft(title="Title")
    sign_in("editor")
    address = page("simple_history", article, article.history.get().history_id)
    values = form_values(client.get(address), HISTORY_FORM) | review_values() | at(timezone.now())

    client.post(address, values | {"state": "published"})
    client.post(address, values | {"title": "Saved"})
    article.refresh_from_db()

    assert (article.title, article.state, article.publish_at, article.last_reviewed) == ("Saved", "draft", None, None)


def review_of(article):
    article.refresh_from_db()
    return article.body, article.last_reviewed, article.reviewer_role


def withdraw_review(**fields):
    """Return a draft whose clinical review was taken back, with the version that had it."""
    reviewed = {"last_reviewed": timezone.localdate(), "reviewer_role": "Nurse"}
    article = make_draft(title="Title", body="<p>Old body.</p>", **reviewed, **fields)
    article.last_reviewed, article.reviewer_role, article.body = None, "", "<p>New body.</p>"
    article.save()
    return article, article.history.last()


@pytest.mark.parametrize("body", ["<p>Old body.</p>", "<p>Words of the editor's own.</p>"])
def test_editor_cannot_restore_a_review_that_was_withdrawn(client, sign_in, body):
    article, reviewed = withdraw_review()
    sign_in("editor")
    address = page("simple_history", article, reviewed.history_id)

    client.post(address, form_values(client.get(address), HISTORY_FORM, body=body))

    assert review_of(article) == (body, None, "")


def test_reviewer_can_restore_a_review(client, sign_in):
    article, reviewed = withdraw_review()
    sign_in("reviewer")

    restore(client, article, reviewed)

    assert review_of(article) == ("<p>Old body.</p>", timezone.localdate(), "Nurse")


def test_draft_that_was_deleted_comes_back_without_its_review(client, sign_in):
    article, reviewed = withdraw_review()
    pk = article.pk
    article.delete()
    article.pk = pk
    sign_in("editor")

    restore(client, article, reviewed)

    assert review_of(article) == ("<p>Old body.</p>", None, "")


def test_publish_time_of_an_old_version_is_not_the_editors_to_bring_back(client, sign_in):
    """The old version was scheduled, and then called off."""
    article = make_article(publish_at=timezone.now() + timedelta(hours=1))
    scheduled = article.history.get()
    article.state, article.publish_at = "draft", None
    article.save()
    sign_in("editor")
    address = page("simple_history", article, scheduled.history_id)

    client.post(address, form_values(client.get(address), HISTORY_FORM, state="draft", title="Restored"))
    article.refresh_from_db()

    assert (article.title, article.state, article.publish_at) == ("Restored", "draft", None)


def test_old_draft_of_a_page_that_was_public_can_be_restored(client, sign_in):
    """It had no publish time then; that the page was public since stays known."""
    article = make_draft(title="Old title")
    moment = timezone.now() - timedelta(hours=1)
    article.state, article.publish_at = "published", moment
    article.save()
    article.state, article.title = "draft", "New title"
    article.save()
    sign_in("editor")

    restore(client, article, article.history.last())
    article.refresh_from_db()

    assert (article.title, article.publish_at) == ("Old title", moment)


# --- The list ---------------------------------------------------------------------------------------------------------


def titles_in(response):
    return texts(response, "//table[@id='result_list']//th[contains(@class, 'field-')]")


@pytest.fixture
def shelf():
    """One article of each kind that the filters tell apart."""
    today = timezone.localdate()
    families = make_section(slug="families")
    reviewed = {"last_reviewed": today - timedelta(days=200), "reviewer_role": "Nurse"}
    make_draft(title="Draft")
    make_draft(title="In review", state="in_review")
    make_article(title="Never", section=families)
    make_article(title="Overdue", **reviewed, next_review_due=today - timedelta(days=1))
    make_article(title="Soon", **reviewed, next_review_due=today + timedelta(days=30))
    make_article(title="Current", **reviewed, next_review_due=today + timedelta(days=31))
    make_article(title="Open end", **reviewed)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("state__exact=draft", {"Draft"}),
        ("state__exact=in_review", {"In review"}),
        ("state__exact=published", {"Never", "Overdue", "Soon", "Current", "Open end"}),
        ("review=never", {"Draft", "In review", "Never"}),
        ("review=due", {"Overdue", "Soon"}),
        ("review=current", {"Current", "Open end"}),
        ("q=overdue", {"Overdue"}),
        ("q=OVERD", {"Overdue"}),
        ("q=in", {"In review"}),
        ("q=plain+overdue", {"Overdue"}),
        ("q=draft", {"Draft"}),
        ("q=%25%27%22*+draft", {"Draft"}),
        ("q=nowhere", set()),
    ],
)
def test_list_is_filtered(client, sign_in, shelf, query, titles):
    sign_in("editor")

    assert set(titles_in(client.get(f"{LIST}?{query}"))) == titles


def test_page_whose_title_was_typed_comes_first(client, sign_in):
    make_article(title="Confidentiality: who will know?")
    make_article(title="Newer", body="<p>On confidentiality.</p>")
    sign_in("editor")

    assert titles_in(client.get(LIST)) == ["Newer", "Confidentiality: who will know?"]
    assert titles_in(client.get(f"{LIST}?q=confidentiality")) == ["Confidentiality: who will know?", "Newer"]


def test_long_sentence_has_room_and_stays_one_line(client, sign_in):
    article = make_draft()
    sign_in("editor")
    form = client.get(page("change", article))

    save(client, article, summary="How it begins,\r\nand call 116\xa0123.")

    article.refresh_from_db()
    assert [box.get("name") for box in tree(form).xpath("(//form//fieldset)[1]//textarea")] == ["summary"]
    assert article.summary == "How it begins, and call 116\xa0123."


@pytest.mark.parametrize(
    "typed",
    ["lasting-support", "/aftercare/lasting-support/", "https://clinic.example/aftercare/lasting-support/", "Aftercare"],
)
def test_page_is_found_by_its_address_and_by_the_name_of_its_section(client, sign_in, typed):
    make_article(title="Support", slug="lasting-support", section=make_section(slug="aftercare", menu_title="Aftercare"))
    make_article(title="Another", section=make_section(slug="families"))
    sign_in("editor")

    assert titles_in(client.get(LIST, {"q": typed})) == ["Support"]


def test_list_is_filtered_by_section(client, sign_in, shelf):
    sign_in("editor")
    section = make_section(slug="families")

    assert titles_in(client.get(f"{LIST}?section__id__exact={section.pk}")) == ["Never"]


def test_list_offers_the_three_filters(client, sign_in, shelf):
    sign_in("editor")
    response = client.get(LIST)

    assert texts(response, "//*[@id='changelist-filter']//summary") == ["By state", "By section", "By clinical review"]
    assert {"?state__exact=in_review", "?review=due"} <= set(links(response))


def test_list_says_how_each_stands_with_the_clinician(client, sign_in, shelf):
    sign_in("editor")
    response = client.get(LIST)
    names = titles_in(response)
    reviews = texts(response, "//td[contains(@class, 'field-review')]")

    due = timezone.localdate()
    assert dict(zip(names, reviews, strict=True)) == {
        "Draft": "never",
        "In review": "never",
        "Never": "never",
        "Overdue": f"overdue since {due - timedelta(days=1):%d %B %Y}",
        "Soon": f"until {due + timedelta(days=30):%d %B %Y}",
        "Current": f"until {due + timedelta(days=31):%d %B %Y}",
        "Open end": "done",
    }


def test_proposed_change_is_told_from_its_page_in_the_list(client, sign_in, article):
    sign_in("editor")
    propose(client, article)

    assert set(titles_in(client.get(LIST))) == {"Old title", "Old title (proposed change)"}


def test_list_takes_as_many_queries_for_three_as_for_one(client, sign_in):
    sign_in("manager")
    make_article()
    with_one = count_queries(client, LIST)
    make_article(section=make_section(slug="families"))
    make_draft()

    assert count_queries(client, LIST) == with_one <= 12


def test_half_a_profile_is_refused_and_the_form_says_when_to_leave_it_empty(client, sign_in):
    sign_in("editor")
    response = add(client, **{"profile-0-what_it_is": "A talk with a therapist."})

    listed = texts(response, "//section[@class='refused']//li")
    assert "Profile for the comparison of therapies, How you meet: This field is required." in listed
    assert len(listed) == 9
    assert "leave all of it empty" in " ".join(texts(response, "//div[@id='profile-group']//div[@class='description']"))
