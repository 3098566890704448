"""What an editor writes in brackets and braces: what the page could not replace is said beside its field, and not saved."""

import pytest

from content.admin.tokens import unfilled
from content.models import Faq
from tests.content.factories import make_draft, make_faq, make_profile, make_section, make_source
from tests.content.test_admin_article import FORM, errors, page, save
from tests.pages import form_values

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "Shown [harding-2025] and [harding-2025].",
        "“They said [the clinic] would call.”",
        "As told [see below].",
        "It costs {{ fees }} or {{fees}}.",
        "An address in (round-brackets 2025).",
    ],
)
def test_honest_text_is_left_alone(text):
    make_source(key="harding-2025")

    assert list(unfilled(text)) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Shown [Harding-2025].", "[Harding-2025]"),
        ("Shown [ harding-2025 ].", "[harding-2025]"),
        ("Shown [harding_2025].", "[harding_2025]"),
        ("Shown [harding2025].", "[harding2025]"),
        ("Shown [Harding 2025].", "[Harding 2025]"),
        ("As on another site [12].", "[12]"),
        ("Shown [nobody-2020].", "no source with the key nobody-2020"),
        ("It costs {{Fees}}.", "no clinic fact called Fees"),
        ("It costs {{price}}.", "no clinic fact called price"),
    ],
)
def test_what_readers_would_see_as_it_stands_is_named(text, named):
    make_source(key="harding-2025")

    (words,) = unfilled(text)

    assert named in words


def test_answers_and_profiles_are_held_to_it_too(client, sign_in):
    article = make_draft(section=make_section(slug="therapies"))
    make_faq(article, answer="<p>Old.</p>")
    make_profile(article)
    sign_in("editor")

    refused = save(client, article, faqs__0__answer="<p>Shown [Nobody-2020].</p>", profile__0__evidence="Good [nobody-2020].")

    said = " ".join(errors(refused))
    assert ("[Nobody-2020] is not how" in said, "no source with the key nobody-2020" in said) == (True, True)
    assert Faq.objects.get(article=article).answer == "<p>Old.</p>"
    assert "Nobody-2020" in form_values(refused, FORM)["faqs-0-answer"][0]


def test_mended_key_is_saved(client, sign_in):
    make_source(key="harding-2025")
    article = make_draft()
    sign_in("editor")
    refused = save(client, article, body="<p>Shown [Harding-2025].</p>")

    saved = client.post(page("change", article), form_values(refused, FORM, body="<p>Shown [harding-2025].</p>"))

    assert (refused.status_code, saved.status_code) == (200, 302)
