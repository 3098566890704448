"""The feed and the sitemap, as the programs that read them see them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from lxml import etree

from content.models import Article, ClinicDetails, Section
from tests.content.factories import make_article, make_draft, make_faq, make_section
from tests.pages import count_queries

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def feed(client):
    return etree.fromstring(client.get("/feed/", headers={"host": "localhost"}).content)


def sitemap(client):
    """Return the date of each address in the sitemap's parts, empty where it has none."""
    index = etree.fromstring(client.get("/sitemap.xml", headers={"host": "localhost"}).content)
    parts = [part.removeprefix("http://localhost") for part in index.xpath("m:sitemap/m:loc/text()", namespaces=MAP)]
    roots = [etree.fromstring(client.get(part, headers={"host": "localhost"}).content) for part in parts]
    urls = [url for root in roots for url in root.iterfind("m:url", MAP)]
    return {url.findtext("m:loc", namespaces=MAP): url.findtext("m:lastmod", "", MAP) for url in urls}


def titles(client):
    return feed(client).xpath("a:entry/a:title/text()", namespaces=ATOM)


# --- The feed ---------------------------------------------------------------------------------------------------------


def test_feed_names_its_author_as_atom_requires(client):
    ClinicDetails.objects.create(clinic_name="The Hedge Clinic")

    assert feed(client).findtext("a:author/a:name", namespaces=ATOM) == "The Hedge Clinic"


def test_sign_that_xml_cannot_hold_breaks_no_feed(client):
    ClinicDetails.objects.create(clinic_name="The\x0bHedge")
    make_article(title="Sleep\x0bwell\ufffe", summary="Rest\x08is slow")
    entry = feed(client)

    assert entry.findtext("a:author/a:name", namespaces=ATOM) == "The Hedge"
    assert entry.findtext("a:entry/a:title", namespaces=ATOM).split() == ["Sleep", "well"]
    assert entry.findtext("a:entry/a:summary", namespaces=ATOM) == "Rest is slow"


def test_feed_describes_an_article(client):
    with time_machine.travel(NOON, tick=False):
        make_article(
            section=make_section(slug="ketamine"),
            slug="bladder",
            title="Your bladder & you",
            summary="What ketamine does <to> it.",
            publish_at=NOON - timedelta(days=2),
        )
        root = feed(client)

    entry = root.find("a:entry", ATOM)
    described = {etree.QName(child).localname: child.text or child.get("href") for child in entry}
    assert root.findtext("a:title", namespaces=ATOM) == "Articles"
    assert described == {
        "title": "Your bladder & you",
        "link": "http://localhost/ketamine/bladder/",
        "published": "2026-11-21T12:00:00+00:00",
        "updated": "2026-11-23T12:00:00+00:00",
        "id": "http://localhost/ketamine/bladder/",
        "summary": "What ketamine does <to> it.",
    }


def test_feed_lists_the_latest_change_first(client):
    for days, title in ((3, "Oldest"), (1, "Newest"), (2, "Middle")):
        with time_machine.travel(NOON - timedelta(days=days), tick=False):
            make_article(title=title)

    with time_machine.travel(NOON, tick=False):
        assert titles(client) == ["Newest", "Middle", "Oldest"]


def test_feed_has_the_latest_twenty(client):
    for number in range(22):
        with time_machine.travel(NOON + timedelta(minutes=number), tick=False):
            make_article(title=f"Article {number}")

    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert titles(client) == [f"Article {number}" for number in range(21, 1, -1)]


def test_feed_leaves_out_what_is_not_an_article_for_reading(client):
    make_article(title="Public")
    make_article(section=make_section(slug="site", standing=True), title="Privacy")
    make_draft(title="Unfinished")

    assert titles(client) == ["Public"]


def test_feed_without_articles_is_a_feed(client):
    assert titles(client) == []


# --- The sitemap ------------------------------------------------------------------------------------------------------


def test_sitemap_lists_every_public_page_with_its_date(client):
    with time_machine.travel(NOON, tick=False):
        make_section(slug="empty")
        make_article(section=make_section(slug="ketamine"), slug="bladder")
        make_article(section=make_section(slug="site", standing=True), slug="privacy")
        make_draft(slug="unfinished")
        found = sitemap(client)

    assert found == {
        "http://localhost/": "",
        "http://localhost/therapies/compare/": "",
        "http://localhost/glossary/": "",
        "http://localhost/contact/": "",
        "http://localhost/ketamine/": "",
        "http://localhost/empty/": "",
        "http://localhost/ketamine/bladder/": "2026-11-23",
        "http://localhost/privacy/": "2026-11-23",
    }


def test_every_address_of_the_sitemap_answers(client):
    make_article(section=make_section(slug="ketamine"))
    make_article(section=make_section(slug="site", standing=True), slug="privacy")

    statuses = {address: client.get(address).status_code for address in sitemap(client)}

    assert statuses == dict.fromkeys(statuses, 200)
    assert len(statuses) == 7


def test_sitemap_follows_an_article_that_moves(client):
    article = make_article(section=make_section(slug="ketamine"), slug="old")
    article.slug = "new"
    article.save()

    found = set(sitemap(client))

    assert ("http://localhost/ketamine/new/" in found, "http://localhost/ketamine/old/" in found) == (True, False)


def test_sitemap_is_split_into_parts_of_a_size(client, monkeypatch):
    monkeypatch.setattr("content.feeds.ArticleSitemap.limit", 2)
    for _ in range(3):
        make_article()

    index = etree.fromstring(client.get("/sitemap.xml", headers={"host": "localhost"}).content)

    assert index.xpath("m:sitemap/m:loc/text()", namespaces=MAP) == [
        "http://localhost/sitemap-articles.xml",
        "http://localhost/sitemap-articles.xml?p=2",
        "http://localhost/sitemap-sections.xml",
        "http://localhost/sitemap-pages.xml",
    ]
    assert len([address for address in sitemap(client) if "/ketamine/page-" in address]) == 3


def test_sitemap_has_the_date_of_the_page_as_it_is_shown(client):
    with time_machine.travel(NOON, tick=False):
        article = make_article(slug="bladder", publish_at=NOON)
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        make_faq(article)
        found = sitemap(client)

    assert found["http://localhost/ketamine/bladder/"] == "2026-11-25"


@pytest.mark.parametrize("address", ["/feed/", "/sitemap.xml", "/sitemap-articles.xml", "/llms.txt", "/api/articles/"])
def test_queries_do_not_grow_with_the_articles(client, address):
    make_article()
    with_one = count_queries(client, address)
    make_article()
    make_article()

    assert count_queries(client, address) == with_one <= 4
    assert (Article.objects.count(), Section.objects.count()) == (3, 1)
