"""What pages tell search engines about themselves: valid, true, and nothing that the page does not show."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from content.models import Article, ClinicDetails
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_profile,
    make_section,
    make_source,
    make_user,
)
from tests.content.schema_org import faults
from tests.pages import tree

pytestmark = pytest.mark.django_db

BLOCK = "//script[@type='application/ld+json']/text()"
ROOT = "http://localhost"


def nodes(client, address):
    """Return the nodes on a page by their type, of which it has one each; none if it has no data."""
    blocks = tree(client.get(address, headers={"host": "localhost"})).xpath(BLOCK)
    assert len(blocks) <= 1
    graph = json.loads(blocks[0])["@graph"] if blocks else []
    return {node["@type"] if isinstance(node["@type"], str) else node["@type"][0]: node for node in graph}


def text_of(client, address):
    """Return the words of a page without its citation marks."""
    page = tree(client.get(address))
    for mark in page.xpath("//sup | //script"):
        mark.drop_tree()
    return " ".join(page.text_content().split())


@pytest.fixture
def therapy():
    article = make_article(
        section=make_section(slug="therapies", title="Therapies explained", menu_title="Therapies"),
        slug="talking",
        title="Talking <therapy>",
        short_title="Talking",
        body="<p>Words [paper-2024].</p>",
    )
    make_profile(article, what_it_is="A talk [paper-2024].", session_like="You sit & talk.")
    cite(article, make_source(key="paper-2024", title="On talk", publisher="A journal", year=2024, url="https://a.example/"))
    return article


def test_article_says_what_it_is(client, therapy):
    page = nodes(client, "/therapies/talking/")["MedicalWebPage"]

    assert page == {
        "@type": "MedicalWebPage",
        "@id": f"{ROOT}/therapies/talking/#page",
        "url": f"{ROOT}/therapies/talking/",
        "name": "Talking <therapy>",
        "description": "What this page says.",
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "datePublished": therapy.publish_at.isoformat(),
        "dateModified": page["dateModified"],
        "about": {"@id": f"{ROOT}/therapies/talking/#therapy"},
        "citation": [
            {
                "@type": "CreativeWork",
                "name": "On talk",
                "publisher": {"@type": "Organization", "name": "A journal"},
                "datePublished": "2024",
                "url": "https://a.example/",
            }
        ],
    }


def test_therapy_is_described_by_its_profile_without_citation_marks(client, therapy):
    assert nodes(client, "/therapies/talking/")["MedicalTherapy"] == {
        "@type": "MedicalTherapy",
        "@id": f"{ROOT}/therapies/talking/#therapy",
        "name": "Talking <therapy>",
        "url": f"{ROOT}/therapies/talking/",
        "description": "A talk.",
        "howPerformed": "You sit & talk.",
    }


def test_breadcrumbs_lead_from_home_to_the_page(client, therapy):
    steps = nodes(client, "/therapies/talking/")["BreadcrumbList"]["itemListElement"]

    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Home", f"{ROOT}/"),
        (2, "Therapies", f"{ROOT}/therapies/"),
        (3, "Talking <therapy>", f"{ROOT}/therapies/talking/"),
    ]


def test_review_is_named_only_after_it_happened(client, therapy):
    before = nodes(client, "/therapies/talking/")["MedicalWebPage"]
    Article.objects.filter(pk=therapy.pk).update(last_reviewed=date(2026, 3, 2), reviewer_role="Consultant psychiatrist")
    after = nodes(client, "/therapies/talking/")["MedicalWebPage"]

    assert (before.keys() & {"lastReviewed", "reviewedBy"}) == set()
    assert after["lastReviewed"] == "2026-03-02"
    assert after["reviewedBy"] == {"@type": "Person", "jobTitle": "Consultant psychiatrist"}


def test_questions_make_a_question_page(client, therapy):
    make_faq(therapy, question="Does it hurt?", answer="<p>No [paper-2024].</p><p>Not at all.</p>")
    make_faq(therapy, question="What does it cost?", answer="<p>It is {{fees}}.</p><p>Ask us.</p>")

    page = nodes(client, "/therapies/talking/")["MedicalWebPage"]

    assert page["@type"] == ["MedicalWebPage", "FAQPage"]
    assert [(q["name"], q["acceptedAnswer"]["text"]) for q in page["mainEntity"]] == [
        ("Does it hurt?", "No. Not at all."),
        ("What does it cost?", "Ask us."),
    ]


def test_page_that_is_about_no_therapy_says_its_subject(client):
    make_article(slug="bladder", title="Your bladder")

    found = nodes(client, "/ketamine/bladder/")

    assert found["MedicalWebPage"]["about"] == {"@type": "Thing", "name": "Your bladder"}
    assert "MedicalTherapy" not in found


def test_text_cannot_end_the_block(client, therapy):
    Article.objects.filter(pk=therapy.pk).update(summary='</script><script>alert("1")</script> & more')

    response = client.get("/therapies/talking/")

    assert b"<script>alert" not in response.content
    assert nodes(client, "/therapies/talking/")["MedicalWebPage"]["description"].startswith("</script>")


# --- When it changed --------------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _add_question(article):
    make_faq(article)


def _remove_question(article):
    article.faqs.get().delete()


def _change_profile(article):
    article.profile.evidence = "Newer studies."
    article.profile.save()


def _correct_source(article):
    source = article.citations.get().source
    source.title = "A better title"
    source.save()


@pytest.mark.parametrize("change", [_add_question, _remove_question, _change_profile, _correct_source])
def test_page_counts_as_modified_when_a_part_of_it_changes(client, change):
    with time_machine.travel(MONDAY, tick=False):
        article = make_article(slug="talking", publish_at=MONDAY)
        make_profile(article)
        make_faq(article)
        cite(article, make_source())
        other = make_article(slug="other", publish_at=MONDAY)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        change(article)

    changed = {article.slug: article.changed_at for article in Article.objects.with_change()}

    assert changed == {"talking": MONDAY + timedelta(days=1), other.slug: MONDAY}


def test_scheduled_page_counts_from_its_publication():
    with time_machine.travel(MONDAY, tick=False):
        make_article(publish_at=MONDAY + timedelta(days=2))
        make_draft(publish_at=None)

    changed = Article.objects.with_change().order_by("pk").values_list("changed_at", flat=True)

    assert list(changed) == [MONDAY + timedelta(days=2), MONDAY]


# --- The clinic -------------------------------------------------------------------------------------------------------

FACTS = {
    "clinic_name": "Acquiesce",
    "legal_name": "Acquiesce Ltd",
    "address": "1 High St\nLeeds",
    "phone": "0113 000",
    "email": "a@b.example",
}
NODE = {"@type": "MedicalClinic", "@id": f"{ROOT}/#clinic", "name": "Acquiesce", "url": f"{ROOT}/"}


@pytest.fixture
def about():
    section = make_section(slug="site", standing=True)
    return make_article(section=section, slug="about", title="About us", body="<p>Call {{phone}}.</p>")


@pytest.mark.parametrize("address", ["/", "/contact/", "/about/"])
def test_clinic_of_which_nothing_is_known_has_its_name(client, about, address):
    assert nodes(client, address)["MedicalClinic"] == NODE


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/", {"legalName": "Acquiesce Ltd", "address": "1 High St Leeds"}),
        ("/about/", {"legalName": "Acquiesce Ltd", "address": "1 High St Leeds", "telephone": "0113 000"}),
        (
            "/contact/",
            {"legalName": "Acquiesce Ltd", "address": "1 High St Leeds", "telephone": "0113 000", "email": "a@b.example"},
        ),
    ],
)
def test_clinic_has_the_facts_that_its_page_shows(client, about, address, shown):
    ClinicDetails(pk=1, **FACTS).save()

    assert nodes(client, address)["MedicalClinic"] == NODE | shown
    assert [value for value in shown.values() if value not in text_of(client, address)] == []


def test_standing_page_is_no_medical_page(client, about):
    assert nodes(client, "/about/").keys() == {"BreadcrumbList", "WebPage", "MedicalClinic"}


# --- What must not show -----------------------------------------------------------------------------------------------


def test_hidden_content_never_appears(client, therapy, about):
    make_draft(section=therapy.section, slug="secret", title="Secret", summary="Secret.")
    therapy.related.add(Article.objects.get(slug="secret"))
    therapy.author = make_user(name="Wilhelmina Quill")
    therapy.save()

    data = [
        json.dumps(nodes(client, address)) for address in ("/", "/therapies/", "/therapies/talking/", "/about/", "/contact/")
    ]

    assert [word for word in ("ecret", "Quill", "@clinic", "[paper-2024]", "{{") if word in "".join(data)] == []


def test_preview_has_no_data(client, admin_client):
    draft = make_draft(slug="secret")

    response = admin_client.get(f"/admin/content/article/{draft.pk}/preview/")

    assert response.status_code == 200
    assert tree(response).xpath(BLOCK) == []


class TestStarterContent(TestCase):
    """The content that a new clinic has, as a whole."""

    @classmethod
    def setUpTestData(cls):
        call_command("load_starter", verbosity=0)
        Article.objects.filter(slug="group-therapy").update(last_reviewed=timezone.localdate(), reviewer_role="Nurse")

    def test_every_page_is_valid_and_says_only_what_it_shows(self):
        addresses = [article.get_absolute_url() for article in Article.objects.published().select_related("section")]
        unknown, unseen = {}, {}
        for address in ["/", "/contact/", "/therapies/", *addresses]:
            found = nodes(self.client, address)
            known = {node["@id"]: node for node in found.values() if "@id" in node}
            unknown[address] = [fault for node in found.values() for fault in faults(node, known)]
            page = text_of(self.client, address)
            unseen[address] = [text for text in _texts(list(found.values())) if text not in page]

        assert {address: what for address, what in unknown.items() if what} == {}
        assert {address: what for address, what in unseen.items() if what} == {}


def _texts(value, name=""):
    """Return every text that a reader could look for on the page: names, questions, roles."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item, name)]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in _texts(item, key)]
    return [value] if name in ("name", "jobTitle", "description", "howPerformed") else []
