"""From stored text to what readers see: facts, citations, definitions, headings, tables, care cards."""

import re

import pytest

from content.models import GlossaryTerm
from content.render import Heading, Renderer

pytestmark = pytest.mark.sqlite


def term(name, *others):
    return GlossaryTerm(term=name, other_names="\n".join(others), meaning=f"What {name} means.")


def explained(renderer, markup):
    """Return the rendered body, and the terms that it explains."""
    text, _ = renderer.body(markup)
    return text, [definition.term.term for definition in renderer.definitions]


def button(word, anchor):
    return f'<button type="button" popovertarget="term-{anchor}" class="term">{word}</button>'


def joined(*parts):
    return f'<span class="term-and-marks">{"".join(parts)}</span>'


def mark(number, place=1):
    return f'<sup><a href="#source-{number}" id="cite-{number}-{place}" aria-label="Source {number}">{number}</a></sup>'


# --- Facts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>It costs {{fees}}.</p>", "<p>It costs £5.</p>"),
        ("<p>It costs {{ fees }} and {{fees}}.</p>", "<p>It costs £5 and £5.</p>"),
        ("<ul><li>{{fees}}</li></ul>", "<ul><li>£5</li></ul>"),
        ("<p><strong>Fees</strong> {{fees}}<br>{{fees}}</p>", "<p><strong>Fees</strong> £5<br>£5</p>"),
        ("<p>{{ Fees }} {fees} {{fees</p>", "<p>{{ Fees }} {fees} {{fees</p>"),
    ],
)
def test_known_fact_is_filled_in(markup, shown):
    assert Renderer(facts={"fees": "£5"}).text(markup) == shown


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>Before.</p><p>Call {{phone}}.</p><p>After.</p>", "<p>Before.</p><p>After.</p>"),
        ("<p>{{fees}} or {{phone}}</p>", ""),
        ("<p><strong>{{phone}}</strong></p>", ""),
        ("<p>{{never_heard_of}}</p>", ""),
        ("<ul><li>One</li><li>{{phone}}</li></ul>", "<ul><li>One</li></ul>"),
        ("<ul><li>{{phone}}</li></ul><p>After.</p>", "<p>After.</p>"),
        ("<ol><li><p>{{phone}}</p></li></ol>", ""),
        ("<table><tr><td>Phone</td><td>{{phone}}</td></tr></table>", "<table><tr><td>Phone</td></tr></table>"),
    ],
)
def test_what_asks_for_an_unknown_fact_is_left_out(markup, shown):
    text = Renderer(facts={"fees": "£5", "phone": ""}).text(markup)

    assert (
        text.replace('<div tabindex="0" role="region" class="table-frame" aria-label="Table">', "").replace("</div>", "")
        == shown
    )


def test_words_after_a_paragraph_left_out_stay():
    assert Renderer().text("<p>{{phone}}</p>after<p>x</p>") == "after<p>x</p>"


def test_fact_is_not_filled_in_twice():
    assert Renderer(facts={"fees": "{{phone}}", "phone": "999"}).text("<p>{{fees}}</p>") == "<p>{{phone}}</p>"


def test_fact_with_markup_and_control_characters_is_words():
    assert Renderer(facts={"fees": "<b>£5\x0b & up\x00</b>"}).text("<p>{{fees}}</p>") == "<p>&lt;b&gt;£5 &amp; up&lt;/b&gt;</p>"


# --- Citations --------------------------------------------------------------------------------------------------------

NUMBERS = {"harding-2025": 1, "acmd-2026": 2}


def test_citation_becomes_the_number_of_its_source():
    text = Renderer(numbers=NUMBERS).text("<p>Most people [acmd-2026]. Some <em>more</em> [harding-2025], too.</p>")

    assert text == f"<p>Most people{mark(2)}. Some <em>more</em>{mark(1)}, too.</p>"


def test_citations_side_by_side_keep_their_order():
    assert Renderer(numbers=NUMBERS).text("<p>x [acmd-2026] [harding-2025] y</p>") == f"<p>x{mark(2)}{mark(1)} y</p>"


def test_each_mark_has_an_id_of_its_own_across_all_texts_of_a_page():
    renderer = Renderer(numbers=NUMBERS)

    renderer.text("<p>x [harding-2025]</p><ul><li>y [harding-2025]</li></ul>")
    last = renderer.text("<p>z [harding-2025] [acmd-2026]</p>")

    assert last == f"<p>z{mark(1, 3)}{mark(2)}</p>"
    assert renderer.references == {
        "harding-2025": ["cite-1-1", "cite-1-2", "cite-1-3"],
        "acmd-2026": ["cite-2-1"],
    }


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>x [other-2020] y</p>", "<p>x y</p>"),
        ("<p>[other-2020]</p>", "<p></p>"),
        ("<p>a [harding-2025] b [other-2020] c</p>", f"<p>a{mark(1)} b c</p>"),
        ("<p>a [other-2020] b [harding-2025] c</p>", f"<p>a b{mark(1)} c</p>"),
        ("<p><em>a</em> [other-2020] b</p>", "<p><em>a</em> b</p>"),
    ],
)
def test_citation_of_a_source_that_is_not_listed_drops(markup, shown):
    renderer = Renderer(numbers=NUMBERS)

    assert renderer.text(markup) == shown
    assert "other-2020" not in renderer.references


