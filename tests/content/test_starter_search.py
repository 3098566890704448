"""What a worried parent, or a person who uses ketamine, finds on a fresh installation with the words that they have."""

from django.core.management import call_command
from django.test import TestCase

from content.models import GlossaryTerm
from content.pointers import glossary_names, our_words
from content.search import search

KETAMINE, CANNABIS, FAMILIES = "understanding-ketamine-dependence", "cannabis-treatment", "for-families-and-friends"
URGENT, GROUPS, AFTERCARE = "urgent-help", "group-therapy", "aftercare-and-long-term-support"
#: Which page is among the first three for these words.
FINDS = {
    KETAMINE: "keta, ket, kett, k hole, k-hole, khole, pills, detox, ket bladder, bladder cramps, pee hurts, hurts to pee, uti, "
    "k cramps, belly pain, nosebleeds, sniffing ket, panic attacks, tolerance, quit, get clean, addicted, "
    "methadone, heroin, xanax, vallies, harm reduction, withdrawal, cold turkey, what is ket, is ket addictive, "
    "horse tranquilliser, adiction, kcramps, is ketamine illegal, my bladder hurts, blood in pee, ketamine and alcohol, "
    "ketmine, katamine, bladdder, withdrawl, nose bleeding, my son is adicted to ketmine, brain fog, spravato, depersonalisation",
    CANNABIS: "edibles, gummies, hash, weed, spice, vapes, insomnia, comedown, cannibis, marijauna, weed addiction",
    FAMILIES: "my son, my daughter, my husband is on ket, my kid, my teen, bf on ket, my mate, debt, dealer, alanon, stealing, my son steals money, carers, "
    "help for families, help my son, is my child on drugs, worried about a friend, help for famlies, "
    "my boyfriend won't stop, my boyfriend wont stop, how to help my daughter stop taking ket, found ket in my sons room, tough love, what is enabling, freinds",
    URGENT: "hospitl, jaundice, blood in urine, weeing blood, valium, hospital, drunk, tapering",
    GROUPS: "AA, AA meetings, A.A., 12 steps, twelve steps, NA meetings, CA meetings, alcoholics anonymous, sponsor, lonely",
    AFTERCARE: "aftercare, relapsed, craving, sober, i’ve relapsed, ive relapsed, homeless",
    "cognitive-behavioural-therapy": "C.B.T., cognitive behavioral therapy",
    "dialectical-behaviour-therapy": "dialectical behavioral therapy",
    "choosing-a-therapy": "counselling, councelling, rehab, rehab near me",
    "co-occurring-conditions": "mandy, mdma, magic mushrooms, laughing gas, paranoid, hallucinations, adhd",
    "trauma-informed-therapy": "flashbacks, nightmares",
    "confidentiality": "arrested, uni, will my parents know, will you tell my gp, gdpr",
    "leaving-quickly": "exit",
}
#: Words for which there is no page. A page that only sounds like it would be worse than none.
NOTHING = "pregnant, breastfeeding, lamotrigine, chemsex, prison"
#: Words of danger, for which numbers to call come first.
DANGER = (
    "spiked, drink spiked, drugs mixed, mixed ket and alcohol, overdose, took too much, bad trip, he hit me, violent, "
    "domestic violence, can't pee, cant wee"
)


def ask(query):
    return search(query, names=our_words(glossary_names(GlossaryTerm.objects.all())))


def first(query):
    found = ask(query)
    return [] if found.partial else [hit.article.slug for hit in found.results[:3]]


class TestFreshInstallation(TestCase):
    """A class, because loading the starter content takes seconds and Django does it once for a class."""

    @classmethod
    def setUpTestData(cls):
        call_command("load_starter", verbosity=0)

    def test_everyday_words_find_the_page_that_is_about_them(self):
        missed = {
            query: first(query) for slug, words in FINDS.items() for query in words.split(", ") if slug not in first(query)
        }

        assert missed == {}

    def test_words_without_a_page_find_nothing(self):
        assert {query: first(query) for query in NOTHING.split(", ") if ask(query).total} == {}

    def test_words_of_danger_are_heard_and_never_corrected(self):
        heard = {query: (ask(query).urgent, ask(query).suggestion) for query in DANGER.split(", ")}

        assert set(heard.values()) == {(True, None)}, heard
