"""Links from one page of this site to another: what the content check says of them, and what saving refuses."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from content import actions
from content.admin.inward import LED_TO
from content.links.inward import own_path
from content.models import Article, ClinicDetails, Redirect
from content.quality.report import Checker
from tests.content.factories import make_article, make_draft, make_faq, make_section, make_term, make_user
from tests.pages import form_values, texts

pytestmark = pytest.mark.django_db

PLAIN = "<p>" + "We can talk with you. " * 80 + "</p>"


def link_to(address):
    return f'{PLAIN}<p><a href="{address}">there</a></p>'


def problems(article):
    found = Checker().report(Article.objects.with_page().get(pk=article.pk)).problems
    return [(str(problem), problem.blocks) for problem in found]


@pytest.fixture
def target():
    """A page with headings, at an address that is not its first, and with a term in the glossary."""
    target = make_article(slug="old", body="<h2>What it costs</h2><p>{{fees}}</p><h2>For {{clinic_name}}</h2>")
    target.slug = "new"
    target.save()
    make_term("Craving")
    ClinicDetails(pk=1, clinic_name="Dawn House").save()
    return target


# --- What the check says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/ketamine/new/", "/ketamine/new/#what-it-costs", "/ketamine/new/#for-dawn-house", "/ketamine/new/#page-sources", "/ketamine/new/#main",
        "/glossary/#craving", "/glossary/#letter-c", "/contact/#contact-urgent", "/ketamine/#anything", "#what-it-is", "#", "#top",
        "https://clinic.example/ketamine/new/", "https://clinic.example", "https://CLINIC.example/?x=1",
    ],
)  # fmt: skip
def test_link_that_finds_its_page_and_part_is_passed_over(target, settings, address):
    settings.SITE_URL = "https://clinic.example"

    assert problems(make_article(body=f"<h2>What it is</h2>{link_to(address)}")) == []


@pytest.mark.parametrize(
    ("address", "words", "blocks"),
    [
        ("/ketamine/old/", "link to an address that has moved: /ketamine/old/, which is /ketamine/new/ now", False),
        ("/ketamine/old/#x", "link to an address that has moved: /ketamine/old/, which is /ketamine/new/ now", False),
        ("#nowhere", "link to a part of a page that is not there: #nowhere", False),
        ("/ketamine/new/#nowhere", "link to a part of a page that is not there: /ketamine/new/#nowhere", False),
        ("/glossary/#nowhere", "link to a part of a page that is not there: /glossary/#nowhere", False),
        ("https://clinic.example/nothing/", "broken link: https://clinic.example/nothing/", True),
        ("/ketamine/nothing/#x", "broken link: /ketamine/nothing/", True),
    ],
)
def test_link_that_does_not_is_told(target, settings, address, words, blocks):
    settings.SITE_URL = "https://clinic.example"

    assert problems(make_article(body=link_to(address))) == [(words, blocks)]


def test_address_that_moved_to_a_page_taken_back_is_broken(target):
    Article.objects.filter(pk=target.pk).update(state="draft")

    assert problems(make_article(body=link_to("/ketamine/old/"))) == [("broken link: /ketamine/old/", True)]


def test_address_of_a_section_that_moved_is_told():
    section = make_section(slug="elsewhere")
    Redirect.objects.create(old_path="/before/", section=section)

    [(words, blocks)] = problems(make_article(body=link_to("/before/")))
    assert (words, blocks) == ("link to an address that has moved: /before/, which is /elsewhere/ now", False)


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("/x/?y#z", "/x/?y#z"), ("https://clinic.example/x/#z", "/x/#z"), ("http://www.clinic.example/", "/"), ("//clinic.example/x/", None),
        ("https://clinic.example.evil.example/", None), ("https://else.example/", None), ("mailto:a@clinic.example", None), ("#z", None),
        ("https://[bad/", None), ("tel:999", None), ("https:///x/", None),
    ],
)  # fmt: skip
def test_what_is_a_link_to_this_site(settings, link, path):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://clinic.example", ["clinic.example", "www.clinic.example"]

    assert own_path(link) == path


def test_every_host_being_allowed_makes_no_host_ours(settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://clinic.example", ["*"]

    assert own_path("https://else.example/") is None


# --- What saving says ---------------------------------------------------------------------------------------------------

REFUSED = (
    "The link to /ketamine/nothing/ leads to no page that the public can see. Publish that page first, or take the link out."
)


@pytest.fixture
def save(client):
    """Return a function that opens an article as a reviewer, changes what is named, and presses Save."""
    client.force_login(make_user("reviewer"))

    def press(article, **changes):
        address = reverse("admin:content_article_change", args=[article.pk])
        return client.post(address, form_values(client.get(address), "article_form", **changes), follow=True)

    return press


def errors(response):
    return texts(response, "//ul[contains(@class, 'errorlist')]/li")


def told(response):
    return texts(response, "//ul[@class='messagelist']//li//li")


def test_draft_is_saved_and_its_broken_link_told(save):
    article = make_draft()

    response = save(article, body=link_to("/ketamine/nothing/"))

    assert told(response) == ["broken link: /ketamine/nothing/"]
    article.refresh_from_db()
    assert "/ketamine/nothing/" in article.body


@pytest.mark.parametrize("field", ["body", "urgent_help"])
def test_page_with_a_broken_link_is_not_published(save, field):
    article = make_draft()

    response = save(article, state="published", **{field: link_to("/ketamine/nothing/")})

    assert errors(response) == [REFUSED]
    article.refresh_from_db()
    assert article.state == "draft"


def test_page_with_a_broken_link_in_an_answer_is_not_published(save):
    article = make_draft()
    make_faq(article, answer=link_to("/ketamine/nothing/"))

    response = save(article, state="published")

    assert errors(response) == [REFUSED]
    article.refresh_from_db()
    assert article.state == "draft"


def test_answer_that_is_deleted_stands_in_nobodys_way(save):
    article = make_draft()
    make_faq(article, answer=link_to("/ketamine/nothing/"))

    save(article, state="published", faqs__0__DELETE="on")

    article.refresh_from_db()
    assert (article.state, article.faqs.count()) == ("published", 0)


@pytest.mark.parametrize(
    "address", ["/ketamine/itself/", "/ketamine/itself/#part", "/ketamine/old/", "https://else.example/nothing/", "#nowhere"]
)
def test_page_may_link_to_itself_to_what_moved_and_to_others(save, target, address):
    article = make_draft(slug="itself", body=link_to(address))

    save(article, state="published")

    article.refresh_from_db()
    assert article.state == "published"


def test_public_page_keeps_a_link_that_broke_since_but_gets_no_new_one(save):
    article = make_article(body=link_to("/ketamine/broke/"))

    kept = save(article, body=link_to("/ketamine/broke/") + "<p>A number put right.</p>")
    refused = save(article, body=link_to("/ketamine/broke/") + link_to("/ketamine/nothing/"))

    article.refresh_from_db()
    assert told(kept) == ["broken link: /ketamine/broke/"]
    assert errors(refused) == [REFUSED]
    assert ("put right" in article.body, "nothing" in article.body) == (True, False)


def test_proposed_change_is_held_to_what_its_page_has(save):
    article = make_article(body=link_to("/ketamine/broke/"))
    change = actions.propose_change(article=article, author=make_user("editor"))

    refused = save(change, state="published", body=link_to("/ketamine/nothing/"))
    save(change, state="published", summary="Said better.")

    article.refresh_from_db()
    assert (errors(refused), article.summary) == ([REFUSED], "Said better.")


def test_pages_that_go_public_together_may_link_to_each_other(save):
    """The second is refused until it is to be public no earlier than what it links to."""
    later = timezone.localtime(timezone.now() + timedelta(days=3))
    make_article(slug="other", publish_at=later - timedelta(hours=1))
    article = make_draft(body=link_to("/ketamine/other/"))

    now = save(article, state="published")
    save(article, state="published", publish_at_0=f"{later:%Y-%m-%d}", publish_at_1=f"{later:%H:%M:%S}")

    article.refresh_from_db()
    assert (len(errors(now)), article.state) == (1, "published")


def test_taking_a_page_back_names_the_pages_that_link_to_it(save, target):
    make_article(title="Points here", body=link_to("/ketamine/new/#what-it-costs"))
    make_article(title="Points elsewhere", body=link_to("/ketamine/newer/"))
    make_draft(title="Not public", body=link_to("/ketamine/new/"))

    response = save(target, state="draft")

    assert (
        "The public does not see this page now, and these pages link to it:" in texts(response, "//ul[@class='messagelist']")[0]
    )
    assert [line for line in told(response) if "oints" in line or "public" in line] == ["Points here"]


def test_taking_back_what_nobody_links_to_is_not_remarked_on(save, target):
    assert "these pages link to it" not in texts(save(target, state="draft"), "//ul[@class='messagelist']")[0]


# --- Pages that the templates lead to -----------------------------------------------------------------------------------

STAYS = "Other pages of this site always lead here, so this page stays public. Change its words instead."


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_page_that_the_templates_lead_to_is_not_taken_back_even_from_another_address(save, state):
    urgent = make_article(section=make_section(slug="pages", standing=True), slug="urgent-help")
    urgent.slug = "in-a-crisis"
    urgent.save()

    response = save(urgent, state=state)

    urgent.refresh_from_db()
    assert (errors(response), urgent.state) == ([STAYS], "published")


def test_page_of_that_name_elsewhere_may_be_taken_back(save):
    other = make_article(slug="urgent-help")

    assert errors(save(other, state="draft")) == []


def test_every_page_that_the_templates_lead_to_is_known():
    """Those of therapies are not among them: the front page leads only to what there is."""
    text = "".join(path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html"))
    named = re.findall(r"{% url ['\"]content:(?:section|article)['\"] ((?:['\"][\w-]+['\"] ?)+)", text)
    addresses = {"/" + "/".join(re.findall(r"[\w-]+", words)) + "/" for words in named}

    assert {address for address in addresses if not address.startswith("/therapies/")} == LED_TO