@pytest.mark.parametrize("words", ["[sic]", "[…]", "[Harding-2025]", "[harding 2025]", "[1-2]", "[]"])
def test_other_words_in_square_brackets_stay(words):
    assert Renderer(numbers=NUMBERS).text(f"<p>x {words} y</p>") == f"<p>x {words} y</p>"


# --- Definitions ------------------------------------------------------------------------------------------------------


def test_first_use_of_a_term_is_a_button_and_others_are_words():
    text, terms = explained(Renderer(terms=[term("Craving")]), "<p>A craving passes. Craving again.</p><p>craving</p>")

    assert text == (f"<p>A {button('craving', 'craving')} passes. Craving again.</p><p>craving</p>")
    assert terms == ["Craving"]


def test_term_is_found_by_its_other_names_in_any_case():
    text, terms = explained(Renderer(terms=[term("Craving", "urges", "urge")]), "<p>Urges come.</p>")

    assert text == f"<p>{button('Urges', 'craving')} come.</p>"
    assert terms == ["Craving"]


def test_longest_name_wins():
    text, terms = explained(Renderer(terms=[term("Bile"), term("Bile ducts")]), "<p>The bile ducts.</p>")

    assert text == f"<p>The {joined(button('bile ducts', 'bile-ducts'), '.')}</p>"
    assert terms == ["Bile ducts"]


@pytest.mark.parametrize(("before", "after"), [("(", ")"), ("(", "),"), ("“", ".”"), ("", ","), ("'", "'")])
def test_marks_beside_a_term_stay_on_its_line(before, after):
    text, terms = explained(Renderer(terms=[term("Bile")]), f"<p>The one {before}bile{after} and more.</p>")

    assert text == f"<p>The one {joined(before, button('bile', 'bile'), after)} and more.</p>"
    assert terms == ["Bile"]


@pytest.mark.parametrize("words", ["recraving", "cravings", "über-cravinge", "crav ing"])
def test_part_of_another_word_is_no_use_of_a_term(words):
    assert explained(Renderer(terms=[term("Craving")]), f"<p>{words}</p>") == (f"<p>{words}</p>", [])


@pytest.mark.parametrize(
    "markup",
    [
        "<h2>Craving</h2>",
        "<h3>Craving</h3>",
        '<p><a href="/x/">Craving</a></p>',
        '<div class="care care-emergency"><h3>Call 999</h3><p>Craving</p><ul><li>craving</li></ul></div>',
        "<figure><figcaption>Craving</figcaption></figure>",
    ],
)
def test_headings_links_and_emergencies_are_not_interrupted(markup):
    text, terms = explained(Renderer(terms=[term("Craving")]), markup)

    assert "<button" not in text
    assert terms == []


def test_use_after_one_that_was_passed_over_is_the_first():
    text, terms = explained(Renderer(terms=[term("Craving")]), '<h2>Craving</h2><p><a href="/x/">Craving</a>, a craving.</p>')

    assert text.endswith(f'<p><a href="/x/">Craving</a>, a {joined(button("craving", "craving"), ".")}</p>')
    assert terms == ["Craving"]


@pytest.mark.parametrize("level", ["info", "gp", "urgent"])
def test_other_care_cards_are_explained(level):
    _, terms = explained(Renderer(terms=[term("Craving")]), f'<div class="care care-{level}"><ul><li>craving</li></ul></div>')

    assert terms == ["Craving"]


@pytest.mark.parametrize(
    ("words", "found"), [("NICE says", ["NICE"]), ("a nice day", []), ("Nice!", []), ("national institute", ["NICE"])]
)
def test_acronym_is_found_in_capitals_only(words, found):
    assert explained(Renderer(terms=[term("NICE", "National Institute")]), f"<p>{words}</p>")[1] == found


@pytest.mark.parametrize(("words", "found"), [("MI helps", ["Motivational interviewing"]), ("the note mi", [])])
def test_acronym_among_other_names_is_found_in_capitals_only(words, found):
    assert explained(Renderer(terms=[term("Motivational interviewing", "MI")]), f"<p>{words}</p>")[1] == found


