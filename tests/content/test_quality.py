"""What the content check measures, and what it finds and does not find."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from content.models import Article, ClinicDetails
from content.quality.readability import Block, Readability, blocks, measure
from content.quality.report import Checker, Problem
from content.quality.terms import AVOID, avoided
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_picture,
    make_profile,
    make_section,
    make_source,
)

# --- Readability ------------------------------------------------------------------------------------------------------


def test_reading_age_is_the_index_worked_by_hand_and_five():
    # The(3) cat(3) sat(3). It(2) was(3) happy(5): 19 characters, 6 words, 2 sentences.
    # 4.71 × 19/6 + 0.5 × 6/2 - 21.43 = 14.915 + 1.5 - 21.43 = -5.015; with 5 it is -0.0.
    assert measure([Block("The cat sat. It was happy.")]) == Readability(6, -0.0, 3)


def test_reading_age_of_a_hard_text_worked_by_hand():
    # 13 + 14 + 9 + 12 = 48 characters, 4 words, 1 sentence: 4.71 × 12 + 0.5 × 4 - 21.43 = 37.09; with 5 it is 42.1.
    assert measure([Block("Comprehension necessitatesxx considers psychiatrist")]) == Readability(4, 42.1, 4)


def test_words_with_apostrophe_or_hyphen_are_one_word_and_their_signs_are_no_characters():
    # dont(4) cooccurring(11) AE(2): 17 characters, 3 words, 1 sentence: 4.71 × 17/3 + 1.5 - 21.43 + 5 = 11.76.
    assert measure([Block("Don’t co-occurring A&E")]) == Readability(3, 11.8, 3)


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("One two three. Four.", 3),
        ("One two? Three!", 2),
        ("One two: three four five; six.", 3),
        ("Version 2.5 is out", 5),
        ("One two [harding-2025] three.", 3),
    ],
)
def test_longest_sentence_counts_words_between_stops(text, longest):
    assert measure([Block(text)]).longest_sentence == longest


def test_each_block_ends_its_sentence():
    assert measure([Block("One two"), Block("three")]).longest_sentence == 2


def test_text_without_words_measures_nothing():
    assert measure([]) == measure([Block("– …")]) == Readability(0, 0.0, 0)


def test_blocks_are_paragraphs_items_and_cells_with_their_own_words_and_links():
    markup = (
        "<h2>Heading</h2><p>One <strong>two</strong>.</p><ul><li><p>Item <a href='/x/'>link</a></p><ul><li>Inner</li></ul></li></ul>"
        "<table><tbody><tr><th>Head</th><td>Cell</td></tr></tbody></table><p> </p>"
    )

    assert blocks(markup) == [Block("One two."), Block("Item link", ("/x/",)), Block("Inner"), Block("Cell")]


@pytest.mark.parametrize("markup", ["", "  ", "<p></p>"])
def test_nothing_has_no_blocks(markup):
    assert blocks(markup) == []


# --- Terms ------------------------------------------------------------------------------------------------------------

AVOIDED = [
    "addict", "Addicts", "abuser", "drug abusers", "substance abuse", "drug abuse", "junkie", "junky", "junkies", "drug user",
    "drug users", "users", "user", "drug habit", "stay clean", "got clean", "is clean", "failed a test", "failed her test", "dirty",
    "fell off the wagon", "off the wagon", "mentally ill", "disturbed", "suffers from", "suffering from", "victim of", "victims of",
    "cold turkey", "noncompliant", "non-compliant", "in denial", "committed suicide", "commit suicide", "codependent", "enabler",
    "enablers", "rock bottom", "battle", "battling", "demons", "guarantee", "guaranteed", "clinically proven", "success rate",
    "success rates", "you will recover", "we will fix",
]  # fmt: skip
INNOCENT = [
    "addiction", "addictive", "childhood abuse", "sexual abuse", "use", "useful", "usernames", "habit", "is clean water",
    "got clean clothes", "clean", "cleaning", "a failed plan", "test", "ill", "undisturbed", "suffer", "suffering", "victim support",
    "cold", "compliant", "denial", "commit to a plan", "suicide", "dependent", "enable", "rock", "bottom", "batteries",
    "demonstrate", "proven", "success", "you may recover", "people who use drugs", "took her own life",
]  # fmt: skip


@pytest.mark.parametrize("words", AVOIDED)
def test_term_to_avoid_is_found_with_what_to_say_instead(words):
    found = avoided(f"So {words} now.")

    assert [term.lower() for term, _ in found] == [words.lower()]
    assert found[0][1] in AVOID.values()


@pytest.mark.parametrize("words", INNOCENT)
def test_innocent_neighbour_of_a_term_is_passed_over(words):
    assert avoided(f"So {words} now.") == []


def test_every_pattern_is_tried_by_these_tests():
    found = {better for words in AVOIDED for _, better in avoided(words)}

    assert found == set(AVOID.values())


# --- The report -------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db
PLAIN = "<p>" + "We can talk with you. " * 80 + "</p>"  # 400 easy words, so that a test finds only what it is about


def checked(article):
    return Checker().report(Article.objects.with_page().get(pk=article.pk))


def found(article):
    """Return what blocks the publication of an article, as text."""
    return [str(problem) for problem in checked(article).problems if problem.blocks]


def noted(article):
    return [str(problem) for problem in checked(article).problems if not problem.blocks]


def test_plain_article_has_no_problems():
    report = checked(make_article(body=PLAIN))

    assert (report.problems, report.publishable, report.readability.words) == ([], True, 400)


def test_note_does_not_block_and_a_problem_does():
    article = make_article(body="<p>Short.</p>")
    assert (noted(article), checked(article).publishable) == (["an unusual length: 1 words; 300 to 2,199 are usual"], True)

    article = make_article(body=f"{PLAIN}<p>An addict.</p>")
    assert checked(article).publishable is False


@pytest.mark.parametrize(
    "text",
    [
        "Some 20 people.", "It costs £20.", "It took 1,000 years.", "About 5% of them.", "About 5 per cent.", "It is 1 in 4.",
        "It is 4 out of 5.", "It is 3 times more.", "After 6 weeks.", "A 1-week gap and 2 sessions.", "In 2024 it rose.", "2.5 days.",
        "Take 0.25 grams.", "Call 9990 now.", "A 24-hour line.",
    ],
)  # fmt: skip
def test_figure_without_a_source_is_found(text):
    article = make_article(body=f"{PLAIN}<p>{text}</p>")

    assert found(article) == [f"figure without a source: {text}"]


@pytest.mark.parametrize(
    "text",
    [
        "There are 3 ways.", "Step 2 is rest.", "Call 999 or 111 or 112.", "A 12-step group.", "One in four.", "Covid-19 came.",
        "Vitamin B12 helps.", "It is 7.",
    ],
)  # fmt: skip
def test_number_that_needs_no_source_is_passed_over(text):
    assert found(make_article(body=f"{PLAIN}<p>{text}</p>")) == []


def test_figure_with_a_source_is_passed_over():
    article = make_article(body=f"{PLAIN}<p>Some 20 people [harding-2025].</p>")
    cite(article, make_source(key="harding-2025"))

    assert found(article) == []


def test_source_of_one_paragraph_does_not_cover_the_next():
    article = make_article(body=f"{PLAIN}<p>Some 20 people [harding-2025].</p><p>Others 30.</p>")
    cite(article, make_source(key="harding-2025"))

    assert found(article) == ["figure without a source: Others 30."]


def test_number_to_call_needs_no_source():
    body = f'{PLAIN}<p>Call <a href="tel:116123">116 123</a>.</p><p>Text <a href="sms:85258">85258</a>.</p>'

    assert found(make_article(body=body)) == []


def test_figures_are_looked_for_in_every_text():
    article = make_article(body=PLAIN, title="In 10 days", summary="In 20 days.", urgent_help="<p>In 30 days.</p>")
    make_faq(article, question="In 40 days?", answer="<p>In 50 days.</p>")
    make_profile(article, evidence="In 60 days.")

    assert sorted(found(article)) == [
        "figure without a source: In 10 days", "figure without a source: In 20 days.", "figure without a source: In 30 days.",
        "figure without a source: In 40 days?", "figure without a source: In 50 days.", "figure without a source: In 60 days.",
    ]  # fmt: skip


def test_terms_are_looked_for_in_every_text():
    term = "An addict."
    article = make_article(
        body=f"{PLAIN}<h2>{term}</h2><p>{term}</p><figure><figcaption>{term}</figcaption></figure>"
        f"<table><tbody><tr><th>{term}</th><td>{term}</td></tr></tbody></table>",
        title=term,
        summary=term,
        urgent_help=f'<div class="care care-gp"><h3>{term}</h3><p>{term}</p></div>',
    )
    make_faq(article, question=term, answer=f"<p>{term}</p>")
    make_profile(article, evidence=term)

    assert found(article) == ["term to avoid: “addict”; say a person with ketamine dependence"] * 12


def test_key_of_a_source_is_no_term_to_avoid():
    article = make_article(body=f"{PLAIN}<p>Words [drug-abuse-2020].</p>")
    cite(article, make_source(key="drug-abuse-2020"))

    assert found(article) == []


HARD = "<p>" + "Comprehensive multidisciplinary rehabilitation necessitates collaboration. " * 80 + "</p>"
MEDIUM = "<p>" + "Doctors sometimes suggest different medicines because symptoms change. " * 60 + "</p>"


def test_text_that_is_too_hard_to_read_is_found():
    article = make_article(body=HARD)
    age = checked(article).readability.reading_age

    assert found(article) == [f"too hard to read: reading age {age}, at most 11"]


@pytest.mark.parametrize(("age", "medical", "problems"), [
    (11.0, False, []), (11.1, False, ["too hard to read: reading age 11.1, at most 11"]),
    (14.0, True, []), (14.1, True, ["too hard to read: reading age 14.1, at most 14"]),
])  # fmt: skip
def test_limits_of_the_reading_age(monkeypatch, age, medical, problems):
    article = make_article(body=PLAIN, is_medical=medical)
    monkeypatch.setattr("content.quality.report.measure", lambda texts: Readability(400, age, 10))

    assert found(article) == problems


@pytest.mark.parametrize(("words", "longest", "notes"), [
    (300, 25, []), (299, 25, ["an unusual length: 299 words; 300 to 2,199 are usual"]), (2199, 25, []), (2200, 25, ["an unusual length: 2200 words; 300 to 2,199 are usual"]),
    (400, 26, ["a long sentence: 26 words"]),
])  # fmt: skip
def test_limits_that_are_only_noted(monkeypatch, words, longest, notes):
    article = make_article(body=PLAIN)
    monkeypatch.setattr("content.quality.report.measure", lambda texts: Readability(words, 9.0, longest))

    assert noted(article) == notes
    assert found(article) == []


# --- Links, pictures, citations, facts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/", "/glossary/#craving", "/search/?q=x", "/enquire/", "/therapies/compare/", "/ketamine/", "/ketamine/here/", "/about/",
     "https://www.nhs.uk/nothing", "mailto:a@b.example", "#part"],
)  # fmt: skip
def test_link_that_leads_somewhere_is_passed_over(address):
    make_article(slug="here")
    make_article(slug="about", section=make_section(slug="site", standing=True))

    assert found(make_article(body=f'{PLAIN}<p><a href="{address}">x</a></p>')) == []


@pytest.mark.parametrize(
    "address", ["/nothing/", "/ketamine/nothing/", "/ketamine/draft/", "/site/", "/a/b/c/", "/ketamine/here", "/nothing/#part"]
)
def test_link_that_leads_nowhere_is_found(address):
    make_draft(slug="draft")
    make_section(slug="site", standing=True)

    article = make_article(body=f'{PLAIN}<p><a href="{address}">x</a></p>')

    assert found(article) == [f"broken link: {address.partition('#')[0]}"]


def test_links_are_followed_in_headings_too():
    article = make_article(body=f'{PLAIN}<h2><a href="/nothing/">x</a></h2>')

    assert found(article) == ["broken link: /nothing/"]


def test_picture_without_a_description_is_found():
    article = make_article(body=f'{PLAIN}<figure><img src="/media/a.png" alt=""></figure>')

    assert found(article) == ["picture without a description: /media/a.png"]


def test_described_and_decorative_pictures_are_passed_over():
    decorative = make_picture(alt="", decorative=True)
    body = f'<figure><img src="/media/a.png" alt="A path"></figure><figure><img src="{decorative.file.url}" alt=""></figure>'

    assert found(make_article(body=PLAIN + body)) == []


def test_citation_that_is_not_listed_is_found_and_one_that_is_not_cited_is_noted():
    article = make_article(body=f"{PLAIN}<p>Words [missing-1] [used-1].</p>")
    cite(article, make_source(key="used-1"), make_source(key="idle-1"))

    assert found(article) == ["cites a source that is not in its list: missing-1"]
    assert noted(article) == ["lists a source that it does not cite: idle-1"]


def test_fact_that_does_not_exist_is_found():
    ClinicDetails.objects.create(pk=1)
    article = make_article(body=f"{PLAIN}<p>{{{{fees}}}} {{{{prices}}}}</p>")

    assert found(article) == ["asks for a clinic fact that does not exist: prices"]


@pytest.mark.parametrize(
    ("fields", "review"),
    [
        ({}, "not yet"),
        ({"last_reviewed": date(2026, 1, 2)}, "on 2026-01-02"),
        ({"last_reviewed": date(2026, 1, 2), "next_review_due": date(2026, 5, 4)}, "on 2026-01-02"),
        ({"last_reviewed": date(2026, 1, 2), "next_review_due": date(2026, 5, 3)}, "overdue since 2026-05-03"),
    ],
)
@time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=ZoneInfo("Europe/London")), tick=False)
def test_state_of_the_review_is_said(fields, review):
    assert checked(make_article(body=PLAIN, reviewer_role="Nurse", **fields)).review == review


@pytest.mark.parametrize("count", [1, 3])
def test_checking_takes_as_many_queries_however_many_articles_there_are(django_assert_num_queries, count):
    for _ in range(count):
        make_faq(make_article(body=PLAIN))
    checker = Checker()
    articles = list(Article.objects.with_page())

    with django_assert_num_queries(0):
        reports = [checker.report(article) for article in articles]

    assert len(reports) == count


def test_problem_reads_as_a_line():
    assert str(Problem("broken link", "/x/")) == "broken link: /x/"
