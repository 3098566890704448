"""The public pages, by what they answer."""

import re
from collections import OrderedDict
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client, TestCase
from django.utils import timezone

from content import parts
from content import site as content_site
from content.likeness import ENOUGH
from content.models import Article, ClinicDetails, GlossaryTerm, Section, SupportLine
from content.version import version_of
from tests.content.factories import (
    cite,
    make_article,
    make_draft,
    make_faq,
    make_line,
    make_profile,
    make_section,
    make_source,
    make_term,
)
from tests.pages import count_queries, links, texts, tree

pytestmark = pytest.mark.django_db

#: The addresses of design section 2a that people read, and the heading that each must have. "" is an article's own title.
ADDRESSES = {
    "/": "Help with ketamine, starting from where you are",
    "/ketamine/": "Ketamine and dependence",
    "/therapies/": "Therapies for drug problems, explained",
    "/aftercare/": "Life after drug treatment",
    "/related-conditions/": "Cannabis and mental health",
    "/families/": "Help for families and friends",
    "/getting-help/": "Getting help with ketamine",
    "/ketamine/understanding-ketamine-dependence/": "",
    "/therapies/cognitive-behavioural-therapy/": "",
    "/therapies/dialectical-behaviour-therapy/": "",
    "/therapies/motivational-interviewing/": "",
    "/therapies/group-therapy/": "",
    "/therapies/trauma-informed-therapy/": "",
    "/aftercare/aftercare-and-long-term-support/": "",
    "/related-conditions/cannabis-treatment/": "",
    "/related-conditions/co-occurring-conditions/": "",
    "/families/for-families-and-friends/": "",
    "/getting-help/what-to-expect/": "",
    "/getting-help/choosing-a-therapy/": "",
    "/getting-help/confidentiality/": "",
    "/therapies/compare/": "The therapies side by side",
    "/glossary/": "Glossary",
    "/search/?q=bladder": "Search",
    "/urgent-help/": "",
    "/contact/": "Contact",
    "/privacy/": "",
    "/leaving-quickly/": "",
    "/accessibility/": "",
    "/about/": "",
    "/enquire/": "The confidential enquiry is not open yet",
    "/enquire/reply/": "Read our reply",
}
#: What is left behind by a fact that nobody has filled in.
TRACES = re.compile(
    r"""\{\{|\}\}|\bNone\b(?! [a-z])|href="(?:tel|mailto|sms):?"|<(?:dd|dt|li|p|td)>\s*</|Legal name:|Regulator:"""
)
CRISIS = {"tel:999", "tel:111", "tel:116123"}


@pytest.fixture
def site(db):
    """A page of every kind, in small."""
    make_section(slug="ketamine", order=1)
    therapies = make_section(slug="therapies", title="Therapies", order=2)
    make_article(section=make_section(slug="site", standing=True, order=9), slug="about", title="About us")
    make_profile(make_article(section=therapies, slug="talking", title="Talking"))
    make_term("Dissociation")
    make_line(everywhere=True)


PAGES = (
    "/",
    "/therapies/",
    "/therapies/talking/",
    "/therapies/compare/",
    "/glossary/",
    "/search/?q=talking",
    "/contact/",
    "/about/",
    "/enquire/",
    "/enquire/reply/",
)
#: Pages whose form needs the one security cookie.
WITH_A_FORM = {"/enquire/", "/enquire/reply/"}
FILES = (
    "/feed/",
    "/search/suggest/?q=talk",
    "/llms.txt",
    "/api/openapi.json",
    "/api/articles/",
    "/api/articles/therapies/talking/",
    "/sitemap.xml",
    "/sitemap-articles.xml",
    "/robots.txt",
    "/.well-known/security.txt",
    "/healthz",
    "/readyz",
)


# --- Every address, with the content that a new clinic has ------------------------------------------------------------


