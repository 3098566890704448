"""How the pages of a fresh installation stand beside each other: in search results, in their section, and at their own end."""

import re
from collections import Counter

from django.core.management import call_command
from django.test import TestCase

from content.models import Article, Section
from tests.pages import texts, tree

#: Pages about the site or the clinic, whose names people know from every other site.
PLAIN = {"/about/", "/accessibility/", "/contact/", "/leaving-quickly/", "/privacy/", "/urgent-help/"}


def public_addresses():
    pages = [*Section.objects.listed(), *Article.objects.published()]
    return ["/", "/therapies/compare/", "/glossary/", "/contact/", *(page.get_absolute_url() for page in pages)]


class TestFreshInstallation(TestCase):
    """A class, because loading the starter content takes seconds and Django does it once for a class."""

    @classmethod
    def setUpTestData(cls):
        call_command("load_starter", verbosity=0)

    def test_no_two_pages_have_the_same_title_or_description(self):
        pages = [tree(self.client.get(address)) for address in public_addresses()]

        for words in ("//title/text()", "//meta[@name='description']/@content"):
            times = Counter(page.xpath(words)[0] for page in pages)
            assert [said for said, count in times.items() if count > 1] == []

    def test_titles_and_descriptions_are_whole_in_search_results_and_name_their_subject(self):
        pages = {address: tree(self.client.get(address)) for address in public_addresses()}
        titles = {address: page.xpath("//title/text()")[0].strip() for address, page in pages.items()}
        descriptions = {address: page.xpath("//meta[@name='description']/@content")[0] for address, page in pages.items()}

        assert {address: title for address, title in titles.items() if len(title) > 65} == {}
        assert {address: said for address, said in descriptions.items() if not 60 <= len(said) <= 155} == {}
        about = re.compile(
            "ketamine|cannabis|drug|therap|interviewing|families|aftercare|who will know|get in touch", re.IGNORECASE
        )
        assert {address: title for address, title in titles.items() if address not in PLAIN and not about.search(title)} == {}

    def test_a_section_names_its_only_page_by_another_name_than_its_own(self):
        for section in ("aftercare", "families"):
            page = self.client.get(f"/{section}/")

            assert texts(page, "//h1") != texts(page, "//h3"), section

    def test_every_page_leads_on_to_another_place_on_the_site(self):
        """A footer is on each page, and is not what a reader asks next."""
        ends = {}
        for address in public_addresses():
            found = tree(self.client.get(address)).xpath("//main//a[not(ancestor::nav)]/@href")
            ends[address] = {link for link in found if link.startswith("/") and link.partition("#")[0] != address}

        assert {address: links for address, links in ends.items() if len(links) < 3} == {}

    def test_every_place_that_a_link_names_is_on_its_page(self):
        pages = {address: tree(self.client.get(address)) for address in public_addresses()}
        places = {link for page in pages.values() for link in page.xpath("//main//a/@href") if link[:1] == "/" and "#" in link}

        assert "/ketamine/understanding-ketamine-dependence/#what-does-ketamine-do-to-the-bladder" in places
        parted = {link.partition("#") for link in places}
        assert [link for link in parted if not pages[link[0]].xpath(f"//*[@id='{link[2]}']")] == []

    def test_no_page_ends_with_a_link_to_itself(self):
        address = "/getting-help/what-to-expect/"
        asks = "//aside[@class='ask']//a/@href"

        assert tree(self.client.get("/getting-help/confidentiality/")).xpath(asks) == ["/enquire/", address]
        assert tree(self.client.get(address)).xpath(asks) == ["/enquire/"]

    def test_only_pages_for_a_clinician_wait_for_one_on_screen_and_on_paper(self):
        times = {"/about/": 0, "/accessibility/": 0, "/urgent-help/": 2, "/families/for-families-and-friends/": 2}
        said = "Waiting for its first clinical review"

        assert {address: self.client.get(address).content.decode().count(said) for address in times} == times

    def test_the_comparison_says_no_long_sentence_twice(self):
        cells = " ".join(texts(self.client.get("/therapies/compare/"), "//main//td"))

        said = Counter(sentence for sentence in re.split(r"(?<=[.?]) ", cells) if len(sentence.split()) > 12)

        assert said
        assert max(said.values()) == 1
