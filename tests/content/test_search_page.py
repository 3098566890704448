"""What the results page and the search box show besides articles."""

import pytest
from django.urls import reverse

from content.pointers import FIXED_PAGES, fixed_page
from content.query import STOP_WORDS
from content.search import search
from tests.content.factories import make_article, make_section, make_term
from tests.pages import count_queries, links, texts, tree

pytestmark = pytest.mark.django_db

CARD = "//main//section[contains(@class, 'care-emergency')]"


@pytest.fixture(autouse=True)
def site():
    make_article(
        slug="dependence", title="Understanding ketamine dependence", body="<p>Thoughts of suicide can be talked of.</p>"
    )
    make_article(section=make_section(slug="site", standing=True), slug="urgent-help", title="Urgent help: when it is serious")
    make_term("Benzodiazepines", other_names="benzos\nbenzodiazepine", meaning="A group of medicines.")
    make_term("K-hole", other_names="khole", meaning="A slang name.")


def page(client, query):
    return client.get("/search/", {"q": query})


# --- Danger -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["suicide", "kill myself", "my son won’t wake up", "OD", "999", "samaritans", "ketamine overdose"]
)
def test_danger_brings_the_card_before_all_results(client, query):
    response = page(client, query)

    card = tree(response).xpath(CARD)[0]
    assert {"tel:999", "tel:111", "tel:116123", "/urgent-help/"} == set(card.xpath(".//a/@href"))
    assert "A&E" in card.text_content()
    assert "mental health option" in card.text_content()
    assert not card.xpath("preceding::main//h2 | preceding-sibling::*")
    assert b"Did you mean" not in response.content
    assert b"Nothing was found" not in response.content
    assert b"Try one word" not in response.content


def test_the_card_stands_with_results_and_without(client):
    assert (search("suicide").total, search("kill myself").total) == (1, 0)
    assert texts(page(client, "suicide"), "//main//section/h2 | //main//h2[contains(@class, 'results')]") == [
        "Emergency: If someone is in danger, or cannot stay safe, call 999 now",
        "1 page that may help",
    ]
    assert texts(page(client, "kill myself"), "//main//h2")[1] == "Pages that may help"


@pytest.mark.parametrize("query", ["ketamine", "diet", "nowhere", ""])
def test_no_card_without_danger(client, query):
    assert tree(page(client, query)).xpath(CARD) == []


@pytest.mark.parametrize("query", ["suicide", "want to die", "overdose", "OD", "urgent help in an emergency"])
def test_danger_is_answered_in_the_box_too(client, query):
    rows = client.get("/search/suggest/", {"q": query}).json()["suggestions"]

    assert rows[0]["url"] == "/urgent-help/"
    assert client.get(rows[0]["url"]).status_code == 200


def test_urgent_help_is_suggested_once_and_before_other_titles(client):
    make_article(title="An emergency at work", slug="work")
    make_article(section=make_section(slug="site"), slug="emergency", title="Emergency")
    before = client.get("/search/suggest/?q=urgent").json()["suggestions"]

    rows = client.get("/search/suggest/?q=emergency").json()["suggestions"]

    assert [row["url"] for row in before] == ["/urgent-help/"]
    assert [row["title"] for row in rows] == ["Urgent help", "Emergency", "An emergency at work"]


def test_the_box_never_has_more_than_eight_rows(client):
    for number in range(9):
        make_article(title=f"Emergency {'abcdefghi'[number]}")

    assert len(client.get("/search/suggest/?q=emergency").json()["suggestions"]) == 8


# --- Nothing found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "advice"), [("pregnant", "Try another word for it."), ("pregnant twins", "Try one word instead of several")]
)
def test_a_word_that_no_page_has_gets_a_kind_page(client, query, advice):
    response = page(client, query)

    assert texts(response, "//main//h2")[0] == f"Nothing was found for “{query}”"
    said = " ".join(texts(response, "//main//p"))
    assert advice in said
    assert "ask us without your name, or talk to a GP, a nurse or a pharmacist" in said
    assert {"/enquire/", "/urgent-help/"} <= set(tree(response).xpath("//main//a/@href"))


# --- Everyday words ---------------------------------------------------------------------------------------------------


def test_the_page_says_what_it_looked_for_instead(client):
    response = page(client, "ket")

    assert "Nothing has “ket”. Showing pages for “ketamine”." in texts(response, "//main//p")
    assert texts(response, "//main//h2")[0] == "1 page that may help"
    assert tree(response).xpath("//input[@name='q']/@value") == ["ket"]


def test_other_names_of_the_glossary_are_read_as_its_terms(client):
    make_article(slug="calm", title="Benzodiazepines")

    response = page(client, "benzos")

    assert "Nothing has “benzos”. Showing pages for “benzodiazepines”." in texts(response, "//main//p")
    assert tree(response).xpath("//main//h3//a/@href") == ["/ketamine/calm/"]


# --- Misspelt words ---------------------------------------------------------------------------------------------------


def test_the_page_says_which_spelling_it_looked_for(client):
    response = page(client, "ketmine")

    assert "No page has “ketmine”. Showing pages for “ketamine”." in texts(response, "//main//p")
    assert texts(response, "//main//h2")[0] == "1 page that may help"
    assert tree(response).xpath("//input[@name='q']/@value") == ["ketmine"]
    assert b"Did you mean" not in response.content