class TestStarterSite(TestCase):
    """A class, because loading the starter content takes seconds and Django does it once for a class."""

    @classmethod
    def setUpTestData(cls):
        call_command("load_starter", verbosity=0)

    def test_every_address_of_the_design_answers_with_its_content(self):
        titles = {
            article.get_absolute_url(): article.title for article in Article.objects.published().select_related("section")
        }
        responses = {address: self.client.get(address) for address in ADDRESSES}

        assert {address: response.status_code for address, response in responses.items()} == dict.fromkeys(ADDRESSES, 200)
        assert {address: texts(response, "//h1") for address, response in responses.items()} == {
            address: [heading or titles[address]] for address, heading in ADDRESSES.items()
        }
        assert set(titles) <= set(ADDRESSES)

    def test_every_article_shows_all_its_parts(self):
        articles = Article.objects.listed().with_page()
        pages = {article: texts(self.client.get(article.get_absolute_url()), "//main")[0] for article in articles}

        wanted = {a: [a.summary, *(faq.question for faq in a.faqs.all()), *_source_titles(a)] for a in articles}
        assert {a.slug: [text for text in wanted[a] if text not in pages[a]] for a in articles} == {
            a.slug: [] for a in articles
        }
        assert min(len(page.split()) for page in pages.values()) > 700

    def test_front_page_leads_to_each_of_its_therapies_as_long_as_it_is_public(self):
        addresses = [link for link in links(self.client.get("/")) if link.startswith("/therapies/") and link.count("/") == 3]
        twice = {address for address in addresses if addresses.count(address) == 2}  # by its card, and by how somebody feels
        assert len(twice) == 5  # with the comparison

        Article.objects.filter(section__slug="therapies").update(state="draft")

        assert twice & set(links(self.client.get("/"))) == {"/therapies/compare/"}

    def test_lists_show_everything_that_is_loaded(self):
        glossary = texts(self.client.get("/glossary/"), "//dt")
        therapies = links(self.client.get("/therapies/"))
        numbers = tree(self.client.get("/contact/")).xpath("//a/@href[starts-with(., 'tel:')]")

        assert sorted(glossary) == sorted(GlossaryTerm.objects.values_list("term", flat=True))
        assert {a.get_absolute_url() for a in Article.objects.listed().filter(section__slug="therapies")} <= set(therapies)
        assert {line.phone_link for line in SupportLine.objects.exclude(phone="")} <= set(numbers)

    def test_no_link_between_the_pages_leads_nowhere(self):
        """Without this, an address written into a template outlives its page unseen."""
        found = {
            link.partition("#")[0] for address in ADDRESSES for link in links(self.client.get(address)) if link.startswith("/")
        }
        statuses = {link: self.client.get(link).status_code for link in found - {""}}

        assert len(statuses) > len(ADDRESSES) - 2
        assert {link: status for link, status in statuses.items() if status != 200} == {}

    def test_every_page_is_found_and_whole_when_all_have_a_new_address(self):
        """A manager may rename sections, and the templates link to pages by the names that the starter content has."""
        before, _ = self._walk()

        for row in (*Section.objects.all(), *Article.objects.all()):
            row.refresh_from_db()
            row.slug = f"my-{row.slug}"
            row.full_clean()
            row.save()

        after, linked = self._walk()
        assert after == before
        assert [link for link in linked if self.client.get(link, follow=True).status_code != 200] == []
        assert "/therapies/compare/" in links(self.client.get("/my-therapies/"))

    def _walk(self):
        """Return what each page shows, wherever it is now: its headings and the words of its links; and where these lead."""
        pages = {address: self.client.get(address, follow=True) for address in ADDRESSES}
        shown = {address: (page.status_code, texts(page, "//h1 | //h2 | //h3 | //a")) for address, page in pages.items()}
        return shown, {link.partition("#")[0] for page in pages.values() for link in links(page) if link.startswith("/")}

    def test_unknown_clinic_details_leave_no_trace(self):
        assert "phone" in ClinicDetails.load().missing()

        found = {address: TRACES.findall(self.client.get(address).content.decode()) for address in ADDRESSES}

        assert {address: traces for address, traces in found.items() if traces} == {}

    def test_known_clinic_details_show_where_they_are_asked_for(self):
        facts = {name: f"Fact about {name}." for name in ClinicDetails.fact_names()}
        facts |= {"phone": "020 7946 0123", "email": "hello@clinic.example"}
        ClinicDetails(pk=1, **facts).save()

        everywhere = "\n".join(self.client.get(address).content.decode() for address in ADDRESSES)
        contact = self.client.get("/contact/")

        assert [name for name, fact in facts.items() if fact not in everywhere] == []
        assert {"tel:02079460123", "mailto:hello@clinic.example"} <= set(links(contact))
        assert facts["address"] in texts(contact, "//dd")
        assert texts(contact, "//title") == [f"Contact – {facts['clinic_name']}"]


