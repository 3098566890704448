"""The history of an article's profile, questions and sources: staff see it, and restore what they may change."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from urllib.parse import urlparse

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content import actions
from content.models import Article, Citation, Faq, SearchDocument, TherapyProfile
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_profile,
    make_section,
    make_source,
    make_user,
)
from tests.pages import count_queries, form_values, texts, tree

pytestmark = pytest.mark.django_db


def history(article):
    return reverse("admin:content_article_history", args=[article.pk])


def version(part, *, back=0):
    """Return the address of a version of a part: the newest, or so many steps back."""
    found = type(part).history.filter(**{type(part)._meta.pk.attname: part.pk})[back]
    return reverse("admin:content_article_part", args=[found.article_id, part._meta.model_name, found.history_id])


def rows(response):
    """Return what the history tells of the parts, the newest first: which, what happened, by whom, and what is different."""
    told = []
    for row in tree(response).xpath("//ol[@id='parts-history']/li"):
        name, line, fields = (" ".join(row.xpath(f"string({part})").split()) for part in ("p/a", "p", "ul"))
        what, who = re.fullmatch(r"(\w+) \d+ \w+ \d{4}, [\d:]+(?: by (.+))?", line.removeprefix(f"{name}: ")).groups("")
        told.append((name, what, who, fields))
    return told


def save(client, article, **changes):
    address = reverse("admin:content_article_change", args=[article.pk])
    return client.post(address, form_values(client.get(address), "article_form", **changes))


def said(response):
    return texts(response, "//ul[@class='messagelist']/li")


# --- What the history tells -------------------------------------------------------------------------------------------


def test_changes_of_questions_sources_and_the_profile_are_told_by_whom_and_field_by_field(client, sign_in):
    article = make_draft(section=make_section(slug="therapies"))
    make_profile(article, format="In a group.")
    make_faq(article, question="Old question?", answer="<p>Kept.</p>")
    cite(article, make_source(key="old-1", publisher="P", title="T"), make_source(key="gone-1", publisher="P", title="T"))
    new = make_source(key="new-1", publisher="P", title="T")
    before = len(rows_of(article, client, sign_in))
    user = sign_in("editor")

    save(
        client,
        article,
        profile__0__format="One to one.",
        faqs__0__question="New question?",
        citations__0__source=new.pk,
        citations__1__DELETE="on",
    )

    told = rows(client.get(history(article)))
    assert sorted(told[: len(told) - before]) == [
        ("Question people ask: New question?", "changed", str(user), "Question: Old question? → New question?"),
        ("Source: gone-1: P, T", "removed", str(user), ""),
        ("Source: new-1: P, T", "changed", str(user), "Source: old-1: P, T → new-1: P, T"),
        ("Therapy profile", "changed", str(user), "How you meet: In a group. → One to one."),
    ]


def rows_of(article, client, sign_in):
    sign_in("editor")
    return rows(client.get(history(article)))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"state": "in_review"}, "State: draft → in review"),
        ({"is_medical": True}, "Needs medical words: no → yes"),
        ({"short_title": "In short"}, "Short title: nothing → In short"),
        ({"next_review_due": date(2027, 3, 4)}, "Next review due: nothing → 4 Mar 2027"),
        ({"publish_at": datetime(2027, 7, 4, 8, 5, tzinfo=UTC)}, "Publish time: nothing → 4 Jul 2027, 09:05"),
        (
            {"body": "<h2>How it begins</h2><p>After <strong>weeks</strong>.</p>"},
            "Body: How After weeks. → How it begins After weeks.",
        ),
        (
            {"body": f"<h2>How</h2><p>After weeks.</p><p>{'and so on ' * 60}end.</p>"},
            f"Body: How After weeks. → How After weeks. {'and so on ' * 20}and so …so on and so on and so on end.",
        ),
        ({"body": "<h3>How</h3><p>After weeks.</p>"}, "Body: the same words → set in another way"),
    ],
)
def test_change_of_an_article_is_told_in_the_words_of_its_form(client, sign_in, changes, line):
    article = make_draft(body="<h2>How</h2><p>After weeks.</p>")
    for name, value in changes.items():
        setattr(article, name, value)
    article.save()
    sign_in("editor")

    told = texts(client.get(history(article)), "//ol[@id='change-history']/li[1]/ul/li")

    assert [part for part in told if part.startswith(line.partition(":")[0])] == [line]


def test_changes_are_told_with_the_newest_first(client, sign_in):
    article = make_draft()
    faq = make_faq(article, question="First?")
    cite(article, make_source(key="a-1", publisher="P", title="T"))
    faq.question = "Second?"
    faq.save()
    faq.delete()
    sign_in("editor")

    told = [(name, what) for name, what, _, _ in rows(client.get(history(article)))]

    assert told == [
        ("Question people ask: Second?", "removed"),
        ("Question people ask: Second?", "changed"),
        ("Source: a-1: P, T", "added"),
        ("Question people ask: First?", "added"),
    ]


def test_save_that_changed_nothing_is_not_told(client, sign_in):
    article = make_draft()
    make_faq(article).save()
    sign_in("editor")

    assert [what for _, what, _, _ in rows(client.get(history(article)))] == ["added"]


def test_parts_of_another_article_are_not_told(client, sign_in):
    article = make_draft()
    make_faq(make_draft(), question="Of another?")
    sign_in("editor")

    assert tree(client.get(history(article))).xpath("//ol[@id='parts-history']") == []


def test_markup_in_a_question_is_told_as_text(client, sign_in):
    article = make_draft()
    faq = make_faq(article, question="Old?")
    Faq.objects.filter(pk=faq.pk).update(question="<script>alert(1)</script>")
    Faq.objects.get().save()
    sign_in("editor")

    page = client.get(history(article)).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_long_history_comes_in_pages(client, sign_in):
    article = make_draft()
    for number in range(51):
        make_faq(article, question=f"Question {number}?")
    sign_in("editor")

    told = [[name for name, *_ in rows(client.get(f"{history(article)}?parts={page}"))] for page in (1, 2)]

    assert (len(told[0]), told[1]) == (50, ["Question people ask: Question 0?"])


def test_history_takes_as_many_queries_however_much_changed(client, sign_in):
    article = make_draft(section=make_section(slug="therapies"))
    sign_in("editor")

    def change():
        faq = make_faq(article, question="Old?")
        faq.question = "New?"
        faq.save()
        cite(article, make_source())
        citation = article.citations.last()
        citation.source = make_source()
        citation.save()

    change()
    with_one = count_queries(client, history(article))
    change()
    change()

    assert count_queries(client, history(article)) == with_one


def test_published_change_is_told_as_what_it_changed(client, sign_in):
    """Not as every question taken out and put back: that would be the whole page, each time."""
    article = make_article()
    make_profile(article)
    make_faq(article, question="Kept?", order=1)
    make_faq(article, question="Changed?", answer="<p>Old.</p>", order=2)
    make_faq(article, question="Gone?", order=3)
    cite(article, make_source(key="kept-1"))
    user = sign_in("reviewer")
    before = len(rows(client.get(history(article))))
    copy = actions.propose_change(article=article, author=user)
    copy.faqs.filter(question="Changed?").update(answer="<p>New.</p>")
    copy.faqs.get(question="Gone?").delete()
    make_faq(copy, question="Added?", order=3)

    save(client, copy, state="published")

    told = rows(client.get(history(article)))
    assert sorted(told[: len(told) - before]) == [
        ("Question people ask: Added?", "added", str(user), ""),
        ("Question people ask: Changed?", "changed", str(user), "Answer: Old. → New."),
        ("Question people ask: Gone?", "removed", str(user), ""),
    ]


def test_questions_of_the_same_words_all_stay_when_a_change_is_published():
    article = make_article()
    for order in (1, 2, 3):
        make_faq(article, question="Again?", answer=f"<p>{order}</p>", order=order)
    copy = actions.propose_change(article=article, author=make_user())

    actions.publish_change(change=copy)

    assert list(article.faqs.values_list("answer", flat=True)) == ["<p>1</p>", "<p>2</p>", "<p>3</p>"]


def test_source_put_in_or_taken_out_dates_the_page():
    article = make_article()
    cite(article, make_source())
    later = timezone.now() + timedelta(days=1)

    with time_machine.travel(later, tick=False):
        Citation.objects.get().delete()

    assert Article.objects.with_change().get(pk=article.pk).changed_at == later


def test_history_of_sources_begins_with_those_that_were_listed_and_dates_no_page_anew():
    article, other = make_article(), make_draft()
    sources = [make_source(), make_source()]
    cite(article, *sources)
    cite(other, sources[0])
    Citation.history.all().delete()
    before = Article.objects.with_change().get(pk=article.pk).changed_at

    import_module("content.migrations.0010_history_of_parts").begin_history(apps, None)

    begun = Citation.history.order_by("history_id").values_list(
        "id", "article", "source", "order", "history_type", "history_date"
    )
    now = Citation.objects.order_by("pk").values_list("id", "article", "source", "order", "article__updated_at")
    assert list(begun) == [(*row[:4], "+", row[4]) for row in now]
    assert Article.objects.with_change().get(pk=article.pk).changed_at == before


# --- One version ------------------------------------------------------------------------------------------------------


def test_version_is_shown_whole(client, sign_in):
    article = make_draft()
    long = "Very long words. " * 20
    faq = make_faq(article, question="Old?", answer=f"<p>{long}<a href='/glossary/'>Look</a></p>", order=4)
    faq.question, faq.answer = "New?", "<p>Short.</p>"
    faq.save()
    sign_in("editor")

    page = client.get(version(faq, back=1))

    assert texts(page, "//dl[@class='past']/*") == ["Question", "Old?", "Answer", f"{long}Look", "Order", "4"]
    assert tree(page).xpath("//dl[@class='past']//a/@href") == ["/glossary/"]


def test_text_that_was_never_clean_is_shown_clean(client, sign_in):
    faq = make_faq(make_draft())
    Faq.history.update(answer="<p>Words<script>alert(1)</script></p>")
    sign_in("editor")

    assert tree(client.get(version(faq))).xpath("//dl[@class='past']//script") == []


@pytest.mark.parametrize("wrong", ["of another article", "of another kind", "of no kind", "of nothing"])
def test_version_that_is_not_the_articles_is_not_found(client, sign_in, wrong):
    article = make_draft()
    number = make_faq(make_draft() if wrong == "of another article" else article).history.get().history_id
    name = {"of another kind": "citation", "of no kind": "section"}.get(wrong, "faq")
    number = 999_999 if wrong == "of nothing" else number
    sign_in("manager")
    address = reverse("admin:content_article_part", args=[article.pk, name, number])

    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


# --- Restoring --------------------------------------------------------------------------------------------------------


def restore(client, address):
    """Press the button on the page of a version."""
    return client.post(address, form_values(client.get(address), "restore"), follow=True)


def test_question_is_set_back_to_what_it_was(client, sign_in):
    article = make_draft()
    faq = make_faq(article, question="Old?", answer="<p>Bladder.</p>")
    faq.question, faq.answer = "New?", "<p>Short.</p>"
    faq.save()
    user = sign_in("editor")

    answer = restore(client, version(faq, back=1))

    assert said(answer) == ["Restored."]
    assert list(article.faqs.values_list("pk", "question", "answer")) == [(faq.pk, "Old?", "<p>Bladder.</p>")]
    assert rows(answer)[0][:3] == ("Question people ask: Old?", "changed", str(user))
    assert "Bladder." in SearchDocument.objects.get(article=article).body


def test_form_that_was_open_while_a_question_was_restored_does_not_undo_that_unseen(client, sign_in):
    article = make_draft()
    faq = make_faq(article, question="Old?")
    faq.question = "New?"
    faq.save()
    sign_in("editor")
    address = reverse("admin:content_article_change", args=[article.pk])
    typed = form_values(client.get(address), "article_form")

    restore(client, version(faq, back=1))
    refused = client.post(address, typed)

    assert "saved this article on" in texts(refused, "//ul[contains(@class, 'errorlist')]/li")[0]
    assert article.faqs.get().question == "Old?"


def test_question_that_was_removed_is_put_back(client, sign_in):
    article = make_draft()
    faq = make_faq(article, question="Gone?")
    removed = Faq.objects.get()
    faq.delete()
    sign_in("editor")

    answer = restore(client, version(removed))

    assert list(article.faqs.values_list("pk", "question")) == [(removed.pk, "Gone?")]
    assert rows(answer)[0][:2] == ("Question people ask: Gone?", "added")


def test_source_that_was_removed_is_put_back(client, sign_in):
    article = make_draft()
    source = make_source(key="gone-1")
    cite(article, source)
    removed = Citation.objects.get()
    Citation.objects.all().delete()
    sign_in("editor")

    restore(client, version(removed))

    assert [citation.source for citation in article.citations.all()] == [source]


def test_profile_is_set_back_to_what_it_was(client, sign_in):
    article = make_draft(section=make_section(slug="therapies"))
    profile = make_profile(article, format="In a group.")
    profile.format = "One to one."
    profile.save()
    sign_in("editor")

    restore(client, version(profile, back=1))

    assert TherapyProfile.objects.get().format == "In a group."


def test_restored_answer_brings_its_source_into_the_list(client, sign_in):
    article = make_draft()
    make_source(key="cited-1")
    faq = make_faq(article, answer="<p>So it is [cited-1].</p>")
    faq.answer = "<p>So it is.</p>"
    faq.save()
    sign_in("editor")

    restore(client, version(faq, back=1))

    assert [citation.source.key for citation in article.citations.all()] == ["cited-1"]


def test_restored_answer_is_cleaned(client, sign_in):
    faq = make_faq(make_draft())
    Faq.history.update(answer="<p>Words<script>alert(1)</script></p>")
    sign_in("editor")

    restore(client, version(faq))

    assert Faq.objects.get().answer == "<p>Words</p>"


def test_restoring_on_a_public_page_shows_at_once_to_those_who_may_publish(client, sign_in):
    article = make_article()
    faq = make_faq(article, question="Old?")
    faq.question = "New?"
    faq.save()
    sign_in("reviewer")
    before = Client().get(article.get_absolute_url())

    restore(client, version(faq, back=1))

    after = Client().get(article.get_absolute_url())
    assert [texts(page, "//details[@class='faq']/summary") for page in (before, after)] == [["New?"], ["Old?"]]


def test_source_that_is_listed_again_is_not_put_back_twice(client, sign_in):
    article = make_draft()
    source = make_source(key="twice-1")
    cite(article, source)
    removed = Citation.objects.get()
    Citation.objects.all().delete()
    cite(article, source)
    sign_in("editor")

    answer = restore(client, version(removed))

    assert said(answer) == ["Not restored. This source is listed twice."]
    assert article.citations.count() == 1


def test_source_that_is_gone_is_told_and_not_put_back(client, sign_in):
    article = make_draft()
    source = make_source(key="gone-1")
    cite(article, source)
    removed = Citation.objects.get()
    Citation.objects.all().delete()
    source.delete()
    sign_in("editor")

    answer = restore(client, version(removed))

    assert said(answer) == ["Not restored. This source is gone."]
    assert [name for name, *_ in rows(answer)] == ["Source: a source that is gone"] * 2
    assert article.citations.count() == 0


def test_answer_whose_link_leads_nowhere_is_not_restored_on_a_public_page(client, sign_in):
    article = make_article()
    faq = make_faq(article, answer='<p><a href="/ketamine/never/">Look</a></p>')
    faq.answer = "<p>Short.</p>"
    faq.save()
    sign_in("reviewer")

    answer = restore(client, version(faq, back=1))

    assert [message.startswith("Not restored. The link to /ketamine/never/ leads to no page") for message in said(answer)] == [
        True
    ]
    assert Faq.objects.get().answer == "<p>Short.</p>"


# --- Who may do what --------------------------------------------------------------------------------------------------


def test_editor_looks_at_the_parts_of_a_public_page_and_cannot_restore_them(client, sign_in):
    article = make_article()
    faq = make_faq(article, question="Old?")
    faq.question = "New?"
    faq.save()
    sign_in("editor")

    looked = client.get(version(faq, back=1))
    answer = client.post(version(faq, back=1))

    assert (looked.status_code, tree(looked).xpath("//form[@id='restore']"), answer.status_code) == (200, [], 403)
    assert Faq.objects.get().question == "New?"


def test_editor_restores_in_a_proposed_change_and_the_page_stays_as_it_is(client, sign_in):
    article = make_article()
    make_faq(article, question="Public?")
    copy = actions.propose_change(article=article, author=sign_in("editor"))
    faq = copy.faqs.get()
    faq.question = "Worse?"
    faq.save()

    restore(client, version(faq, back=1))

    assert (copy.faqs.get().question, article.faqs.get().question) == ("Public?", "Public?")
    assert article.faqs.get().history.count() == 1


def test_only_profile_of_a_section_comes_back_after_it_was_removed(client, sign_in):
    profile = make_profile(make_draft(), format="In a group.")
    TherapyProfile.objects.all().delete()
    sign_in("manager")

    restore(client, version(profile))

    assert TherapyProfile.objects.get().format == "In a group."


def test_parts_need_the_right_to_look(client, sign_in):
    faq = make_faq(make_draft(), question="Hidden?")
    sign_in("desk")

    answers = [client.get(version(faq)), client.post(version(faq)), client.get(history(faq.article))]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert [answer for answer in answers if b"Hidden" in answer.content] == []


def test_public_gets_the_sign_in_page():
    faq = make_faq(make_draft(), question="Hidden?")

    answers = [Client().get(version(faq)), Client().post(version(faq))]

    assert [urlparse(answer["Location"]).path for answer in answers] == ["/admin/login/"] * 2


def test_restoring_is_refused_without_the_token_of_the_form(sign_in):
    faq = make_faq(make_draft(), question="Old?")
    faq.question = "New?"
    faq.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("editor"))

    assert client.post(version(faq, back=1)).status_code == 403
    assert Faq.objects.get().question == "New?"


def test_restoring_stands_in_the_log_of_the_admin(client, sign_in):
    faq = make_faq(make_draft(), question="Old?")
    user = sign_in("editor")

    restore(client, version(faq))

    entry = user.logentry_set.get()
    assert entry.get_change_message() == "Restored an earlier version. Question people ask: Old?"
