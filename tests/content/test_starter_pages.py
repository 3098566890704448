"""How the pages of a fresh installation stand beside each other: in search results, in their section, and at their own end."""

import re
from collections import Counter

import pytest
from django.core.management import call_command

from content.models import Article, Section
from tests.pages import texts, tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def starter():
    call_command("load_starter")


def test_no_two_pages_have_the_same_title(client):
    pages = [*Section.objects.listed(), *Article.objects.published()]

    titles = Counter(texts(client.get(page.get_absolute_url()), "//title")[0] for page in pages)

    assert [title for title, times in titles.items() if times > 1] == []


@pytest.mark.parametrize("section", ["aftercare", "families"])
def test_a_section_names_its_only_page_by_another_name_than_its_own(client, section):
    page = client.get(f"/{section}/")

    assert texts(page, "//h1") != texts(page, "//h3")


def test_no_page_ends_with_a_link_to_itself(client):
    address = "/getting-help/what-to-expect/"
    asks = "//aside[@class='ask']//a/@href"

    assert tree(client.get("/getting-help/confidentiality/")).xpath(asks) == ["/enquire/", address]
    assert tree(client.get(address)).xpath(asks) == ["/enquire/"]


@pytest.mark.parametrize(
    ("address", "times"),
    [("/about/", 0), ("/accessibility/", 0), ("/urgent-help/", 2), ("/families/for-families-and-friends/", 2)],
)
def test_only_pages_for_a_clinician_wait_for_one_on_screen_and_on_paper(client, address, times):
    assert client.get(address).content.decode().count("Waiting for its first clinical review") == times


def test_the_comparison_says_no_long_sentence_twice(client):
    cells = " ".join(texts(client.get("/therapies/compare/"), "//main//td"))

    said = Counter(sentence for sentence in re.split(r"(?<=[.?]) ", cells) if len(sentence.split()) > 12)

    assert said
    assert max(said.values()) == 1
