"""What an editor makes survives the cleaning as it is; what they may not make is taken out."""

import pytest
from django.core.exceptions import ValidationError

from content.markdown import to_html
from content.models import Article, Faq, Section
from content.richtext import BODY_EXTENSIONS, CARE_EXTENSIONS, MAX_DEPTH, SIMPLE_EXTENSIONS, clean_html, cleaner_for

pytestmark = pytest.mark.sqlite

BODY = cleaner_for(BODY_EXTENSIONS)
CARE = cleaner_for(CARE_EXTENSIONS)
SIMPLE = cleaner_for(SIMPLE_EXTENSIONS)

SIMPLE_TEXTS = {
    "paragraphs": "<p>One &amp; two.</p><p>Three.</p>",
    "bold-and-italic": "<p><strong>One</strong> and <em>two <strong>three</strong></em>.</p>",
    "line-break": "<p>One<br>two</p>",
    "bullet-list": "<ul><li><p>One</p></li><li><p>Two</p><ul><li><p>Three</p></li></ul></li></ul>",
    "numbered-list": '<ol start="3"><li><p>One</p></li></ol>',
    "lettered-list": '<ol type="a" data-type="lower-alpha"><li><p>One</p></li></ol>',
    "site-link": '<p><a href="/therapies/">therapies</a></p>',
    "site-link-with-query-and-place": '<p><a href="/search/?q=pain&amp;page=2#results">search</a></p>',
    "place-on-the-page": '<p><a href="#page-sources">sources</a></p>',
    "web-link": '<p><a href="https://www.nhs.uk/live-well/">NHS</a></p>',
    "mail-link": '<p><a href="mailto:help@clinic.example">write</a></p>',
    "telephone-link": '<p><a href="tel:116123">116 123</a></p>',
    "text-message-link": '<p><a href="sms:85258">85258</a></p>',
    "citation-and-fact": "<p>Most people [harding-2025] pay {{fees}}.</p>",
    "typography": "<p>“Don’t” – £5, ½, é, 🙂</p>",
    "less-than": "<p>Fewer than &lt; 5 &gt; 2</p>",
}
CARE_TEXTS = {
    f"care-card-{level}": f'<div class="care care-{level}"><h3>See a GP if</h3><ul><li><p>it hurts</p></li></ul><p>Now.</p></div>'
    for level in ("info", "gp", "urgent", "emergency")
}
BODY_TEXTS = {
    "headings": "<h2>What is it?</h2><p>One.</p><h3>And then?</h3><p>Two.</p>",
    "table": '<table><tbody><tr><th colspan="1" rowspan="1"><p>Week</p></th><th colspan="2" rowspan="1"><p>Step</p></th></tr>'
    '<tr><td colspan="1" rowspan="2"><p>1</p></td><td colspan="1" rowspan="1"><p>Talk</p></td></tr></tbody></table>',
    "table-with-head": "<table><thead><tr><th>Week</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
    "figure": '<figure><img src="/media/pictures/a-b_2.png" alt="A path" width="640" height="400"><figcaption>A path.</figcaption></figure>',
    "decorative-picture": '<figure><img src="/media/pictures/a.webp" alt=""></figure>',
}


# --- What stays -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("markup", [*SIMPLE_TEXTS.values(), *CARE_TEXTS.values(), *BODY_TEXTS.values()])
def test_body_keeps_what_the_editor_makes(markup):
    assert clean_html(markup, BODY) == markup


@pytest.mark.parametrize("markup", [*SIMPLE_TEXTS.values(), *CARE_TEXTS.values()])
def test_urgent_help_keeps_care_cards_and_simple_text(markup):
    assert clean_html(markup, CARE) == markup


@pytest.mark.parametrize("markup", SIMPLE_TEXTS.values(), ids=list(SIMPLE_TEXTS))
def test_answer_keeps_simple_text(markup):
    assert clean_html(markup, SIMPLE) == markup


def test_markdown_makes_only_what_the_body_keeps():
    text = "## A\n\n### B\n\nOne **two** *three* [four](/x/).\n\n- a\n- b\n\n1. c\n\n| D | E |\n|---|---|\n| f | g |\n\n::: gp See a GP\n- h\n:::\n"

    made = to_html(text)

    assert clean_html(made, BODY) == made.strip()


def test_markdown_makes_the_care_card_that_the_editor_makes():
    made = to_html("::: urgent Call 111 if\n- it hurts\n:::")

    assert made.replace("\n", "") == '<div class="care care-urgent"><h3>Call 111 if</h3><ul><li>it hurts</li></ul></div>'


