"""Changes that touch several models: proposing and publishing a change, and listing what is cited."""

import pytest

from content import actions
from content.models import Article, Citation, Faq, SearchDocument, TherapyProfile
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_line,
    make_picture,
    make_profile,
    make_source,
    make_user,
)

pytestmark = pytest.mark.django_db


def content(article):
    """Return everything that a proposed change carries."""
    article = Article.objects.get(pk=article.pk)
    profile = TherapyProfile.objects.filter(article=article).first()
    return {
        **{name: getattr(article, name) for name in actions.REVISED_FIELDS},
        "faqs": list(article.faqs.values_list("question", "answer", "order")),
        "citations": list(article.citations.values_list("source__key", "order")),
        "profile": profile and [text for _, _, text in profile.rows()],
        "related": sorted(article.related.values_list("slug", flat=True)),
        "support_lines": sorted(article.support_lines.values_list("key", flat=True)),
    }


def of_its_own(article):
    """Return what stays the page's own."""
    values = Article.objects.filter(pk=article.pk).values(
        "pk", "slug", "section", "order", "state", "publish_at", "author", "created_at"
    )
    return values.get()


@pytest.fixture
def page():
    """A public page that has everything that a change can carry."""
    page = make_article(
        slug="page", order=4, short_title="Short", urgent_help="<p>Call.</p>", drawing="section-families", is_medical=True,
        picture=make_picture(),
    )  # fmt: skip
    make_faq(page, question="Second?", order=2)
    make_faq(page, question="First?", order=1)
    cite(page, make_source(key="b-1"), make_source(key="a-1"))
    make_profile(page)
    page.related.add(make_article(slug="related"))
    page.support_lines.add(make_line(key="line"))
    return page


def rewrite(copy):
    """Change everything about a working copy."""
    copy.title, copy.body, copy.urgent_help, copy.picture, copy.is_medical = "New", "<p>Anew.</p>", "", None, False
    copy.save()
    copy.faqs.get(question="First?").delete()
    make_faq(copy, question="Third?", order=3)
    copy.citations.get(source__key="b-1").delete()
    cite(copy, make_source(key="c-1"))
    profile = TherapyProfile.objects.get(article=copy)
    profile.evidence = "New evidence."
    profile.save()
    unlike = make_article(slug="new-related", title="Elsewhere", summary="Other words.", body="<p>Other words.</p>")
    copy.related.set([unlike])  # so the page is not completed by it
    copy.support_lines.clear()


# --- Proposing --------------------------------------------------------------------------------------------------------


def test_proposed_change_starts_as_a_draft_copy_of_its_page(page):
    author = make_user("editor")
    before = (content(page), of_its_own(page))

    copy = actions.propose_change(article=page, author=author)

    assert content(copy) == content(page)
    assert (copy.revises, copy.state, copy.publish_at, copy.author) == (page, "draft", None, author)
    assert (copy.slug, copy.section, copy.order) == (page.slug, page.section, page.order)
    assert (content(page), of_its_own(page)) == before


def test_proposed_change_has_rows_of_its_own(page):
    actions.propose_change(article=page, author=make_user())

    assert [model.objects.count() for model in (Faq, Citation, TherapyProfile)] == [4, 4, 2]


def test_proposed_change_does_not_carry_the_review(page):
    Article.objects.filter(pk=page.pk).update(last_reviewed="2025-01-01", reviewer_role="Nurse")
    page.refresh_from_db()

    copy = actions.propose_change(article=page, author=make_user())

    assert (copy.last_reviewed, copy.reviewer_role) == (None, "")


def test_page_stays_as_it_is_until_the_change_is_published(page, client):
    copy = actions.propose_change(article=page, author=make_user())
    before = (content(page), of_its_own(page), client.get("/ketamine/page/").content)

    rewrite(copy)

    assert (content(page), of_its_own(page), client.get("/ketamine/page/").content) == before
    assert list(Article.objects.published().filter(slug="page")) == [page]


def test_second_proposal_is_refused(page):
    actions.propose_change(article=page, author=make_user())

    with pytest.raises(actions.CannotPropose):
        actions.propose_change(article=page, author=make_user())

    assert Article.objects.filter(slug="page").count() == 2


