"""What the starter pages say of other parts of the site, on a fresh installation and once the clinic has said more."""

import pytest
from django.core.management import call_command

from content.models import ClinicDetails
from enquiries.forms import NEEDED, EnquiryForm
from tests.pages import texts

pytestmark = pytest.mark.django_db
PAGES = ("/contact/", "/about/", "/getting-help/what-to-expect/", "/enquire/")
MORE_WAYS = ("other ways", "other contact", "ways to reach us", "whichever way", "call us")
#: How the page names each question that must be answered.
SAID = {
    "audience": "whether this is about you or someone else",
    "way": "how our reply should reach you",
    "urgent": "whether you need help today",
    "privacy": "there is a box to tick",
    "phone": "we also ask for your number",
    "voicemail": "whether a voicemail is safe",
    "say_who": "whether we may say that the clinic is calling",
    "email": "we ask for the address",
    "email_safe": "whether it is safe to email you",
}


@pytest.fixture(autouse=True)
def starter():
    call_command("load_starter")


def words(client, address):
    return texts(client.get(address), "//main")[0]


@pytest.mark.parametrize("address", PAGES)
def test_no_other_way_is_promised_where_there_is_none(client, address):
    said = words(client, address).lower()

    assert [promise for promise in MORE_WAYS if promise in said] == []


def test_opening_hours_alone_are_no_way_to_reach_anybody(client):
    ClinicDetails.objects.create(opening_hours="Monday to Friday, 9 to 5")

    said = words(client, "/contact/")

    assert "When we are open Opening hours Monday to Friday, 9 to 5" in said
    assert "Other ways to reach us" not in said


@pytest.mark.parametrize("fact", ["phone", "email", "address"])
def test_any_other_way_is_named_once_there_is_one(client, fact):
    ClinicDetails.objects.create(**{fact: "07700 900 111"})

    assert "Other ways to reach us" in words(client, "/contact/")
    assert "other ways to reach us" in words(client, "/enquire/")
    assert ("call us on 07700 900 111" in words(client, "/getting-help/what-to-expect/")) == (fact == "phone")


def test_the_page_on_what_to_expect_names_every_question_that_must_be_answered(client):
    said = words(client, "/getting-help/what-to-expect/")
    needed = {name for name, field in EnquiryForm(stamp="").fields.items() if field.required}
    needed |= {name for names in NEEDED.values() for name in names}

    assert needed == set(SAID)
    assert {name: line for name, line in SAID.items() if line not in said} == {}
    assert "There are 3 questions that you need to answer" in said


def test_about_says_who_runs_the_site(client):
    assert "Who runs this site? It is run by Acquiesce." in words(client, "/about/")


@pytest.mark.parametrize(
    "address", ["/ketamine/understanding-ketamine-dependence/", "/urgent-help/", "/getting-help/what-to-expect/", "/enquire/"]
)
def test_every_page_sends_whoever_cannot_pee_to_the_same_place(client, monkeypatch, address):
    monkeypatch.setattr("enquiries.views.enquire.is_open", lambda: True)
    page = client.get(address)
    item = "//main//li[contains(., 'pee at all') or contains(., 'no pee')]"

    advice = [*texts(page, item), *texts(page, f"{item}/ancestor::div[contains(@class, 'care-')]/*[1]")]

    assert "A&E" in " ".join(advice)
    assert "111" not in " ".join(advice)
