"""Hostile input leaves nothing active, by whichever way it comes into the database and onto the page."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from content import loader, starter_files
from content.models import Article, ClinicDetails, Faq, GlossaryTerm, Section
from content.render import Renderer
from content.richtext import BODY_EXTENSIONS, CARE_EXTENSIONS, SIMPLE_EXTENSIONS, clean_html, cleaner_for
from tests.content import factories
from tests.content.hostile import (
    BODY_TAGS,
    CARE_TAGS,
    HOSTILE,
    MARKDOWN,
    SIMPLE_TAGS,
    TOO_DEEP,
    active_parts,
    active_parts_of_page,
)

SAFE = "<p>Safe words.</p>"
DEPTH_MESSAGE = "This text has boxes or lists nested too deeply. Paste it again as plain text and format it here."
FIELDS = {
    "body": (BODY_EXTENSIONS, BODY_TAGS),
    "urgent help": (CARE_EXTENSIONS, CARE_TAGS),
    "answer": (SIMPLE_EXTENSIONS, SIMPLE_TAGS),
}


def each(corpus):
    return pytest.mark.parametrize("markup", corpus.values(), ids=list(corpus))


# --- The collection and its checker -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_collection_is_large_and_distinct():
    every = [*HOSTILE.values(), *TOO_DEEP.values(), *MARKDOWN.values()]

    assert len(set(every)) == len(every)
    assert len(HOSTILE) >= 150


#: Words that are harmless as they stand: what matters is that they stay so.
HARMLESS_AS_THEY_ARE = {
    "script-in-entities", "script-in-double-entities", "script-utf7", "script-full-width", "zero-width",
    "right-to-left-override", "control-characters", "deep-paragraphs",
}  # fmt: skip


@each({name: markup for name, markup in HOSTILE.items() if name not in HARMLESS_AS_THEY_ARE})
@pytest.mark.sqlite
def test_checker_sees_what_is_active_before_cleaning(markup):
    assert active_parts(SAFE + markup.replace("\x00", "")) != []


# --- Validation -------------------------------------------------------------------------------------------------------


@each(HOSTILE)
@pytest.mark.django_db
def test_article_keeps_nothing_active(markup):
    article = factories.make_article(body=SAFE + markup, urgent_help=SAFE + markup)

    article.refresh_from_db()

    assert active_parts(article.body, BODY_TAGS) == []
    assert active_parts(article.urgent_help, CARE_TAGS) == []
    assert article.body.startswith(SAFE)
    assert article.urgent_help.startswith(SAFE)


@each(HOSTILE)
@pytest.mark.django_db
def test_answer_and_introduction_keep_nothing_active(markup):
    section = factories.make_section(slug="families", introduction=SAFE + markup)
    faq = factories.make_faq(factories.make_draft(section=section), answer=SAFE + markup)

    section.refresh_from_db()
    faq.refresh_from_db()

    assert active_parts(section.introduction, SIMPLE_TAGS) == []
    assert active_parts(faq.answer, SIMPLE_TAGS) == []
    assert section.introduction.startswith(SAFE)
    assert faq.answer.startswith(SAFE)


WITHOUT_TABLES = {name: markup for name, markup in TOO_DEEP.items() if "<table" not in markup}


@pytest.mark.parametrize(
    ("field", "markup"),
    [*(("body", markup) for markup in TOO_DEEP.values()), *(("urgent_help", markup) for markup in WITHOUT_TABLES.values())],
    ids=[*(f"body-{name}" for name in TOO_DEEP), *(f"urgent-help-{name}" for name in WITHOUT_TABLES)],
)
@pytest.mark.django_db
def test_text_nested_too_deeply_is_refused(field, markup):
    article = Article(section=factories.make_section(), slug="deep", title="Deep", summary="Deep.", body=SAFE)
    setattr(article, field, SAFE + markup)

    with pytest.raises(ValidationError) as refusal:
        article.full_clean()

    assert refusal.value.message_dict == {field: [DEPTH_MESSAGE]}


# --- The admin's form -------------------------------------------------------------------------------------------------


def form_data(response):
    """Return what a browser would send back of the article form that it was shown."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: value for name, value in values.items() if value is not None}


