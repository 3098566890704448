"""What the starter pages say of other parts of the site, on a fresh installation and once the clinic has said more."""

from unittest.mock import patch

from django.core.management import call_command
from django.test import TestCase

from content.models import ClinicDetails
from enquiries.forms import NEEDED, EnquiryForm
from tests.pages import texts

PAGES = ("/contact/", "/about/", "/getting-help/what-to-expect/", "/enquire/")
URGENT = ("/ketamine/understanding-ketamine-dependence/", "/urgent-help/", "/getting-help/what-to-expect/", "/enquire/")
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


class TestFreshInstallation(TestCase):
    """A class, because loading the starter content takes seconds and Django does it once for a class."""

    @classmethod
    def setUpTestData(cls):
        call_command("load_starter", verbosity=0)

    def words(self, address):
        return texts(self.client.get(address), "//main")[0]

    def test_no_other_way_is_promised_where_there_is_none(self):
        said = {address: self.words(address).lower() for address in PAGES}

        assert [(address, promise) for address in PAGES for promise in MORE_WAYS if promise in said[address]] == []

    def test_opening_hours_alone_are_no_way_to_reach_anybody(self):
        ClinicDetails.objects.create(opening_hours="Monday to Friday, 9 to 5")

        said = self.words("/contact/")

        assert "When we are open Opening hours Monday to Friday, 9 to 5" in said
        assert "Other ways to reach us" not in said

    def test_any_other_way_is_named_once_there_is_one(self):
        for fact in ("phone", "email", "address"):
            ClinicDetails(**{fact: "07700 900 111"}).save()

            assert "Other ways to reach us" in self.words("/contact/")
            assert "other ways to reach us" in self.words("/enquire/")
            assert ("call us on 07700 900 111" in self.words("/getting-help/what-to-expect/")) == (fact == "phone")

    def test_the_page_on_what_to_expect_names_every_question_that_must_be_answered(self):
        said = self.words("/getting-help/what-to-expect/")
        needed = {name for name, field in EnquiryForm(stamp="").fields.items() if field.required}
        needed |= {name for names in NEEDED.values() for name in names}

        assert needed == set(SAID)
        assert {name: line for name, line in SAID.items() if line not in said} == {}
        assert "There are 3 questions that you need to answer" in said

    def test_about_says_who_runs_the_site(self):
        assert "Who runs this site? It is run by Acquiesce." in self.words("/about/")

    @patch("enquiries.views.enquire.is_open", lambda: True)
    def test_every_page_sends_whoever_cannot_pee_to_the_same_place(self):
        item = "//main//li[contains(., 'pee at all') or contains(., 'no pee')]"
        for address in URGENT:
            page = self.client.get(address)

            advice = " ".join([*texts(page, item), *texts(page, f"{item}/ancestor::div[contains(@class, 'care-')]/*[1]")])

            assert ("A&E" in advice, "111" in advice) == (True, False), address