def test_what_was_typed_can_be_searched_for_where_it_finds_something(client):
    make_article(slug="pain", title="Pain")
    make_article(slug="both", title="Ketamine and pain")

    corrected = page(client, "ketmine pain")
    address = tree(corrected).xpath("//a[contains(text(), 'exactly what you typed')]/@href")
    typed = client.get(address[0])

    assert tree(corrected).xpath("//main//h3//a/@href") == ["/ketamine/both/"]
    assert address == ["/search/?q=ketmine%20pain&exactly=1"]
    assert set(tree(typed).xpath("//main//h3//a/@href")) == {"/ketamine/both/", "/ketamine/pain/"}
    assert "Did you mean ketamine pain?" in texts(typed, "//main//p")
    assert "/search/?q=ketamine%20pain" in links(typed)


def test_more_pages_of_what_was_typed_are_of_what_was_typed(client):
    for _ in range(21):
        make_article(title="Pain")
    make_article(title="Ketamine pain")

    assert links(client.get("/search/?q=ketmine+pain&exactly=1")).count("/search/?q=ketmine+pain&exactly=1&page=2") == 1


def test_a_corrected_word_is_looked_up_in_the_glossary(client):
    make_article(title="Benzodiazepines")

    assert "/glossary/#benzodiazepines" in links(page(client, "benzodiazipines"))


def test_a_misspelt_word_of_danger_brings_the_card_and_no_correction(client):
    make_article(title="Emergency kit")

    response = page(client, "emergncy")

    assert tree(response).xpath(CARD)
    assert b"Showing pages for" not in response.content


# --- The glossary, and fixed pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("benzos", "Benzodiazepines"),
        ("Benzodiazepines", "Benzodiazepines"),
        ("what are benzos?", "Benzodiazepines"),
        ("khole", "K-hole"),
        ("K-hole", "K-hole"),
        ("k hole help", "K-hole"),
    ],
)
def test_a_term_of_the_glossary_is_found(client, query, term):
    response = page(client, query)

    meaning = {"K-hole": "A slang name.", "Benzodiazepines": "A group of medicines."}[term]
    assert f"In the glossary: {term} – {meaning}" in texts(response, "//main//p")
    assert f"/glossary/#{term.lower()}" in links(response)
    assert b"Nothing was found" not in response.content


def test_a_part_of_a_word_is_no_term(client):
    assert "In the glossary" not in page(client, "holes benzosaurus").content.decode()


def test_a_term_is_shown_once_and_three_at_most(client):
    for term in ("Lapse", "Relapse", "Trigger"):
        make_term(term)

    found = texts(page(client, "benzos benzodiazepine lapse relapse trigger"), "//p[@class='pointer']/a")

    assert found == ["Benzodiazepines", "Lapse", "Relapse"]


def test_a_term_shows_its_meaning_as_text(client):
    make_term("Scripted", meaning="<script>alert(1)</script>")

    assert b"<script>alert" not in page(client, "scripted").content


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("contact", "/contact/"),
        ("How do I contact you?", "/contact/"),
        ("phone number", "/contact/"),
        ("What is your address?", "/contact/"),
        ("opening times", "/contact/"),
        ("complaints", "/contact/"),
        ("How do I refer a patient?", "/contact/"),
        ("healthcare professionals", "/contact/"),
        ("Glossary", "/glossary/"),
        ("compare", "/therapies/compare/"),
        ("compare therapies", "/therapies/compare/"),
        ("therapies side by side", "/therapies/compare/"),
        ("enquiry", "/enquire/"),
        ("ask a question", "/enquire/"),
        ("I lost my receipt", "/enquire/reply/"),
        ("Read our reply", "/enquire/reply/"),
        ("erase my enquiry", "/enquire/reply/"),
    ],
)
def test_a_fixed_page_is_found_by_its_name(client, query, address):
    assert tree(page(client, query)).xpath("//p[@class='pointer']/a/@href") == [address]


@pytest.mark.parametrize("query", ["ketamine", "contact lenses", "compare cannabis", "the", ""])
def test_other_queries_name_no_fixed_page(query):
    assert fixed_page(query) is None


@pytest.mark.parametrize("fixed", FIXED_PAGES, ids=lambda fixed: fixed.title)
def test_every_fixed_page_is_there_and_can_be_named(client, fixed):
    assert client.get(reverse(fixed.route)).status_code == 200
    assert {fixed_page(name) for name in fixed.names} == {fixed}
    assert not {word for name in fixed.names for word in name.split()} & STOP_WORDS


# --- Cost -------------------------------------------------------------------------------------------------------------


def test_the_glossary_and_the_card_take_no_query(client):
    for query in ("ketamine", "nothing"):
        count_queries(client, f"/search/?q={query}")
    plain = count_queries(client, "/search/?q=suicide")
    for number in range(3):
        make_term(f"Suicide {number}", other_names="suicide")
    page(client, "ketamine")

    assert count_queries(client, "/search/?q=suicide") == plain
    assert count_queries(client, "/search/suggest/?q=suicide") == count_queries(client, "/search/suggest/?q=ketbn")