@pytest.fixture(scope="module")
def empty_form():
    """Keep the empty form of the first test for the others: rendering it takes longer than everything else."""
    return {}


@pytest.fixture
def send(client, empty_form):
    """Return a function that sends the form for a new article as an editor."""
    client.force_login(factories.make_user("editor"))
    address = reverse("admin:content_article_add")

    def send(markup):
        if not empty_form:
            empty_form.update(form_data(client.get(address)))
        data = {name: value for name, value in empty_form.items() if not name.startswith("profile-0")}
        data |= {"title": "Sent", "section": factories.make_section().pk, "slug": "sent", "summary": "Sent.", "state": "draft"}
        data |= {"body": SAFE + markup, "urgent_help": SAFE + markup, "faqs-TOTAL_FORMS": 1}
        data |= {"faqs-0-question": "Sent?", "faqs-0-answer": SAFE + markup, "faqs-0-order": 0}
        return client.post(address, data)

    return send


NUL_REFUSED = ("null-in-tag", "null-in-address")


@each({name: markup for name, markup in HOSTILE.items() if name not in NUL_REFUSED})
@pytest.mark.django_db
def test_editors_form_stores_nothing_active(send, markup):
    response = send(markup)

    assert response.status_code == 302, response.context["adminform"].form.errors
    article, faq = Article.objects.get(slug="sent"), Faq.objects.get()
    assert active_parts(article.body, BODY_TAGS) == []
    assert active_parts(article.urgent_help, CARE_TAGS) == []
    assert active_parts(faq.answer, SIMPLE_TAGS) == []
    assert [text[: len(SAFE)] for text in (article.body, article.urgent_help, faq.answer)] == [SAFE] * 3


@each({name: HOSTILE[name] for name in NUL_REFUSED})
@pytest.mark.django_db
def test_editors_form_refuses_null_characters(send, markup):
    response = send(markup)

    assert response.context["adminform"].form.errors["body"] == ["Null characters are not allowed."]
    assert Article.objects.count() == 0


@each(TOO_DEEP)
@pytest.mark.django_db
def test_editors_form_refuses_text_nested_too_deeply(send, markup):
    response = send(markup)

    assert response.context["adminform"].form.errors["body"] == [DEPTH_MESSAGE]
    assert Article.objects.count() == 0


# --- The loader -------------------------------------------------------------------------------------------------------


@pytest.fixture
def load_article(starter_folder):
    """Return a function that loads a file of this body whose answer, urgent help and section say the same."""

    def load(text):
        quoted = json.dumps(text, ensure_ascii=False)
        starter_folder.write(
            "sections.toml",
            f'[[section]]\nslug = "ketamine"\ntitle = "K"\nmenu_title = "K"\nsummary = "K."\nintroduction = {quoted}\n',
        )
        answer = json.dumps(f"Safe words.\n\n{text}", ensure_ascii=False)
        front = f'title = "Page"\nsummary = "Page."\nsection = "ketamine"\nurgent_help = {quoted}\n[[faqs]]\nquestion = "Q?"\nanswer = {answer}\n'
        starter_folder.write("page.md", f"+++\n{front}+++\nSafe words.\n\n{text}\n")
        loader.load(starter_files.read(starter_folder.path))
        return Article.objects.get()

    return load


@each({**HOSTILE, **TOO_DEEP, **{f"markdown-{name}": text for name, text in MARKDOWN.items()}})
@pytest.mark.django_db
def test_loader_stores_nothing_active(load_article, markup):
    article = load_article(markup)

    assert active_parts(article.body, BODY_TAGS) == []
    assert active_parts(article.urgent_help, CARE_TAGS) == []
    assert active_parts(Faq.objects.get().answer, SIMPLE_TAGS) == []
    assert active_parts(Section.objects.get().introduction, SIMPLE_TAGS) == []
    assert article.body.startswith(SAFE)