def _source_titles(article):
    return [" ".join(citation.source.title.split()) for citation in article.citations.all()]


def test_clinic_details_are_escaped(client, site):
    ClinicDetails(pk=1, clinic_name="<script>alert(1)</script>", address="<b>1</b>\nHigh Street", regulator="A & B").save()

    pages = [client.get(address).content.decode() for address in PAGES]

    assert [page.count("<script>alert") + page.count("<b>1") for page in pages] == [0] * len(PAGES)
    assert "&lt;b&gt;1&lt;/b&gt;<br>High Street" in pages[PAGES.index("/contact/")]


# --- Addresses and methods --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_page_answers(client, site, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/therapies", "/therapies/talking", "/glossary", "/about", "/therapies/compare"])
def test_address_without_its_last_slash_moves_to_the_one_with_it(client, site, address):
    response = client.get(f"{address}?show=talking")

    assert (response.status_code, response["Location"]) == (301, f"{address}/?show=talking")


@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/therapies/nothing/",
        "/ketamine/talking/",
        "/site/",
        "/site/about/",
        "/talking/",
        "/a/b/c/",
        "/therapies/talking/x/",
    ],
)
def test_unknown_address_is_not_found(client, site, address):
    response = client.get(address)

    assert response.status_code == 404
    assert texts(response, "//h1") == ["There is no page at this address"]


@pytest.mark.parametrize("address", ["/", "/therapies/", "/therapies/talking/", "/about/", "/search/"])
def test_page_refuses_to_be_posted_to(client, site, address):
    assert [client.generic(method, address).status_code for method in ("POST", "PUT", "PATCH", "DELETE")] == [405] * 4


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_head_has_the_headers_of_get_and_no_body(client, site, address):
    with time_machine.travel(timezone.now(), tick=False):  # some headers say the second
        get, head = client.get(address), client.head(address)

    ignored = {"Content-Security-Policy"}  # the same directives in another order
    assert head.status_code == 200
    assert head.content == b""
    assert {n: v for n, v in head.headers.items() if n not in ignored} == {
        n: v for n, v in get.headers.items() if n not in ignored
    }


def test_moved_article_leads_to_its_page_for_good(client, site):
    article = Article.objects.get(slug="talking")
    article.slug = "talking-together"
    article.save()

    response = client.get("/therapies/talking/")

    assert (response.status_code, response["Location"]) == (301, "/therapies/talking-together/")


def test_moved_section_leads_to_its_page_for_good(client, site):
    section = Section.objects.get(slug="ketamine")
    article = make_article(section=section, slug="basics")
    section.slug = "about-ketamine"
    section.save()

    moved = {address: client.get(address).headers.get("Location") for address in ("/ketamine/", "/ketamine/basics/")}

    assert moved == {"/ketamine/": "/about-ketamine/", "/ketamine/basics/": f"/about-ketamine/{article.slug}/"}


# --- Privacy of those who read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", sorted({*PAGES, *FILES, "/nothing/", "/therapies"} - WITH_A_FORM))
def test_reading_leaves_no_cookie_and_no_session(client, site, address):
    response = client.get(address)

    assert dict(response.cookies) == {}
    assert Session.objects.count() == 0
    assert "cookie" not in response.headers.get("Vary", "").lower()


@pytest.mark.parametrize("address", PAGES)
def test_page_loads_nothing_from_elsewhere_and_has_nothing_inline(client, site, address):
    page = tree(client.get(address))

    loaded = page.xpath(
        "//script/@src | //img/@src | //source/@srcset | //iframe/@src | //link[not(@rel='canonical' or @hreflang)]/@href"
    )
    assert [source for source in loaded if not source.startswith("/")] == []
    assert (
        page.xpath(
            "//style | //script[not(@src)][not(@type='application/ld+json')] | //@style | //@*[starts-with(name(), 'on')]"
        )
        == []
    )


@pytest.mark.parametrize("address", PAGES)
def test_crisis_numbers_are_on_every_page(client, site, address):
    response = client.get(address)

    assert CRISIS - set(links(response)) == set()
    assert "116 123" in texts(response, "//body")[0]


