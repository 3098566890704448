"""Loading the starter content: all or nothing, twice the same as once, and never over what staff have made of it."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import loader, starter_files
from content.models import (
    Article,
    Citation,
    Faq,
    GlossaryTerm,
    SearchDocument,
    Section,
    Source,
    StarterRecord,
    SupportLine,
    TherapyProfile,
)
from content.starter_files import StarterError
from tests.content.conftest import SECTION
from tests.content.factories import make_article, make_draft, make_section, make_source

pytestmark = pytest.mark.django_db

EVERY = (Section, Source, GlossaryTerm, SupportLine, Article, Faq, Citation, TherapyProfile, StarterRecord, SearchDocument)
PROFILE = "\n".join(f'{field.name} = "Words."' for field in TherapyProfile.profile_fields())
PAGE = """+++
title = "{title}"
summary = "What it says."
section = "ketamine"
sources = ["harding-2025"]
support_lines = ["999"]
{more}

[[faqs]]
question = "Does it hurt?"
answer = "No."

[profile]
{profile}
+++
{body}
"""


@pytest.fixture
def folder(starter_folder):
    """A folder with one entry of every kind."""
    starter_folder.write("sources.toml", '[[source]]\nkey = "harding-2025"\npublisher = "BMJ"\ntitle = "Ketamine"\nyear = 2025\n')
    starter_folder.write("glossary.toml", '[[term]]\nterm = "Word"\nother_names = ["words", "wordy"]\nmeaning = "A word."\n')
    starter_folder.write("support_lines.toml", '[[line]]\nkey = "999"\nname = "999"\ndescription = "Help."\nphone = "999"\n')
    write_page(starter_folder)
    return starter_folder


def write_page(folder, name="page", *, title="Page", body="Words [harding-2025].", more="", profile=PROFILE):
    folder.write(f"{name}.md", PAGE.format(title=title, body=body, more=more, profile=profile))


def load(folder):
    return loader.load(starter_files.read(folder.path))


def counts():
    return {model.__name__: model.objects.count() for model in EVERY}


def everything():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in EVERY}


# --- Loading ----------------------------------------------------------------------------------------------------------


def test_one_entry_of_every_kind_is_loaded(folder):
    report = load(folder)

    assert report.counts == {"created": 5}
    assert counts() == {**dict.fromkeys(counts(), 1), "StarterRecord": 5}


def test_article_has_all_that_its_file_says(folder):
    write_page(folder, "other", title="Other", more='related = ["page"]\nmedical = true\norder = 3\nurgent_help = "Call."')

    load(folder)

    article = Article.objects.get(slug="other")
    assert (article.title, article.order, article.is_medical, article.section.slug) == ("Other", 3, True, "ketamine")
    assert article.body == "<p>Words [harding-2025].</p>"
    assert article.urgent_help == "<p>Call.</p>"
    assert list(article.faqs.values_list("question", "answer")) == [("Does it hurt?", "<p>No.</p>")]
    assert [citation.source.key for citation in article.citations.all()] == ["harding-2025"]
    assert [related.slug for related in article.related.all()] == ["page"]
    assert [line.key for line in article.support_lines.all()] == ["999"]
    assert article.profile.evidence == "Words."


def test_loaded_article_is_public_and_waits_for_its_first_review(folder):
    load(folder)

    article = Article.objects.published().get()
    assert (article.last_reviewed, article.next_review_due, article.reviewer_role) == (None, None, "")
    assert {record.history_change_reason for record in article.history.all()} == {"Loaded from the starter content"}


def test_names_of_a_term_are_one_a_line(folder):
    load(folder)

    assert GlossaryTerm.objects.get().names() == ["Word", "words", "wordy"]


def test_second_load_changes_nothing_and_writes_nothing(folder):
    load(folder)
    before = everything()

    with CaptureQueriesContext(connection) as queries:
        report = load(folder)

    assert report.counts == {"unchanged": 5}
    assert report.kept == []
    assert [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []
    assert everything() == before


def test_starter_content_loads_once_and_then_stays():
    entries = starter_files.read()
    kinds = Counter(entry.kind for entry in entries)

    first = loader.load(entries)
    before = everything()
    second = loader.load(entries)

    assert first.counts == {"created": len(entries)}
    assert second.counts == {"unchanged": len(entries)}
    assert everything() == before
    loaded = {kind: model.objects.count() for kind, model in loader.MODELS.items()}
    assert loaded == dict(kinds)
    assert TherapyProfile.objects.count() == 5
    assert Article.objects.published().count() == 18


# --- Files that change ------------------------------------------------------------------------------------------------


def test_changed_file_updates_a_row_that_nobody_has_touched(folder):
    load(folder)
    pk, published = Article.objects.values_list("pk", "publish_at").get()

    write_page(folder, title="New title", body="New words.")
    report = load(folder)

    assert report.counts == {"unchanged": 4, "updated": 1}
    article = Article.objects.get()
    assert (article.pk, article.publish_at, article.title, article.body) == (pk, published, "New title", "<p>New words.</p>")
    assert Faq.objects.count() == Citation.objects.count() == TherapyProfile.objects.count() == 1


def test_updated_row_is_known_as_the_loaders_own_work(folder):
    load(folder)
    for title in ("Second", "Third"):
        write_page(folder, title=title)
        load(folder)

    assert Article.objects.get().title == "Third"


def test_question_taken_out_of_a_file_is_no_longer_found(folder):
    load(folder)
    file = folder.path / "page.md"
    file.write_text(file.read_text().replace('[[faqs]]\nquestion = "Does it hurt?"\nanswer = "No."\n', ""))

    load(folder)

    assert Faq.objects.count() == 0
    assert "Does it hurt" not in SearchDocument.objects.get().body


def test_new_file_is_added_beside_the_others(folder):
    load(folder)

    write_page(folder, "second", title="Second", more='related = ["page"]')
    report = load(folder)

    assert report.counts == {"unchanged": 5, "created": 1}
    assert [article.slug for article in Article.objects.get(slug="second").related.all()] == ["page"]


def test_row_changes_by_each_kind_of_file(folder):
    load(folder)
    folder.write("sections.toml", SECTION.replace("About ketamine.", "All about ketamine."))
    folder.write("sources.toml", '[[source]]\nkey = "harding-2025"\npublisher = "The BMJ"\ntitle = "Ketamine"\n')
    folder.write("glossary.toml", '[[term]]\nterm = "Word"\nmeaning = "A new word."\n')
    folder.write("support_lines.toml", '[[line]]\nkey = "999"\nname = "999"\ndescription = "More help."\nphone = "999"\n')

    report = load(folder)

    assert report.counts == {"updated": 4, "unchanged": 1}
    assert Section.objects.get().summary == "All about ketamine."
    assert Source.objects.get().publisher == "The BMJ"
    assert GlossaryTerm.objects.get().meaning == "A new word."
    assert SupportLine.objects.get().description == "More help."


# --- What staff have edited -------------------------------------------------------------------------------------------


def edit(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


STAFF_EDITS = {
    "title": lambda article: edit(article, title="Staff title"),
    "body": lambda article: edit(article, body="<p>Staff words.</p>"),
    "state": lambda article: edit(article, state="draft"),
    "review": lambda article: edit(article, last_reviewed="2025-01-01", reviewer_role="Nurse"),
    "order": lambda article: edit(article, order=9),
    "address": lambda article: edit(article, slug="staff-slug"),
    "question changed": lambda article: edit(article.faqs.get(), question="Staff question?"),
    "question added": lambda article: article.faqs.create(question="More?", answer="<p>Yes.</p>"),
    "question deleted": lambda article: article.faqs.get().delete(),
    "citation deleted": lambda article: article.citations.all().delete(),
    "citation added": lambda article: article.citations.create(source=make_source(), order=5),
    "profile": lambda article: edit(article.profile, evidence="Staff evidence."),
    "related": lambda article: article.related.add(make_draft()),
    "support lines": lambda article: article.support_lines.clear(),
}


@pytest.mark.parametrize("change", STAFF_EDITS.values(), ids=list(STAFF_EDITS))
def test_article_that_staff_edited_is_left_alone_and_reported(folder, change):
    load(folder)
    change(Article.objects.get())
    before = everything()

    write_page(folder, title="File title", body="File words.")
    report = load(folder)

    assert report.counts == {"unchanged": 4, "left to staff": 1}
    assert report.kept == ["article page"]
    assert everything() == before


@pytest.mark.parametrize(
    ("model", "kind", "key", "field"),
    [
        (Section, "section", "ketamine", "summary"),
        (Source, "source", "harding-2025", "publisher"),
        (GlossaryTerm, "term", "Word", "meaning"),
        (SupportLine, "line", "999", "description"),
    ],
)
def test_other_row_that_staff_edited_is_left_alone_and_reported(folder, model, kind, key, field):
    load(folder)
    edit(model.objects.get(), **{field: "As staff have it"})

    for name in ("sections.toml", "sources.toml", "glossary.toml", "support_lines.toml"):
        file = folder.path / name
        file.write_text(file.read_text().replace("About ketamine.", "x").replace("BMJ", "x").replace("A word.", "x").replace("Help.", "x"))
    report = load(folder)

    assert report.kept == [f"{kind} {key}"]
    assert getattr(model.objects.get(), field) == "As staff have it"


def test_edit_that_staff_took_back_no_longer_counts(folder):
    load(folder)
    edit(Article.objects.get(), title="Staff title")
    edit(Article.objects.get(), title="Page")

    write_page(folder, title="File title")

    assert load(folder).counts["updated"] == 1


def test_row_that_staff_deleted_is_not_made_again(folder):
    load(folder)
    Article.objects.get().delete()
    GlossaryTerm.objects.get().delete()

    unchanged = load(folder)
    write_page(folder, title="File title")
    changed = load(folder)

    assert unchanged.counts == {"unchanged": 5}
    assert changed.kept == ["article page"]
    assert Article.objects.count() == GlossaryTerm.objects.count() == 0


def test_rows_that_staff_made_under_the_same_keys_are_left_as_they_are(folder):
    section = make_section(slug="ketamine", title="Staff section")
    make_source(key="harding-2025", publisher="Staff publisher")
    GlossaryTerm.objects.create(term="word", meaning="Staff meaning.")
    SupportLine.objects.create(key="999", name="Staff line", phone="1")
    make_article(section=section, slug="page", title="Staff page")
    before = everything()

    report = load(folder)

    assert report.kept == ["section ketamine", "source harding-2025", "term Word", "line 999", "article page"]
    assert everything() == before


def test_new_file_finds_what_staff_renamed(folder):
    load(folder)
    edit(Section.objects.get(), slug="about-ketamine")
    edit(Article.objects.get(), slug="renamed")

    write_page(folder, "second", title="Second", more='related = ["page"]')
    load(folder)

    article = Article.objects.get(slug="second")
    assert article.section.slug == "about-ketamine"
    assert [related.slug for related in article.related.all()] == ["renamed"]


def test_related_article_is_the_page_and_not_a_proposed_change_of_it(folder):
    make_section(slug="ketamine")
    page = make_article(slug="staff-page", title="Z")
    make_draft(slug="staff-page", title="A", revises=page)
    write_page(folder, more='related = ["staff-page"]')

    load(folder)

    assert list(Article.objects.get(slug="page").related.all()) == [page]


# --- All or nothing ---------------------------------------------------------------------------------------------------

LONG = "x" * 201
MISTAKES = {
    "unknown section": ("page.md", 'section = "ketamine"', 'section = "ketamin"', "page.md, line 4: there is no section 'ketamin'"),
    "unknown source": ("page.md", '["harding-2025"]', '["harding-2052"]', "page.md, line 5: there is no source 'harding-2052'"),
    "unknown line": ("page.md", '["999"]', '["998"]', "page.md, line 6: there is no support line '998'"),
    "unknown related": ("page.md", "\n\n[[faqs", '\nrelated = ["none"]\n[[faqs', "page.md, line 8: there is no article 'none'"),
    "unknown key": ("page.md", "support_lines =", "suport_lines =", "page.md, line 6: suport_lines is not a field of an article"),
    "long summary": ("page.md", "What it says.", LONG, "page.md, line 3: summary: Ensure this value has at most 200 characters (it has 201)."),
    "order in words": ("page.md", 'section = "', 'order = "first"\nsection = "', "page.md, line 4: order: “first” value must be an integer."),
    "unknown drawing": ("page.md", 'section = "', 'drawing = "cat"\nsection = "', "page.md, line 4: drawing: Value 'cat' is not a valid choice."),
    "sources not a list": ("page.md", '["harding-2025"]', '"harding-2025"', "page.md, line 5: sources must be a list of texts"),
    "faqs not tables": ("page.md", "\n\n[[faqs", '\nfaqs = ["x"]\n[[faq', "page.md, line 8: faqs must be a list of tables"),
    "question without answer": ("page.md", 'answer = "No."', "", "page.md, line 1: answer: This field cannot be blank."),
    "unknown key of a question": ("page.md", 'answer = "No."', 'answr = "No."', "page.md, line 11: answr is not a field of a question"),
    "unknown key of a profile": ("page.md", 'evidence = "', 'evidense = "', "page.md, line 21: evidense is not a field of a profile"),
    "field missing in a profile": ("page.md", 'evidence = "Words."\n', "", "page.md, line 1: evidence: This field cannot be blank."),
    "unknown key of a section": ("sections.toml", "menu_title", "menutitle", "sections.toml, line 5: menutitle is not a field of a section"),
    "long menu title": ("sections.toml", '"Ketamine"', '"Understanding ketamine and more"', "sections.toml, line 5: menu_title: Ensure this value has at most 24 characters (it has 31)."),
    "introduction not a text": ("sections.toml", "menu_title", "introduction = 3\nmenu_title", "sections.toml, line 5: introduction must be a text"),
    "bad source key": ("sources.toml", "harding-2025", "harding", "sources.toml, line 2: key: Use two or more lower-case words or numbers joined by hyphens, such as harding-2025."),
    "bad address": ("sources.toml", "year = 2025", 'url = "javascript:alert(1)"', "sources.toml, line 5: url: Enter a valid URL."),
    "names not a list": ("glossary.toml", '["words", "wordy"]', '"words"', "glossary.toml, line 3: other_names must be a list of texts"),
    "unreachable line": ("support_lines.toml", 'phone = "999"', "", "support_lines.toml, line 2: __all__: Give at least one way to reach it: a number, an email, a web address, or in person."),
    "checked in the future": ("support_lines.toml", 'phone = "999"', 'phone = "999"\nlast_checked = 2999-01-01', "support_lines.toml, line 6: last_checked: This date is in the future."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "right", "wrong", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_mistake_is_named_and_nothing_is_loaded(folder, name, right, wrong, message):
    make_article(section=make_section(slug="staff"))
    before = everything()
    file = folder.path / name
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, wrong, 1))

    with pytest.raises(StarterError) as error:
        load(folder)

    assert str(error.value) == message
    assert everything() == before


def test_mistake_in_a_changed_file_leaves_everything_as_it_was(folder):
    load(folder)
    before = everything()
    write_page(folder, title="New title")
    write_page(folder, "second", title="y" * 121)

    with pytest.raises(StarterError, match=r"second.md, line 2: title: Ensure this value has at most 120"):
        load(folder)

    assert everything() == before


# --- The report -------------------------------------------------------------------------------------------------------


def test_report_says_what_was_done_and_what_was_left():
    report = loader.Report(Counter({"created": 2, "left to staff": 1}), ["article page"])

    assert str(report) == "Starter content: 2 created, 1 left to staff.\n  left as staff have it: article page"


def test_report_of_nothing_says_so():
    assert str(loader.Report()) == "Starter content: nothing to do."
