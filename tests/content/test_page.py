"""An article's page as a whole: one count of sources and definitions across all its texts."""

import pytest

from content.models import Article, ClinicDetails
from content.page import ArticlePage
from tests.content.factories import cite, make_article, make_draft, make_faq, make_line, make_profile, make_source, make_term

pytestmark = pytest.mark.django_db


def page_of(article, **facts):
    return ArticlePage(Article.objects.with_page().get(pk=article.pk), ClinicDetails(**facts))


def test_sources_are_numbered_in_their_order_with_the_places_that_cite_them():
    article = make_article(body="<p>a [second-1] b [first-1]</p>", urgent_help="<p>c [first-1]</p>")
    make_profile(article, evidence="d [first-1]")
    make_faq(article, answer="<p>e [second-1] [unlisted-1]</p>")
    cite(article, make_source(key="first-1"), make_source(key="second-1"), make_source(key="third-1"))
    make_source(key="unlisted-1")

    page = page_of(article)

    assert [(cited.number, cited.source.key, cited.marks) for cited in page.sources] == [
        (1, "first-1", ["cite-1-1", "cite-1-2", "cite-1-3"]),
        (2, "second-1", ["cite-2-1", "cite-2-2"]),
        (3, "third-1", []),
    ]


def test_every_mark_on_the_public_page_leads_to_its_source_and_back(client):
    article = make_article(body="<p>a [first-1] b [first-1]</p>")
    make_faq(article, answer="<p>e [first-1]</p>")
    cite(article, make_source(key="first-1"))

    page = client.get(article.get_absolute_url()).content.decode()

    for place in (1, 2, 3):
        assert page.count(f'id="cite-1-{place}"') == 1
        assert page.count(f'href="#cite-1-{place}"') == 1
    assert page.count('href="#source-1"') == 3
    assert page.count('id="source-1"') == 1


def test_texts_are_rendered_with_the_clinics_facts():
    article = make_article(body="<p>{{fees}}</p><p>{{phone}}</p>", urgent_help="<p>{{phone}}</p>")
    make_faq(article, question="How much?", answer="<p>{{fees}}</p>")

    page = page_of(article, fees="£5")

    assert (page.body, page.urgent_help, page.faqs) == ("<p>£5</p>", "", [("How much?", "<p>£5</p>")])


def test_questions_are_in_their_order():
    article = make_article()
    for order, question in ((2, "Last?"), (1, "First?"), (1, "Second?")):
        make_faq(article, question=question, order=order)

    assert [question for question, _ in page_of(article).faqs] == ["First?", "Second?", "Last?"]


def test_profile_is_in_the_order_of_the_comparison():
    article = make_article()
    make_profile(article, what_it_is="A & B")

    rows = page_of(article).profile

    assert [name for name, _, _ in rows] == [
        "what_it_is", "session_like", "format", "typical_length", "between_sessions",
        "may_suit", "may_not_suit_yet", "evidence", "it_is_not", "ask_us",
    ]  # fmt: skip
    assert rows[0] == ("what_it_is", "what it is", "A &amp; B")


def test_article_without_profile_has_none():
    assert page_of(make_article()).profile == []


def test_terms_of_the_pages_own_title_are_not_explained():
    make_term("Craving")
    make_term("Lapse")
    article = make_article(title="About cravings and CRAVING", body="<p>A craving is no lapse.</p>")

    assert [definition.term.term for definition in page_of(article).definitions] == ["Lapse"]


def test_term_whose_letters_only_occur_in_the_title_is_explained():
    make_term("Motivational interviewing", other_names="MI")
    article = make_article(title="For families and friends", body="<p>Motivational interviewing helps.</p>")

    assert [definition.term.term for definition in page_of(article).definitions] == ["Motivational interviewing"]


def test_everyday_terms_are_not_explained():
    make_term("Craving", inline=False)

    assert page_of(make_article(body="<p>A craving.</p>")).definitions == []


def test_terms_are_explained_in_the_body_only():
    make_term("Craving")
    article = make_article(urgent_help="<p>A craving.</p>")
    make_faq(article, answer="<p>A craving.</p>")

    assert page_of(article).definitions == []


def test_lines_shown_everywhere_are_not_repeated():
    article = make_article()
    own = make_line(name="Own")
    article.support_lines.add(own, make_line(name="Shared", everywhere=True))

    assert page_of(article).support_lines == [own]


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (200, 1), (290, 1), (310, 2), (1000, 5)])
def test_minutes_to_read_count_two_hundred_words_each(words, minutes):
    assert page_of(make_article(body=f"<p>{'word ' * words}</p>")).minutes == minutes


@pytest.mark.parametrize("count", [1, 3])
def test_rendering_takes_one_query_however_much_there_is(django_assert_num_queries, count):
    article = make_article(body="<p>Craving.</p>")
    for number in range(count):
        make_faq(article)
        cite(article, make_source())
        make_term(f"Term {number}")
        article.related.add(make_draft())
    found, clinic = Article.objects.with_page().get(pk=article.pk), ClinicDetails()

    with django_assert_num_queries(1):  # the terms
        page = ArticlePage(found, clinic)

    assert (len(page.faqs), len(page.sources)) == (count, count)
