"""Search: one function, held to the same answers on both databases."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content import engines
from content.models import Article, Faq, SearchDocument, Section
from content.models.search import SearchWord, plain_text
from content.search import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return Section.objects.create(slug="ketamine", title="Ketamine", menu_title="Ketamine", summary="About ketamine.")


@pytest.fixture
def publish(section):
    """Return a function that makes a public article."""

    def make(slug, **fields):
        values = {"section": section, "title": "A page", "summary": "Words.", "body": "<p>Text.</p>"}
        values |= {"state": "published", "publish_at": timezone.now(), **fields}
        return Article.objects.create(slug=slug, **values)

    return make


def slugs(query, **options):
    return [hit.article.slug for hit in search(query, **options).results]


# --- What is found, and in which order --------------------------------------------------------------------------------


def test_title_outweighs_summary_outweighs_body(publish):
    publish("body", body="<p>" + "bladder " * 200 + "</p>")
    publish("summary", summary="What ketamine does to the bladder.", body="<p>" + "Other words here. " * 300 + "</p>")
    publish("title", title="Your bladder", body="<p>" + "Quite other words here. " * 300 + "</p>")

    assert slugs("bladder") == ["title", "summary", "body"]


def test_title_outweighs_body_for_several_words(publish):
    publish("body", body="<p>" + "bladder pain " * 100 + "</p>")
    publish("title", title="Bladder pain", body="<p>" + "Quite other words here. " * 300 + "</p>")

    assert slugs("bladder pain") == ["title", "body"]


def test_a_title_with_one_word_outweighs_two_words_side_by_side(publish):
    publish("families", title="For families", body="<p>" + "Some other words. " * 40 + "There is help.</p>")
    publish("about", body="<p>" + "Some other words. " * 40 + "Help for families.</p>")

    assert slugs("help for families") == ["families", "about"]


@pytest.mark.parametrize("query", ["therapies", "Therapy", "THERAPY'S", "therapy!"])
def test_words_match_by_their_stem(publish, query):
    publish("therapy", title="Therapy")

    assert slugs(query) == ["therapy"]


def test_all_words_must_occur(publish):
    publish("both", body="<p>Bladder and pain.</p>")
    publish("one", body="<p>Bladder.</p>")

    results = search("bladder pain")

    assert [hit.article.slug for hit in results.results] == ["both"]
    assert not results.partial


def test_words_that_never_occur_together_find_some_of_them(publish):
    publish("one", body="<p>Bladder.</p>")

    results = search("bladder elephant")

    assert [hit.article.slug for hit in results.results] == ["one"]
    assert results.partial


@pytest.mark.parametrize("query", ["what is ketamine", "how do I stop using ketamine?", "ketamine or not"])
def test_stop_words_need_not_occur(publish, query):
    publish("found", body="<p>Ketamine use stops here.</p>")

    results = search(query)

    assert results.total == 1
    assert not results.partial


@pytest.mark.parametrize("query", ['"group therapy"', "“group therapy”", '"Group  Therapies"'])
def test_phrase_must_occur_as_it_stands(publish, query):
    publish("phrase", body="<p>We offer group therapy.</p>")
    publish("words", body="<p>A therapy for a group.</p>")

    assert slugs(query) == ["phrase"]


def test_minus_excludes(publish):
    publish("with", title="Ketamine", body="<p>Cannabis.</p>")
    publish("without", title="Ketamine")

    assert slugs("ketamine -cannabis") == ["without"]
    assert slugs("ketamine bladder -cannabis") == ["without"]
    assert search("-cannabis").total == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ketamine -cannabis -alcohol", ["group", "neither"]),
        ('ketamine -"group therapy"', ["alcohol", "cannabis", "neither"]),
        ('ketamine -cannabis -"group therapy"', ["alcohol", "neither"]),
        ('"ketamine words" -cannabis -"group therapy"', ["alcohol", "neither"]),
        ("ketamine elsewhere -cannabis", ["alcohol", "group", "neither"]),  # some of the words
        ("ketamine -ketamine", []),
        ("ketamine -nowhere -the", ["alcohol", "cannabis", "group", "neither"]),
    ],
)
def test_minus_excludes_words_and_phrases_wherever_they_stand(publish, query, expected):
    publish("cannabis", title="Ketamine", summary="Cannabis.", body="<p>Ketamine words.</p>")
    publish("alcohol", title="Ketamine", body="<p>Alcohol, and ketamine words.</p>")
    publish("group", title="Ketamine", body="<p>Group therapy. Ketamine words.</p>")
    publish("neither", title="Ketamine", body="<p>A therapy for a group. Ketamine words.</p>")

    assert sorted(slugs(query)) == expected


@pytest.mark.parametrize(
    "query", ["co-occurring", "co occurring", "occurring", "co-occurring/conditions", '"co-occurring conditions"']
)
def test_joined_words_are_found_by_their_parts(publish, query):
    publish("found", body="<p>Care for co-occurring/conditions.</p>")

    assert slugs(query) == ["found"]


@pytest.mark.parametrize(
    "query", ["talktofrank.com", "talktofrank", "0300 123 6600", "clinic's", "clinic’s", "don't know", "naïve"]
)
def test_addresses_numbers_and_apostrophes(publish, query):
    publish("found", body="<p>See talktofrank.com or ring 0300 123 6600. The clinic’s staff don't know a naïve answer.</p>")

    results = search(query)

    assert results.total == 1
    assert not results.partial


def test_questions_below_an_article_are_found(publish):
    article = publish("found")
    Faq.objects.create(article=article, question="Will my employer know?", answer="<p>Only if you tell them.</p>")

    assert slugs("employer") == ["found"]
    assert "<mark>employer</mark>" in search("employer").results[0].snippet


def test_short_title_is_found_but_not_shown_in_the_title(publish):
    publish("cbt", title="Cognitive behavioural therapy", short_title="CBT")

    assert search("CBT").results[0].title == "Cognitive behavioural therapy"


def test_standing_pages_are_found():
    standing = Section.objects.create(slug="pages", title="Pages", menu_title="Pages", summary="Pages.", standing=True)
    Article.objects.create(
        section=standing, slug="privacy", title="Privacy", summary="S.", body="", state="published", publish_at=timezone.now()
    )

    assert slugs("privacy") == ["privacy"]


def test_a_page_of_results(publish):
    for number in range(5):
        publish(f"page-{number}", title="Bladder")

    everything = slugs("bladder")
    second = search("bladder", limit=2, offset=2)

    assert second.total == 5
    assert [hit.article.slug for hit in second.results] == everything[2:4]
    assert search("bladder", offset=50).results == []


def test_results_are_counted_up_to_the_ceiling(publish, monkeypatch):
    monkeypatch.setattr(engines, "CEILING", 2)
    publish("old", title="Bladder")
    for number in range(3):
        publish(f"new-{number}", body="<p>Bladder.</p>")

    results = search("bladder")

    assert results.total == 2
    assert results.results[0].article.slug == "old"


def test_newer_drafts_do_not_crowd_out_what_is_published(publish, monkeypatch):
    monkeypatch.setattr(engines, "CEILING", 2)
    monkeypatch.setattr(engines, "REACH", 2)
    publish("old", body="<p>Bladder pain.</p>")
    for number in range(5):
        publish(f"draft-{number}", title="Bladder", body="<p>Bladder pain.</p>", state="draft")

    assert (slugs("bladder"), slugs('"bladder pain"'), slugs("bladder -kidney")) == (["old"], ["old"], ["old"])


# --- The gate ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(publish):
    """Make what the public may not see, with a word that nothing public has."""
    public = publish("public", title="Public", body="<p>Bladder.</p>")
    publish("draft", title="Xylophone bladder", state="draft", publish_at=None)
    publish("review", title="Xylophone bladder", state="in_review")
    publish("scheduled", title="Xylophone bladder", publish_at=timezone.now() + timedelta(days=1))
    publish("revision", title="Xylophone bladder", state="draft", revises=public)


@pytest.mark.usefixtures("hidden")
def test_only_published_articles_are_found():
    assert slugs("bladder") == ["public"]
    assert search("xylophone").total == 0


@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize("query", ["xylophon", "xylophnoe", "blader xylophnoe", "bladder xylofone", '"xylophnoe bladder"'])
def test_words_of_hidden_articles_are_not_suggested(query):
    assert "xylophone" not in (search(query).suggestion or "")


def test_a_hidden_form_of_a_public_word_is_not_suggested(publish):
    publish("public", title="Connection")
    publish("draft", title="Connecting", state="draft")

    assert search("conecting").suggestion != "connecting"


# --- The index keeps step ---------------------------------------------------------------------------------------------


def test_index_follows_an_edit(publish):
    article = publish("page", title="Bladder")
    article.title = "Kidney"
    article.save()

    assert slugs("kidney") == ["page"]
    assert search("bladder").total == 0


def test_index_follows_a_deletion(publish):
    publish("page", title="Bladder").delete()

    assert search("bladder").total == 0


def test_unpublishing_hides_at_once(publish):
    publish("page", title="Bladder")
    Article.objects.update(state="draft")

    assert search("bladder").total == 0


@pytest.mark.django_db(transaction=True)
def test_emptying_the_database_empties_the_index(publish):
    publish("page", title="Bladder")
    call_command("flush", interactive=False)
    again = Section.objects.create(slug="again", title="Again", menu_title="Again", summary="Again.")
    publish("other", title="Kidney", section=again)

    assert search("bladder").total == 0
    assert slugs("kidney") == ["other"]


@pytest.mark.django_db(transaction=True)
def test_migration_can_be_taken_back_and_made_again(publish):
    publish("page", title="Bladder")
    try:
        call_command("migrate", "content", "0001", verbosity=0)
        columns = connection.introspection.table_names()
        assert not [
            name
            for name in columns
            if name.startswith(("content_searchindex", "content_searchstem", "content_searchtrigram", "content_searchword"))
        ]
    finally:
        call_command("migrate", "content", verbosity=0)

    assert slugs("bladder") == ["page"]
    assert search("blader").suggestion == "bladder"


def test_index_leaves_out_what_the_page_does_not_show():
    markup = "<p>Some <b>bold</b>, true [acmd-2013].</p><p>Our fees: {{fees}}</p><ul><li>One</li><li>Two</li></ul>"

    assert plain_text(markup) == "Some bold, true. One; Two."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<h2>What helps</h2><ul><li><p>Rest</p></li><li><p>Water.</p></li></ul><p>More</p>", "What helps: Rest; Water. More"),
        ("<h2>Does it hurt?</h2><ol><li>No [acmd-2013]</li><li>Never!</li></ol>", "Does it hurt? No; Never!"),
        ("<h3>Call if you</h3><ul><li>feel <b>hot</b></li><li>At: {{phone}}</li></ul>", "Call if you: feel hot."),
        ("<ul><li>One<ul><li>a (1)</li><li>b</li></ul></li><li>Two</li></ul>", "One a (1); b. Two."),
        ("<table><tr><th>Age</th><td>Dose</td></tr><tr><th>9</th><td>2 mg</td></tr></table>", "Age; Dose. 9; 2 mg."),
        ("<ul><li></li></ul><p>\ue000; Words\ue000.</p>", "; Words ."),
    ],
)
def test_what_stands_in_lines_of_its_own_does_not_run_together(markup, text):
    assert plain_text(markup) == text


def test_phrase_is_found_across_the_items_of_a_list(publish):
    publish("page", body="<h2>Tell the GP</h2><ul><li>what hurts</li><li>about blood</li></ul>")

    assert slugs('"GP what hurts about blood"') == ["page"]
    assert search("blood").results[0].snippet == "Tell the GP: what hurts; about <mark>blood</mark>."


def test_an_enormous_text_can_be_saved(publish):
    publish("page", body="<p>" + " ".join(f"word{number}" for number in range(200_000)) + "</p>")

    assert slugs("word77") == ["page"]


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_matched_words_are_marked(publish):
    publish("page", title="Your bladders", summary="Summary.", body="<p>The bladder hurts.</p>")

    hit = search("bladder").results[0]

    assert hit.title == "Your <mark>bladders</mark>"
    assert hit.snippet == "The <mark>bladder</mark> hurts."


def test_word_inside_another_is_not_marked(publish):
    publish("page", title="Steamers tea", summary="Summary.", body="<p>Tea, team tea, \u00e9tea and 5tea.</p>")

    hit = search("tea").results[0]

    assert hit.title == "Steamers <mark>tea</mark>"
    assert hit.snippet == "<mark>Tea</mark>, team <mark>tea</mark>, \u00e9tea and 5tea."


def test_snippet_is_the_summary_if_the_body_has_no_match(publish):
    publish("page", title="Bladder", summary="Care for bladders.", body="<p>Text.</p>")

    assert search("bladder").results[0].snippet == "Care for <mark>bladders</mark>."


def test_snippet_is_the_part_with_most_of_the_words(publish):
    filler = "Nothing here. " * 60
    publish("page", body=f"<p>Bladder. {filler} The bladder and pain at night. {filler}</p>")

    snippet = search("bladder pain night").results[0].snippet

    assert "The <mark>bladder</mark> and <mark>pain</mark> at <mark>night</mark>." in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")


def test_parts_of_a_joined_word_share_one_mark(publish):
    publish("page", body="<p>Care for co-occurring needs.</p>")

    assert search("co-occurring").results[0].snippet == "Care for <mark>co-occurring</mark> needs."


def test_hostile_text_is_shown_as_text(publish):
    publish(
        "page",
        title="<script>alert('bladder')</script>",
        summary='"><img src=x onerror=alert(1)> bladder',
        body="<p>&lt;script&gt;bladder&lt;/script&gt; &amp;lt;b&amp;gt; \ue000&lt;i&gt;\ue001</p>",
    )

    hit = search("bladder").results[0]

    assert hit.title == "&lt;script&gt;alert(&#x27;<mark>bladder</mark>&#x27;)&lt;/script&gt;"
    assert hit.snippet == "&lt;script&gt;<mark>bladder</mark>&lt;/script&gt; &amp;lt;b&amp;gt; &lt;i&gt;"


def test_hostile_summary_is_shown_as_text(publish):
    publish("page", summary='"><img src=x onerror=alert(1)> bladder', body="")

    assert search("bladder").results[0].snippet == "&quot;&gt;&lt;img src=x onerror=alert(1)&gt; <mark>bladder</mark>"


# --- Suggestions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def clinic_words(publish):
    publish("bladder", title="Ketamine bladder", body="<p>Ketamine can hurt the bladder.</p>")
    publish("therapy", title="Cognitive therapy", body="<p>Counselling and cognitive work at the ladder.</p>")


@pytest.mark.usefixtures("clinic_words")
@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("ketamin blader", "ketamine bladder"),
        ("couselling", "counselling"),
        ("cognative", "cognitive"),
        ("ketamine blader", "ketamine bladder"),
        ("Ketamine Blader", "Ketamine bladder"),
        ('"cognative thearpy"', '"cognitive therapy"'),
        ("what is couselling?", "what is counselling?"),
        ("qqqqqqqq", None),
        ("bladder", None),
        ("bladders", None),
        ("ketamine bladder", None),
        ("", None),
    ],
)
def test_misspelt_words_bring_a_suggestion(query, suggestion):
    assert search(query).suggestion == suggestion


@pytest.mark.usefixtures("clinic_words")
def test_suggestion_finds_something():
    assert search(search("ketamin blader").suggestion).total == 1


def test_a_misspelling_in_a_draft_does_not_hide_the_right_word(publish, clinic_words):
    publish("draft", title="Couselling", state="draft")

    assert search("couselling").suggestion == "counselling"


def test_words_are_learnt_once(publish):
    publish("one", title="Bladder")
    publish("two", title="Bladder")

    assert SearchWord.objects.filter(word="bladder").count() == 1


# --- Any text is answered ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", " ", "\x00", '"', '""', "-", "the", "🙂", "'", "*", "()", "%", "\\", "½", "\ud800"])
def test_nothing_to_look_for_finds_nothing(publish, query):
    publish("page", title="The bladder 🙂 () * %")

    results = search(query)

    assert (results.total, results.results, results.suggestion) == (0, [], None)


@pytest.mark.parametrize(
    "query",
    [
        'bladder"',
        '"bladder',
        '"bladder" "',
        "bladder\x00",
        "\x00bladder",
        "bladder 🙂",
        "bladder AND",
        "bladder NOT",
        "AND bladder OR",
        "(bladder",
        "bladder)",
        "bladder*",
        "^bladder",
        "+bladder",
        "bladder & !",
        "bladder:*",
        "bladder | ",
        "<-> bladder",
        "bladder; -- ",
        "' bladder '",
        "bladder {",
        "bladder %",
        "bladder \\",
        "bladder\ue000",
        "bladder ؀",
        "-- bladder",
    ],
)
def test_syntax_of_the_databases_means_nothing(publish, query):
    publish("page", title="Bladder")

    results = search(query)

    assert [hit.article.slug for hit in results.results] == ["page"]
    assert not results.partial


@pytest.mark.parametrize(
    "query",
    [
        "bladder " * 2_000,
        " ".join(f"word{number}" for number in range(2_000)),
        "a-" * 5_000,
        '"' * 5_000,
        "x" * 100_000,
        "title: bladder",
        "NEAR(bladder pain, 2)",
        "'; DROP TABLE content_article; --",
        "bladder' OR '1'='1",
        "bladder %s %(x)s {0}",
        "-bladder bladder",
        "e\u0301" * 50,
        "١٢٣ 你好 Ⅷ ﬁ İ ß",
    ],
)
def test_any_query_is_answered_and_cut_to_size(publish, query):
    publish("page", title="Bladder")

    results = search(query)

    assert len(results.query) <= 200
    assert len(results.query.split()) <= 16


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text()
    | st.lists(st.sampled_from(["bladder", "pain", '"', "-", "*", "(", ":", "blader", "or", "\x00", " "])).map("".join)
)
def test_any_text_at_all_is_answered(publish, query):
    if not SearchDocument.objects.exists():
        publish("page", title="Bladder pain")

    results = search(query)

    assert results.total == len(results.results) <= 1


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("query", "most"), [("bladder", 4), ("bladder nothing", 7), ("blader pian", 20), ("", 0)])
def test_queries_do_not_grow_with_results(publish, django_assert_max_num_queries, count, query, most):
    for number in range(count):
        publish(f"page-{number}", title="Bladder pain")

    with django_assert_max_num_queries(most):
        for hit in search(query).results:
            hit.article.section.title  # noqa: B018