# --- The page ---------------------------------------------------------------------------------------------------------


@each(HOSTILE)
@pytest.mark.sqlite
def test_rendered_text_has_nothing_active(markup):
    body = clean_html(SAFE + markup, cleaner_for(BODY_EXTENSIONS))
    renderer = Renderer(
        numbers={"harding-2025": 1},
        facts={"fees": markup, "complaints": markup},
        terms=[GlossaryTerm(term="Safe", meaning="Safe.")],
    )

    text, _ = renderer.body(body)

    assert active_parts_of_page(text) == []
    assert text.startswith('<p><button type="button" popovertarget="term-safe" class="term">Safe</button> words.</p>')


@each(HOSTILE)
@pytest.mark.sqlite
def test_hostile_fact_shows_as_words(markup):
    text = Renderer(facts={"fees": markup}).text("<p>Fees: {{fees}}</p>")

    assert active_parts_of_page(text) == []
    assert text.startswith("<p>Fees: ")


@each(HOSTILE)
@pytest.mark.sqlite
def test_hostile_profile_shows_as_words(markup):
    text = Renderer().plain(f"Safe words.\n{markup}")

    assert active_parts_of_page(text) == []
    assert text.startswith("Safe words.<br>")


@pytest.mark.django_db
def test_hostile_titles_facts_and_profile_are_escaped_on_the_public_page(client):
    hostile = '<script>alert("x")</script>'
    ClinicDetails.objects.create(
        pk=1, fees=hostile, clinic_name=hostile, regulator=hostile, legal_name=hostile, address=hostile
    )
    article = factories.make_article(
        title=hostile, short_title=hostile[:30], summary=hostile, body="<p>{{fees}}</p>", reviewer_role=hostile,
    )  # fmt: skip
    factories.make_profile(article, evidence=hostile)
    factories.make_faq(article, question=hostile)
    factories.cite(article, factories.make_source(publisher=hostile, title=hostile, authors=hostile, note=hostile))
    factories.make_line(name=hostile, description=hostile, hours=hostile, everywhere=True)

    page = client.get(article.get_absolute_url()).content.decode()

    assert hostile not in page
    assert page.count("&lt;script&gt;alert(") >= 12


# --- Any input at all -------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#1;", "&#0;", "&amp;lt;", '"', "'", "`", "=", " ", "\n",
        "<p>", "</p>", "<ul>", "<ol start=2>", "<li>", "</ul>", "<a href='/x/'>", "<a href=javascript:x>", "<a href='//x'>", "</a>",
        "<strong>", "</strong>", "<h2>", "</h2>", "<h3>", "<div class='care care-gp'>", "<div class=x>", "</div>", "<br>",
        "<table>", "<thead>", "<tr>", "<th>", "<td colspan=2>", "</table>", "<figure>", "<img src='/media/a.png' alt=x>",
        "<img src=x onerror=x>", "<figcaption>", "</figure>", "<script>", "</script>", "<style>", "</style>", "<svg>", "</svg>",
        "<math>", "<mtext>", "<textarea>", "<title>", "<noscript>", "<iframe>", "<template>", "<select>", "<form>", "<caption>",
        "words", "[harding-2025]", "{{fees}}", "\x00", "\x0b", "\x1b", "\ufffe", "\u2028", "é", "🙂", "\xa0",
    ]
)  # fmt: skip
MARKUP = st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join)


@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=400, deadline=None)
@given(markup=MARKUP)
@pytest.mark.sqlite
def test_cleaning_any_markup_leaves_what_is_allowed_and_changes_it_no_more(field, markup):
    extensions, tags = FIELDS[field]
    cleaner = cleaner_for(extensions)

    cleaned = clean_html(markup, cleaner)

    assert active_parts(cleaned, tags) == []
    assert clean_html(cleaned, cleaner) == cleaned
