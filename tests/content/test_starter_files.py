"""Reading the starter files: what is in them, and the file, line and reason of whatever is wrong with one."""

import pytest

from content.starter_files import STARTER, Entry, StarterError, digest, line_of, read

pytestmark = pytest.mark.sqlite

PAGE = '+++\ntitle = "Page"\nsummary = "Page."\nsection = "ketamine"\n+++\nWords.\n'


def test_entries_come_in_the_order_in_which_they_depend_on_each_other(starter_folder):
    starter_folder.write("sources.toml", '[[source]]\nkey = "a-1"\n')
    starter_folder.write("glossary.toml", '[[term]]\nterm = "Word"\n')
    starter_folder.write("support_lines.toml", '[[line]]\nkey = "999"\n')
    starter_folder.write("b.md", PAGE)
    starter_folder.write("a.md", PAGE)
    starter_folder.write("pages/about.md", PAGE)

    entries = read(starter_folder.path)

    assert [(entry.kind, entry.key) for entry in entries] == [
        ("section", "ketamine"), ("source", "a-1"), ("term", "Word"), ("line", "999"),
        ("article", "a"), ("article", "b"), ("article", "about"),
    ]  # fmt: skip


def test_article_is_its_front_matter_and_its_body(starter_folder):
    starter_folder.write(
        "page.md",
        '+++\ntitle = "Page"\nsummary = "S."\nsection = "ketamine"\n[profile]\nevidence = "E"\n+++\nOne.\n\n+++ two\n',
    )

    entry = read(starter_folder.path)[-1]

    assert entry.data == {
        "title": "Page",
        "summary": "S.",
        "section": "ketamine",
        "profile": {"evidence": "E"},
        "body": "One.\n\n+++ two",
    }


def test_page_of_its_own_is_in_the_standing_section(starter_folder):
    starter_folder.write("pages/about.md", PAGE)

    assert read(starter_folder.path)[-1].data["section"] == "site"


def test_file_with_windows_line_ends_reads_the_same(starter_folder):
    unix = starter_folder.write("page.md", PAGE)
    expected = read(starter_folder.path)[-1].data
    unix.write_bytes(PAGE.replace("\n", "\r\n").encode())

    assert read(starter_folder.path)[-1].data == expected


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sections.toml", '[[section]]\nslug = "a"\ntitle = oops\n', "sections.toml, line 3: Invalid value"),
        ("sections.toml", '[[section]]\nslug = "a', "sections.toml, line 2: Unterminated string"),
        ("sections.toml", '[[section]]\nslug = "a"\n\n[[section]]\ntitle = "Lost"\n', "sections.toml, line 5: a [[section]] without slug"),
        ("sections.toml", '[[section]]\nslug = "a"\n\n[[sektion]]\nslug = "b"\n', "sections.toml, line 4: this file holds [[section]] and nothing else"),
        ("sections.toml", '[section]\nslug = "a"\n', "sections.toml, line 1: this file holds [[section]] and nothing else"),
        ("sources.toml", '[[source]]\nkey = "a-1"\n[[source]]\nkey = "a-1"\n', "sources.toml, line 2: there are two of source 'a-1'"),
        ("page.md", "Words.\n", "page.md, line 1: the file must start with a line of +++"),
        ("page.md", "", "page.md, line 1: the file must start with a line of +++"),
        ("page.md", '+++\ntitle = "Page"\n\nWords.\n', "page.md, line 4: the front matter is not closed by a line of +++"),
        ("page.md", '+++\ntitle = "Page"\nsummary = \n+++\nWords.\n', "page.md, line 3: Invalid value"),
        ("page.md", '+++\ntitle = "Page"\ntitle = "Twice"\n+++\nWords.\n', "page.md, line 3: Cannot overwrite a value"),
        ("page.md", PAGE.replace('title = "Page"\n', ""), "page.md, line 1: title is missing"),
        ("page.md", PAGE.replace('"Page."', '""'), "page.md, line 1: summary is missing"),
        ("page.md", PAGE.replace('section = "ketamine"\n', ""), "page.md, line 1: section is missing"),
        ("page.md", PAGE.replace("Words.\n", ""), "page.md, line 1: body is missing"),
        ("pages/ketamine.md", "x", "ketamine.md, line 1: the file must start with a line of +++"),
    ],
)  # fmt: skip
def test_malformed_file_is_named_with_its_line_and_reason(starter_folder, name, text, message):
    starter_folder.write(name, text)

    with pytest.raises(StarterError) as error:
        read(starter_folder.path)

    assert str(error.value) == message


def test_file_that_is_not_text_is_named_with_its_line(starter_folder):
    (starter_folder.path / "page.md").write_bytes(b"+++\ntitle = \xff\n+++\n")

    with pytest.raises(StarterError) as error:
        read(starter_folder.path)

    assert str(error.value) == "page.md, line 2: the file is not UTF-8 text"


def test_missing_file_is_named(starter_folder):
    (starter_folder.path / "glossary.toml").unlink()

    with pytest.raises(StarterError) as error:
        read(starter_folder.path)

    assert str(error.value) == "glossary.toml, line 1: the file cannot be read (No such file or directory)"


def test_error_of_an_entry_names_the_line_of_its_own_field(starter_folder):
    text = '[[section]]\nslug = "b"\ntitle = "About a"\nsummary = "a"\n\n[[section]]\nslug = "a"\ntitle = "A"\nsummary = "A."\n'
    file = starter_folder.write("sections.toml", text)
    entry = Entry("section", "a", {}, file)

    assert str(entry.error("summary", "too long")) == "sections.toml, line 9: too long"


@pytest.mark.parametrize(
    ("landmarks", "line"), [((), 1), (("one",), 1), (("two",), 2), (("two", "one"), 3), (("two", "none"), 2), (("none",), 1)]
)
def test_line_is_the_last_landmark_found_from_the_one_before_it_on(landmarks, line):
    assert line_of("one\ntwo\none\n", *landmarks) == line


def test_digest_changes_with_the_data_and_not_with_its_order():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})


def test_starter_content_has_what_the_brief_asks_for():
    entries = read()

    counts = {kind: sum(entry.kind == kind for entry in entries) for kind in ("section", "article")}
    assert counts == {"section": 7, "article": 18}
    assert sum("profile" in entry.data for entry in entries) == 5
    assert sorted(path.name for path in (STARTER / "pages").glob("*.md")) == [
        "about.md", "accessibility.md", "leaving-quickly.md", "privacy.md", "urgent-help.md",
    ]  # fmt: skip