def test_search_page_and_preview_are_kept_out_of_search_engines(client, site):
    robots = {address: tree(client.get(address)).xpath("//meta[@name='robots']/@content") for address in PAGES}

    closed = {"/search/?q=talking", "/enquire/", "/enquire/reply/"}
    assert robots == {address: ["noindex"] if address in closed else [] for address in PAGES}


@pytest.mark.parametrize("address", PAGES)
def test_page_names_its_own_address_without_the_query(client, site, address):
    response = client.get(address, headers={"host": "localhost"})

    assert tree(response).xpath("//link[@rel='canonical']/@href") == [f"http://localhost{address.partition('?')[0]}"]


# --- Sections and articles --------------------------------------------------------------------------------------------


def test_section_lists_its_public_articles_in_their_order(client, site):
    section = Section.objects.get(slug="ketamine")
    for slug, order in (("third", 3), ("first", 1), ("second", 2)):
        make_article(section=section, slug=slug, order=order)
    make_draft(section=section, slug="hidden", order=0)

    listed = [link for link in links(client.get("/ketamine/")) if link.startswith("/ketamine/") and link != "/ketamine/"]

    assert listed == ["/ketamine/first/", "/ketamine/second/", "/ketamine/third/"]


def test_menu_lists_the_sections_in_their_order_without_standing_pages(client, site):
    make_section(slug="aftercare", menu_title="Aftercare", order=0)

    menu = [link for link in tree(client.get("/")).xpath("//header//nav//li/a/@href") if link.count("/") == 2]

    assert menu[:3] == ["/aftercare/", "/ketamine/", "/therapies/"]
    assert "/site/" not in menu


def test_section_without_articles_says_so(client, site):
    assert "There is nothing here yet." in texts(client.get("/ketamine/"), "//main")[0]


def test_home_shows_the_public_therapies(client, site):
    make_article(section=Section.objects.get(slug="ketamine"), slug="elsewhere", title="Elsewhere")
    make_draft(section=Section.objects.get(slug="therapies"), title="Unfinished")

    assert texts(client.get("/"), "//article//h3") == ["Talking"]


def test_article_says_that_it_waits_for_review_until_reviewed(client, site):
    article = Article.objects.get(slug="talking")
    before = texts(client.get("/therapies/talking/"), "//main")[0]
    today = timezone.localdate()
    article.last_reviewed, article.next_review_due, article.reviewer_role = today, today + timedelta(days=300), "Nurse"
    article.save()
    after = texts(client.get("/therapies/talking/"), "//main")[0]

    assert ("Waiting for its first clinical review" in before, "Reviewed by Nurse" in before) == (True, False)
    assert ("Waiting for its first clinical review" in after, "Reviewed by Nurse" in after) == (False, True)


def test_author_of_an_article_is_not_shown(client, site, django_user_model):
    author = django_user_model.objects.create_user("writer@clinic.example", name="Wilhelmina Quill")
    article = make_article(section=Section.objects.get(slug="ketamine"), author=author)

    page = client.get(article.get_absolute_url()).content.decode()

    assert [word for word in ("Wilhelmina", "Quill", "writer@") if word in page] == []


# --- Comparison -------------------------------------------------------------------------------------------------------


@pytest.fixture
def therapies(site):
    section = Section.objects.get(slug="therapies")
    for order, slug in enumerate(("art", "body", "music"), 1):
        make_profile(make_article(section=section, slug=slug, title=slug.title(), order=order), what_it_is=f"It is {slug}.")
    make_profile(make_draft(section=section, slug="secret", title="Secret"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Talking", "Art", "Body", "Music"]),
        ("?show=body", ["Body"]),
        ("?show=music&show=art", ["Art", "Music"]),
        ("?show=art&show=art", ["Art"]),
        ("?show=art&show=unknown", ["Art"]),
        ("?show=unknown", ["Talking", "Art", "Body", "Music"]),
        ("?show=secret", ["Talking", "Art", "Body", "Music"]),
        ("?show=", ["Talking", "Art", "Body", "Music"]),
        ("?show=%00%27%22", ["Talking", "Art", "Body", "Music"]),
    ],
)
def test_comparison_shows_the_therapies_that_were_asked_for(client, therapies, query, shown):
    response = client.get(f"/therapies/compare/{query}")

    assert texts(response, "//thead//th") == shown
    assert texts(response, "//input[@checked]/..") == shown
    assert [len(row.xpath("td")) for row in tree(response).xpath("//tbody/tr")] == [len(shown)] * 10