@pytest.mark.parametrize("name", ["dissociation", "ice", "k"])
def test_letters_that_only_look_alike_do_no_harm(name):
    words = name.replace("s", "ſ").replace("i", "İ").replace("k", "\u212a")

    text, _ = explained(Renderer(terms=[term(name)]), f"<p>{words}</p>")

    assert words in text


def test_texts_other_than_the_body_are_not_explained():
    renderer = Renderer(terms=[term("Craving")])

    assert renderer.text("<p>A craving.</p>") == "<p>A craving.</p>"
    assert renderer.plain("A craving.") == "A craving."


# --- Headings ---------------------------------------------------------------------------------------------------------


def test_headings_have_ids_and_are_listed():
    text, headings = Renderer().body("<h2>What is <em>it</em>?</h2><p>x</p><h3>Not listed</h3><h2>Who &amp; when</h2>")

    assert headings == [Heading("what-is-it", "What is it?"), Heading("who-when", "Who & when")]
    assert text == (
        '<h2 id="what-is-it">What is <em>it</em>?</h2><p>x</p><h3>Not listed</h3><h2 id="who-when">Who &amp; when</h2>'
    )


@pytest.mark.parametrize(
    ("titles", "ids"),
    [
        (["Same", "Same", "Same"], ["same", "same-2", "same-3"]),
        (["Same 2", "Same", "Same"], ["same-2", "same", "same-3"]),
        (["Same-3", "Same", "Same", "Same"], ["same-3", "same", "same-2", "same-4"]),
        (["?", "!"], ["part", "part-2"]),
        (["x" * 100, "x" * 100], ["x" * 60, f"{'x' * 60}-2"]),
    ],
)
def test_ids_of_headings_are_unique(titles, ids):
    _, headings = Renderer().body("".join(f"<h2>{title}</h2>" for title in titles))

    assert [heading.id for heading in headings] == ids


# --- Tables and care cards --------------------------------------------------------------------------------------------


def test_table_is_framed_and_its_headings_say_what_they_head():
    markup = "<p>x</p><table><tbody><tr><th>Week</th><th>Step</th></tr><tr><th>1</th><td>Talk</td></tr></tbody></table><p>y</p>"

    assert Renderer().text(markup) == (
        '<p>x</p><div tabindex="0" role="region" class="table-frame" aria-label="Table"><table><tbody>'
        '<tr><th scope="col">Week</th><th scope="col">Step</th></tr><tr><th scope="row">1</th><td>Talk</td></tr>'
        "</tbody></table></div><p>y</p>"
    )


@pytest.mark.parametrize(
    ("level", "prefix"), [("gp", "Non-urgent advice: "), ("urgent", "Urgent advice: "), ("emergency", "Emergency: ")]
)
def test_level_of_a_care_card_is_said_in_words(level, prefix):
    text = Renderer().text(f'<div class="care care-{level}"><h3>Call <em>now</em></h3></div>')

    assert text == (
        f'<div class="care care-{level}"><h3><span class="visually-hidden">{prefix}</span>Call <em>now</em></h3></div>'
    )


def test_cards_above_all_headings_come_straight_under_the_title():
    card = '<div class="care care-info"><h3>Ask</h3></div>'
    body, headings = Renderer().body(f"{card}{card}<h2>More</h2>{card}")

    assert re.findall(r"<(h\d)", body) == ["h2", "h2", "h2", "h3"]
    assert [heading.text for heading in headings] == ["More"]  # cards are not in the list of contents


@pytest.mark.parametrize(
    "markup", ['<div class="care care-info"><h3>Ask</h3></div>', '<div class="care care-gp"><p>x</p></div>', "<h3>x</h3>"]
)
def test_information_and_cards_without_heading_stay_as_they_are(markup):
    assert Renderer().text(markup) == markup


# --- Plain text -------------------------------------------------------------------------------------------------------


def test_plain_text_is_escaped_with_its_lines_and_citations():
    text = Renderer(numbers=NUMBERS).plain("One & <two> [harding-2025].\nThree.")

    assert text == f"One &amp; &lt;two&gt;{mark(1)}.<br>Three."


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_renders_as_nothing(nothing):
    assert Renderer().text(nothing) == ""
    assert Renderer().body(nothing) == ("", [])


@pytest.mark.parametrize(("heading", "anchor"), [("Menu", "part-menu"), ("Source 1", "part-source-1"), ("Menus", "menus")])
def test_heading_does_not_take_an_id_of_the_page(heading, anchor):
    _, headings = Renderer().body(f"<h2>{heading}</h2>")

    assert [found.id for found in headings] == [anchor]


def test_citation_in_a_heading_is_not_in_the_contents_list():
    _, headings = Renderer(numbers={"harding-2025": 1}).body("<h2>How common is it? [harding-2025]</h2>")

    assert [found.text for found in headings] == ["How common is it?"]