def test_proposal_of_a_proposal_is_refused(page):
    copy = actions.propose_change(article=page, author=make_user())

    with pytest.raises(actions.CannotPropose):
        actions.propose_change(article=copy, author=make_user())


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_published_change_moves_onto_its_page(page):
    copy = actions.propose_change(article=page, author=make_user())
    rewrite(copy)
    new, own = content(copy), of_its_own(page)

    published = actions.publish_change(change=copy)

    assert published == page
    assert content(page) == new
    assert of_its_own(page) == own
    assert Article.objects.filter(slug="page").count() == 1
    assert [model.objects.filter(article=page).count() for model in (Faq, Citation, TherapyProfile)] == [2, 2, 1]
    assert [model.objects.count() for model in (Faq, Citation, TherapyProfile)] == [2, 2, 1]


def test_published_change_can_be_followed_by_another(page):
    actions.publish_change(change=actions.propose_change(article=page, author=make_user()))
    page = Article.objects.get(pk=page.pk)

    assert actions.propose_change(article=page, author=make_user()).revises == page


def test_search_finds_what_a_published_change_says_and_no_longer_what_it_took_out(page):
    copy = actions.propose_change(article=page, author=make_user())
    copy.faqs.all().delete()
    copy.body = "<p>Bladder.</p>"
    copy.save()

    actions.publish_change(change=copy)

    assert SearchDocument.objects.get(article=page).body == "Bladder. Call."


def test_review_of_a_change_becomes_the_review_of_its_page(page):
    Article.objects.filter(pk=page.pk).update(last_reviewed="2024-01-01", next_review_due="2024-06-01", reviewer_role="Nurse")
    page.refresh_from_db()
    copy = actions.propose_change(article=page, author=make_user())
    Article.objects.filter(pk=copy.pk).update(last_reviewed="2025-01-01", reviewer_role="Psychiatrist")

    actions.publish_change(change=Article.objects.get(pk=copy.pk))

    page.refresh_from_db()
    assert (str(page.last_reviewed), page.next_review_due, page.reviewer_role) == ("2025-01-01", None, "Psychiatrist")


def test_change_without_a_review_leaves_the_pages_review(page):
    Article.objects.filter(pk=page.pk).update(last_reviewed="2024-01-01", reviewer_role="Nurse")
    page.refresh_from_db()

    actions.publish_change(change=actions.propose_change(article=page, author=make_user()))

    page.refresh_from_db()
    assert (str(page.last_reviewed), page.reviewer_role) == ("2024-01-01", "Nurse")


def test_publishing_what_is_no_proposed_change_is_refused(page):
    with pytest.raises(ValueError, match="not a proposed change"):
        actions.publish_change(change=page)

    assert Article.objects.filter(pk=page.pk).exists()


# --- Listing what is cited --------------------------------------------------------------------------------------------


def listed(article):
    return list(article.citations.order_by("order").values_list("source__key", "order"))


def test_cited_sources_are_listed_in_the_order_in_which_the_page_shows_them():
    for key in ("a-1", "b-1", "c-1", "d-1", "e-1"):
        make_source(key=key)
    article = make_draft(body="<p>x [c-1] y [a-1] [c-1]</p>", urgent_help="<p>[e-1]</p>")
    make_faq(article, answer="<p>[b-1]</p>")
    make_profile(article, evidence="z [d-1]")

    actions.cite_sources(article)

    assert listed(article) == [("c-1", 0), ("a-1", 1), ("d-1", 2), ("e-1", 3), ("b-1", 4)]


def test_source_that_is_not_cited_comes_after_those_that_are():
    idle, used = make_source(key="idle-1"), make_source(key="used-1")
    article = make_draft(body="<p>[used-1]</p>")
    cite(article, idle, used)

    actions.cite_sources(article)

    assert listed(article) == [("used-1", 0), ("idle-1", 1)]


def test_source_cited_in_a_heading_of_a_table_is_listed():
    make_source(key="a-1")
    article = make_draft(body="<table><tbody><tr><th>Year [a-1]</th></tr></tbody></table>")

    actions.cite_sources(article)

    assert listed(article) == [("a-1", 0)]


def test_unknown_source_is_passed_over():
    article = make_draft(body="<p>[nothing-1]</p>")

    actions.cite_sources(article)

    assert listed(article) == []


@pytest.mark.parametrize("count", [1, 3])
def test_listing_again_writes_nothing(django_assert_num_queries, count):
    keys = [f"a-{number}" for number in range(count)]
    for key in keys:
        make_source(key=key)
    article = make_draft(body="".join(f"<p>[{key}]</p>" for key in keys))
    actions.cite_sources(article)

    with django_assert_num_queries(4):  # profile, answers, list, sources: reads only
        actions.cite_sources(article)