def test_comparison_has_the_words_of_the_profiles(client, therapies):
    row = texts(client.get("/therapies/compare/?show=art&show=music"), "//tbody/tr[1]/*")

    assert [cell.removeprefix("Art ").removeprefix("Music ") for cell in row] == ["What it is", "It is art.", "It is music."]


def test_comparison_of_nothing_is_a_page(client):
    assert "There are no therapies to compare yet." in texts(client.get("/therapies/compare/"), "//main")[0]


# --- Search and glossary ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        '"',
        '"unclosed',
        "''",
        "talking\x00together",
        "\x00",
        "😀",
        "word " * 2000,
        "AND OR NOT",
        "*",
        "-talking",
        "(",
        "\\",
        "%",
        "\u202e",
        "a" * 5000,
    ],
)
def test_search_answers_whatever_is_asked(client, site, query):
    response = client.get(f"/search/?q={quote(query)}")

    assert response.status_code == 200
    assert texts(response, "//h1") == ["Search"]


def test_search_page_takes_bytes_that_are_no_text(client, site):
    assert client.get("/search/?q=%ff%fe").status_code == 200


def test_search_page_lists_what_was_found(client, site):
    response = client.get("/search/?q=talking")

    assert tree(response).xpath("//main//h3//a/@href") == ["/therapies/talking/"]
    assert texts(response, "//main//mark") == ["Talking"]


def test_search_page_repeats_the_query_as_text(client, site):
    response = client.get("/search/", {"q": '"><script>alert(1)</script>'})

    assert b"<script>alert" not in response.content
    assert tree(response).xpath("//input[@name='q']/@value") == ['"><script>alert(1)</script>']


def test_search_page_suggests_a_word_of_a_public_page(client, site):
    response = client.get("/search/?q=talkingg")

    assert "/search/?q=talking" in links(response)


def test_glossary_lists_terms_by_letter_whatever_their_case(client, site):
    for term in ("bladder", "Addiction", "Bipolar", "anxiety"):
        make_term(term)

    response = client.get("/glossary/")

    assert texts(response, "//main//h2[starts-with(@id, 'letter-')]") == ["A", "B", "D"]
    assert texts(response, "//main//dt") == ["Addiction", "anxiety", "Bipolar", "bladder", "Dissociation"]


def test_link_of_an_explained_term_leads_to_its_entry(client, site):
    article = make_article(section=Section.objects.get(slug="ketamine"), body="<p>Dissociation may frighten.</p>")

    target = next(link for link in links(client.get(article.get_absolute_url())) if link.startswith("/glossary/#"))

    assert (
        tree(client.get("/glossary/")).xpath("//*[@id=$id]//dt", id=target.partition("#")[2])[0].text_content()
        == "Dissociation"
    )


# --- Queries ----------------------------------------------------------------------------------------------------------


def _add(number: int) -> None:
    """Add one more of everything that a page can list."""
    therapies = Section.objects.get(slug="therapies")
    main = Article.objects.get(slug="talking")
    other = make_article(section=therapies, slug=f"more-{number}", title=f"More talking {number}", body="<p>Talking.</p>")
    make_profile(other)
    make_faq(main, question=f"Question {number}?", answer=f"<p>See [source-more-{number}].</p>")
    cite(main, make_source(key=f"source-more-{number}"))
    main.related.add(other)
    make_term(f"Termino{'logy' * number}")
    main.support_lines.add(make_line())
    make_line(everywhere=True)
    main.body += f"<h2>Part {number}</h2><p>Termino{'logy' * number} [source-more-{number}] {{{{fees}}}}.</p>"
    main.urgent_help = "<p>Now.</p>"
    main.save()
    about = Article.objects.get(slug="about")
    cite(about, make_source(key=f"source-about-{number}"))


#: At most this many queries, whatever the number of items, in a process that has just seen a change of the content.
QUERIES = {
    "/": 3,
    "/therapies/": 5,
    "/therapies/talking/": 3,
    "/therapies/compare/": 3,
    "/glossary/": 2,
    "/contact/": 2,
    "/about/": 3,
    "/enquire/": 3,
}


def test_queries_do_not_grow_with_the_content(client, site):
    _add(1)
    with_one = _count_after_change(client)
    _add(2)
    _add(3)
    with_three = _count_after_change(client)

    with_one["/therapies/talking/"] -= 2  # with three related articles chosen, none is looked for
    assert with_three == with_one == QUERIES