def test_markdown_shows_html_as_text():
    assert to_html("a <b>bold</b> word") == "<p>a &lt;b&gt;bold&lt;/b&gt; word</p>\n"


# --- What goes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "cleaned"),
    [
        ("<h1>Big</h1>", "Big"),
        ("<h4>Small</h4>", "Small"),
        ("<blockquote><p>Said.</p></blockquote>", "<p>Said.</p>"),
        ("<p><u>under</u> <s>gone</s> <code>x</code></p>", "<p>under gone x</p>"),
        ('<p style="color:red" class="big" title="x" lang="fr" id="y">Red</p>', "<p>Red</p>"),
        ('<div class="box"><p>In a box</p></div>', "<div><p>In a box</p></div>"),
        ('<div class="care care-gp wide">x</div>', '<div class="care care-gp">x</div>'),
        ('<a href="/x/" target="_blank" rel="opener" title="x">x</a>', '<a href="/x/">x</a>'),
        ('<a href="www.nhs.uk">NHS</a>', "<a>NHS</a>"),
        ('<a href="//nhs.uk/">NHS</a>', "<a>NHS</a>"),
        ("<p>a\x0bb&#1;c</p>", "<p>abc</p>"),
    ],
)
def test_body_takes_out_what_the_editor_cannot_make(markup, cleaned):
    assert clean_html(markup, BODY) == cleaned


@pytest.mark.parametrize("markup", [*CARE_TEXTS.values(), *BODY_TEXTS.values()])
def test_answer_has_no_headings_tables_figures_or_care_cards(markup):
    cleaned = clean_html(markup, SIMPLE)

    assert [tag for tag in ("<h2", "<h3", "<div", "<table", "<td", "<figure", "<img") if tag in cleaned] == []


@pytest.mark.parametrize("markup", BODY_TEXTS.values(), ids=list(BODY_TEXTS))
def test_urgent_help_has_no_chapters_tables_or_figures(markup):
    cleaned = clean_html(markup, CARE)

    assert [tag for tag in ("<h2", "<table", "<td", "<figure", "<img") if tag in cleaned] == []


@pytest.mark.parametrize(
    ("markup", "cleaned"),
    [
        ("", ""),
        (" \n ", ""),
        ("<p></p>", ""),
        ("<p> \xa0 </p>", ""),
        ("<p>One.</p><p></p>", "<p>One.</p>"),
        ("<figure></figure>", ""),
        ('<p>One.</p><figure><img src="https://elsewhere.example/a.png" alt="x"></figure>', "<p>One.</p>"),
        ('<div class="care care-gp"><h3>x</h3><p></p></div>', '<div class="care care-gp"><h3>x</h3></div>'),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_what_is_empty_goes(markup, cleaned):
    assert clean_html(markup, BODY) == cleaned


def test_picture_alone_in_a_paragraph_stays():
    markup = '<p><img src="/media/a.png" alt="x"></p>'

    assert clean_html(markup, BODY) == markup


# --- Depth ------------------------------------------------------------------------------------------------------------


def nested(levels):
    return "<div>" * levels + "x" + "</div>" * levels


def test_text_at_the_depth_limit_is_kept():
    markup = nested(MAX_DEPTH - 1)  # the limit counts the element around the whole text

    assert clean_html(markup, BODY) == markup


def test_text_beyond_the_depth_limit_is_refused():
    with pytest.raises(ValidationError, match="nested too deeply"):
        clean_html(nested(MAX_DEPTH), BODY)


def test_text_that_never_settles_is_refused(monkeypatch):
    grown = iter("x" * length for length in range(1, 100))
    monkeypatch.setattr("content.richtext._clean_once", lambda value, cleaner: next(grown))

    with pytest.raises(ValidationError, match="too tangled"):
        clean_html("<p>x</p>", BODY)


# --- The fields -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "name", "kept"),
    [
        (Article, "body", {"h2", "h3", "table", "img", "div"}),
        (Article, "urgent_help", {"h3", "div"}),
        (Faq, "answer", set()),
        (Section, "introduction", set()),
    ],
)
def test_each_field_keeps_what_its_editor_offers(model, name, kept):
    pieces = {
        "h2": "<h2>a</h2>",
        "h3": "<h3>a</h3>",
        "table": "<table><tbody><tr><td>a</td></tr></tbody></table>",
        "img": '<img src="/media/a.png" alt="a">',
        "div": '<div class="care care-gp"><p>a</p></div>',
    }

    field = model._meta.get_field(name)

    assert {tag for tag, markup in pieces.items() if f"<{tag}" in field.clean(f"<p>x</p>{markup}", None)} == kept
