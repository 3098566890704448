"""What a reviewer is shown of a proposed change: each word that comes or goes, in its place."""

import pytest
from django.test import Client
from django.urls import reverse

from content import actions
from content.models import Article
from tests.content.factories import make_article, make_faq, make_line, make_profile, make_source, make_user
from tests.pages import texts, tree

pytestmark = pytest.mark.django_db
CARD = '<div class="care care-{}"><h3>Help</h3><p>Call.</p></div>'


@pytest.fixture
def article():
    return make_article(title="Sleep", body="<p>Sleep comes back slowly.</p><p>Be kind.</p>")


@pytest.fixture
def change(article):
    return actions.propose_change(article=article, author=make_user("editor"))


def shown(change):
    """Return the sentence over the changes, and the words that go and come in each part, by its label."""
    reviewer = Client()
    reviewer.force_login(make_user("reviewer"))
    root = tree(reviewer.get(reverse("admin:content_article_change", args=[change.pk])))
    note = root.xpath("//section[@aria-labelledby='changes-heading']")[0]
    parts = {details.xpath("string(summary)"): words(details) for details in note.xpath("details")}
    return note.xpath("string(h2)"), parts


def words(details):
    return [" ".join(" ".join(details.xpath(f".//{tag}//text()")).split()) for tag in ("del", "ins")]


def test_each_word_that_comes_or_goes_is_marked(change):
    Article.objects.filter(pk=change.pk).update(body="<p>Sleep comes back quickly.</p><p>Be kind.</p>", is_medical=True)

    assert shown(change) == (
        "What this changes on the page",
        {"Body": ["slowly.", "quickly."], "Needs medical words": ["No", "Yes"]},
    )


def test_what_stays_far_from_a_change_is_left_out(change):
    before = [f"<p>Paragraph {number}.</p>" for number in range(7)]
    change.base = {**actions.said(change), "body": "".join(before)}
    Article.objects.filter(pk=change.revises_id).update(body="".join(before))
    change.body = "".join(before).replace("Paragraph 4", "Section 4")
    change.save()
    reviewer = Client()
    reviewer.force_login(make_user("reviewer"))

    text = texts(reviewer.get(reverse("admin:content_article_change", args=[change.pk])), "//details[summary='Body']//p")

    assert text == ["…", "Paragraph 3.", "Section Paragraph 4.", "Paragraph 5.", "…"]


def test_change_of_form_alone_says_so(change):
    """Reviewers would take a part with nothing marked in it for unchanged."""
    Article.objects.filter(pk=change.pk).update(body="<p>Sleep <strong>comes back</strong> slowly.</p><p>Be kind.</p>")
    reviewer = Client()
    reviewer.force_login(make_user("reviewer"))

    text = texts(reviewer.get(reverse("admin:content_article_change", args=[change.pk])), "//details[summary='Body']//p")

    assert text == ["The words stay. What changes is how they are set: see the preview."]


def test_description_of_a_picture_is_compared(article, change):
    figure = '<figure><img src="/media/pictures/a.webp" alt="{}"></figure>'
    Article.objects.filter(pk=article.pk).update(body=figure.format("A path."))
    change.base = {**actions.said(change), "body": figure.format("A path.")}
    change.body = figure.format("A river.")
    change.save()

    gone, come = shown(change)[1]["Body"]

    assert ("path" in gone, "river" in come) == (True, True)


def test_change_of_nothing_says_so(change):
    assert shown(change) == ("This changes nothing on the page yet", {})


def test_what_changed_on_the_page_meanwhile_is_no_part_of_the_change(article, change):
    Article.objects.filter(pk=article.pk).update(summary="Corrected on the page.")
    Article.objects.filter(pk=change.pk).update(title="Sleeping")

    assert shown(change)[1] == {"Title": ["Sleep", "Sleeping"]}


def test_part_that_both_have_changed_is_shown_side_by_side_alone(article, change):
    Article.objects.filter(pk=article.pk).update(title="Sleep, corrected")
    Article.objects.filter(pk=change.pk).update(title="Sleeping", summary="New.")

    assert list(shown(change)[1]) == ["Summary"]


def test_address_behind_a_link_and_level_of_a_card_are_seen(article, change):
    link = '<p>Ring <a href="{}">us</a> now.</p>'
    Article.objects.filter(pk__in=[article.pk, change.pk]).update(body=link.format("https://a.example/") + CARD.format("gp"))
    change.refresh_from_db()
    change.base = actions.said(change)
    change.body = link.format("https://b.example/") + CARD.format("urgent")
    change.save()

    gone, come = shown(change)[1]["Body"]

    assert ("https://a.example/" in gone, "https://b.example/" in come) == (True, True)
    assert ("(gp)" in gone, "(urgent)" in come) == (True, True)


def test_questions_sources_profile_and_lines_are_compared(change):
    make_faq(change, question="Is it normal?", answer="<p>Yes.</p>")
    source = make_source()
    change.citations.create(source=source)
    make_profile(change)
    line = make_line()
    change.support_lines.add(line)

    parts = shown(change)[1]

    assert parts["Questions people ask"] == ["", "Is it normal? Yes."]
    assert parts["Sources"] == ["", str(source)]
    assert parts["Support lines"] == ["", str(line)]
    assert parts["Profile for the comparison of therapies"][0] == ""


def test_marks_of_a_comparison_are_never_saved(change):
    Article.objects.filter(pk=change.pk).update(body='<p>Sleep <ins onclick="x()">comes</ins> back.</p><script>x()</script>')
    reviewer = Client()
    reviewer.force_login(make_user("reviewer"))
    response = reviewer.get(reverse("admin:content_article_change", args=[change.pk]))
    note = tree(response).xpath("//section[@aria-labelledby='changes-heading']")[0]

    assert note.xpath(".//script | .//@onclick") == []
    change.refresh_from_db()
    change.full_clean()
    assert change.body == "<p>Sleep comes back.</p>"
