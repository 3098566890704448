"""The commands that load and check the content."""

import pytest
from django.core.management import CommandError, call_command

from content.models import Article, Section, StarterRecord
from tests.content.factories import make_article, make_draft

pytestmark = pytest.mark.django_db
PLAIN = "<p>" + "We can talk with you. " * 80 + "</p>"  # 16 characters in 5 words: 4.71 × 3.2 + 2.5 - 21.43 + 5 = 1.1


# --- load_starter -----------------------------------------------------------------------------------------------------


def test_load_says_what_it_did(starter_folder, capsys):
    call_command("load_starter", folder=starter_folder.path)
    call_command("load_starter", folder=starter_folder.path)

    assert capsys.readouterr().out.splitlines() == ["Starter content: 1 created.", "Starter content: 1 unchanged."]
    assert Section.objects.get().slug == "ketamine"


def test_load_names_what_it_left_to_staff(starter_folder, capsys):
    Section.objects.create(slug="ketamine", title="Staff's own", menu_title="K", summary="K")

    call_command("load_starter", folder=starter_folder.path)

    assert capsys.readouterr().out == "Starter content: 1 left to staff.\n  left as staff have it: section ketamine\n"


def test_dry_run_says_the_same_and_does_nothing(starter_folder, capsys):
    call_command("load_starter", folder=starter_folder.path, dry_run=True)

    assert capsys.readouterr().out == "Starter content: 1 created.\n"
    assert (Section.objects.count(), StarterRecord.objects.count()) == (0, 0)


def test_dry_run_still_finds_mistakes(starter_folder):
    starter_folder.write("sections.toml", '[[section]]\nslug = "a"\ncolour = "red"\n')

    with pytest.raises(CommandError) as error:
        call_command("load_starter", folder=starter_folder.path, dry_run=True)

    assert str(error.value) == "sections.toml, line 3: colour is not a field of a section. Nothing was loaded."


def test_mistake_ends_the_load_with_its_place_and_loads_nothing(starter_folder):
    starter_folder.write("page.md", "Words.\n")

    with pytest.raises(CommandError) as error:
        call_command("load_starter", folder=starter_folder.path)

    assert str(error.value) == "page.md, line 1: the file must start with a line of +++. Nothing was loaded."
    assert (Section.objects.count(), StarterRecord.objects.count()) == (0, 0)


# --- check_content ----------------------------------------------------------------------------------------------------


def test_check_of_good_content_gives_a_line_an_article(capsys):
    make_article(slug="good", body=PLAIN)

    call_command("check_content")

    assert capsys.readouterr().out.splitlines() == [
        f"{'good':36}   400 words  reading age  1.1  longest sentence  5  review not yet       ok",
        "1 articles checked; none has anything that must not be published.",
    ]


def test_check_of_bad_content_names_what_is_wrong_and_fails(capsys):
    make_article(slug="good", order=1, body=PLAIN)
    make_article(slug="bad", order=2, body="<p>An addict took 20.</p>")

    with pytest.raises(CommandError) as error:
        call_command("check_content")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["good", "bad"]
    assert lines[0].endswith("  ok")
    assert lines[1].endswith("  NOT FIT TO PUBLISH")
    assert lines[2:] == [
        "    note: an unusual length: 4 words; 300 to 2,199 are usual",
        "    figure without a source: An addict took 20.",
        "    term to avoid: “addict”; say a person with ketamine dependence",
    ]
    assert str(error.value) == "1 of 2 articles must not be published as they are."


def test_check_with_notes_only_passes(capsys):
    make_article(body="<p>Short.</p>")

    call_command("check_content")

    assert "note: an unusual length: 1 words; 300 to 2,199 are usual" in capsys.readouterr().out


def test_check_leaves_out_what_is_not_public_unless_asked(capsys):
    make_article(slug="public", body=PLAIN)
    make_draft(slug="draft", body="<p>An addict.</p>")

    call_command("check_content")
    public = capsys.readouterr().out
    with pytest.raises(CommandError, match="1 of 2 articles"):
        call_command("check_content", all=True)

    assert "draft " not in public
    assert "draft " in capsys.readouterr().out


@pytest.mark.parametrize("count", [1, 3])
def test_check_takes_as_many_queries_however_many_articles_there_are(django_assert_num_queries, capsys, count):
    for _ in range(count):
        make_article(body=PLAIN)

    with django_assert_num_queries(8):
        call_command("check_content")


def test_starter_content_passes_the_check(capsys):
    call_command("load_starter")

    call_command("check_content")

    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"{Article.objects.count()} articles checked; none has anything that must not be published."
    assert Article.objects.count() == 18