def _count_after_change(client):
    counts = {}
    for address in QUERIES:
        SupportLine.objects.update(order=1)
        counts[address] = count_queries(client, address)
    return counts


@pytest.mark.parametrize("count", [1, 3, 60])
def test_article_takes_three_queries_however_much_hangs_on_it(client, site, count):
    article = Article.objects.get(slug="talking")
    for number in range(count):
        make_faq(article, question=f"Question {number}?")
        cite(article, make_source())
        make_line()
    article.related.set([make_article() for _ in range(count)])
    article.support_lines.set(SupportLine.objects.all())

    first = count_queries(client, "/therapies/talking/")
    again = count_queries(client, "/therapies/talking/")
    page = client.get("/therapies/talking/")

    assert (first, again) == (3 if count >= ENOUGH else 5, 1)
    assert len(tree(page).xpath("//details[@class='faq']")) == len(tree(page).xpath("//ol[@class='sources__list']/li")) == count
    assert len(tree(page).xpath("//section[contains(@class, 'related')]//article")) == count


def test_what_is_kept_of_a_page_is_kept_for_its_host_and_version(client, site, settings):
    settings.ALLOWED_HOSTS = ["*"]
    hosts = ["one.example", *(f"two.example:{port}" for port in range(20)), "one.example"]

    shown = [
        texts(client.get("/therapies/talking/", headers={"host": host}), "//footer[@class='leaflet']/p")[0] for host in hosts
    ]
    ClinicDetails(pk=1, clinic_name="New name").save()
    after = texts(client.get("/therapies/talking/", headers={"host": "one.example"}), "//footer")

    assert [host for host, text in zip(hosts, shown, strict=True) if f"http://{host}/therapies/talking/" not in text] == []
    assert ["New name" in text for text in after] == [True, True]


CHANGES = {
    "title": lambda: Article.objects.filter(slug="talking").update(title="New words"),
    "summary": lambda: Article.objects.filter(slug="talking").update(summary="New words"),
    "question": lambda: make_faq(Article.objects.get(slug="talking"), question="New words?"),
    "menu": lambda: Section.objects.filter(slug="ketamine").update(menu_title="New words"),
    "section": lambda: Section.objects.filter(slug="therapies").update(menu_title="New words"),
    "clinic": lambda: ClinicDetails(pk=1, clinic_name="New words").save(),
    "term": lambda: GlossaryTerm.objects.update(meaning="New words"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_page_after_a_change_is_the_one_that_a_new_process_makes(client, site, monkeypatch, change):
    Article.objects.filter(slug="talking").update(body="<p>Dissociation may frighten.</p>")
    before = client.get("/therapies/talking/").content.decode()

    change()
    after = client.get("/therapies/talking/").content.decode()
    monkeypatch.setattr(parts, "_kept", OrderedDict())
    monkeypatch.setattr(content_site, "_kept", None)

    assert ("New words" in before, "New words" in after) == (False, True)
    assert client.get("/therapies/talking/").content.decode() == after


def test_page_that_is_taken_back_while_it_is_read_is_not_shown(client, site, monkeypatch):
    def take_back(*version):
        Article.objects.filter(slug="talking").update(state=Article.State.DRAFT)
        return version_of(*version)

    monkeypatch.setattr(parts, "version_of", take_back)

    assert client.get("/therapies/talking/").status_code == 404


def test_queries_of_a_search_do_not_grow_with_its_results(client, site):
    """Up to two results take one more query, for a suggestion."""
    counts = [count_queries(client, "/search/?q=talking")]
    for number in range(1, 6):
        _add(number)
        counts.append(count_queries(client, "/search/?q=talking"))

    assert counts == [6, 6, 5, 5, 5, 5]


def test_visitor_who_is_signed_in_reads_the_same_page(site, django_user_model):
    """Staff see no more than the public, so what they check is what the public sees."""
    make_draft(section=Section.objects.get(slug="therapies"), title="Unfinished")
    staff = Client()
    staff.force_login(django_user_model.objects.create_superuser("boss@clinic.example", name="Boss"))

    read = [address for address in PAGES if address not in WITH_A_FORM]
    assert [staff.get(address).content for address in read] == [Client().get(address).content for address in read]
