"""The one gate: nothing of an article shows anywhere in public before its time.

A canary article carries a word of its own in every field. Every public address is fetched and looked through for those
words. A route without a row in `SURFACES` fails a test, so a new surface cannot be forgotten.
"""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import URLResolver, get_resolver, path
from django.urls.resolvers import RoutePattern
from django.utils import timezone

from content import actions
from content.models import Article
from tests.content.factories import (
    cite,
    make_article,
    make_faq,
    make_line,
    make_picture,
    make_profile,
    make_section,
    make_source,
    make_term,
    make_user,
)

pytestmark = pytest.mark.django_db

SLUG, OLD_SLUG = "wexholm", "old-brimstow"
TEXTS = {"title": "Zanquilla", "short_title": "Nimbusk", "summary": "Brevolith", "body": "Quorvane", "urgent_help": "Ostrafel"}
PARTS = {"question": "Thessimer", "answer": "Ploverix", "profile": "Caldriff", "source": "Merrowgate", "picture": "Halvendish"}
WORDS = (SLUG, "brimstow", *TEXTS.values(), *PARTS.values())
MISSPELT = ("zanquila", "quorvanne", "thesimer")
NEVER = "xyvkjwq"  # a word that no article and no page has

UNTELLING = ("Content-Length", "Content-Security-Policy")  # one follows from the text, the other lists itself in any order

#: Every route, and the addresses at which it is looked through.
SURFACES = {
    "": ["/"],
    "<slug:slug>/": ["/therapies/", "/ketamine/", "/about/", f"/{SLUG}/"],
    "<slug:section>/<slug:slug>/": ["/therapies/neighbour/", f"/therapies/{SLUG}/", f"/therapies/{OLD_SLUG}/"],
    "therapies/compare/": ["/therapies/compare/", f"/therapies/compare/?show={SLUG}"],
    "glossary/": ["/glossary/"],
    "search/": ["/search/", *(f"/search/?q={quote(word.lower())}" for word in (*WORDS, *MISSPELT))],
    "search/suggest/": [f"/search/suggest/?q={word.lower()}" for word in (*WORDS, "zanq")],
    "contact/": ["/contact/"],
    "feed/": ["/feed/"],
    "og/<str:name>": ["/og/site.000000000000.png"],
    "og/<slug:section>/<str:name>": ["/og/therapies/neighbour.000000000000.png", f"/og/therapies/{SLUG}.000000000000.png"],
    "llms.txt": ["/llms.txt"],
    "api/openapi.json": ["/api/openapi.json"],
    "api/articles/": ["/api/articles/"],
    "api/articles/<slug:section>/<slug:slug>/": ["/api/articles/therapies/neighbour/", f"/api/articles/therapies/{SLUG}/"],
    "sitemap.xml": ["/sitemap.xml"],
    "sitemap-<slug:section>.xml": ["/sitemap-articles.xml", "/sitemap-sections.xml", "/sitemap-pages.xml"],
    "robots.txt": ["/robots.txt"],
    ".well-known/security.txt": ["/.well-known/security.txt"],
    ".well-known/change-password": ["/.well-known/change-password"],
    "enquire/": ["/enquire/"],
    "enquire/reply/": ["/enquire/reply/"],
    "healthz": ["/healthz"],
    "readyz": ["/readyz"],
    "media/<path:path>": ["/media/", "/media/pictures/"],
    "accounts/": ["/accounts/"],
    "admin/": ["/admin/", "/admin/content/article/", "/admin/content/article/autocomplete/"],
}

#: Where a public article shows, so that the walk is known to find what there is to find.
SHOWS = {
    "/",
    "/therapies/",
    "/therapies/neighbour/",
    f"/therapies/{SLUG}/",
    "/therapies/compare/",
    f"/therapies/compare/?show={SLUG}",
    "/feed/",
    "/llms.txt",
    "/api/articles/",
    "/api/articles/therapies/neighbour/",
    f"/api/articles/therapies/{SLUG}/",
    "/sitemap-articles.xml",
    *(f"/search/suggest/?q={word}" for word in ("zanquilla", "nimbusk", "zanq")),
    *(f"/search/?q={word.lower()}" for word in (*TEXTS.values(), PARTS["question"], PARTS["answer"], *MISSPELT)),
}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> set[str]:
    """Return every route of the site; the admin and the accounts, which are for staff, count as one each."""
    found = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        goes_on = isinstance(pattern, URLResolver) and route not in ("admin/", "accounts/")
        found |= routes(pattern, route) if goes_on else {route}
    return found


def fetch(address: str) -> str:
    """Return what the public gets at an address, headers too, without the address that was asked for."""
    response = Client().get(address, follow=True)
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items() if name not in UNTELLING)
    answer = headers if response.streaming else f"{headers}\n{response.content.decode(errors='replace')}"
    here = address.partition("?")[0]
    return answer.replace(here, "(here)").lower() if here != "/" else answer.lower()


def shows(address: str, control: str) -> bool:
    """Say whether anything of the canary shows at an address.

    A search repeats its query, so its answer must be the answer to a word that never was, which is `control`.
    """
    answer = fetch(address)
    query = address.partition("?q=")[2]
    return answer.replace(query, NEVER) != control if query else any(word.lower() in answer for word in WORDS)


def walk() -> set[str]:
    """Return the addresses, of all public ones, at which the canary shows."""
    controls = {page: fetch(f"{page}?q={NEVER}") for page in ("/search/", "/search/suggest/")}
    found = [address for addresses in SURFACES.values() for address in addresses]
    return {address for address in found if shows(address, controls.get(address.partition("?")[0], ""))}


@pytest.fixture(autouse=True)
def neighbour():
    """A public therapy with all its parts, so that every list and comparison has something to show."""
    make_section(slug="ketamine", order=1)
    therapies = make_section(slug="therapies", order=2)
    make_article(section=make_section(slug="site", standing=True), slug="about", title="About us")
    make_term("Dissociation")
    make_line(everywhere=True)
    article = make_article(section=therapies, slug="neighbour", title="Neighbour", body="<p>Public words.</p>")
    make_profile(article)
    return article


def fill(article: Article) -> Article:
    """Put a canary into every part of an article."""
    for name, word in TEXTS.items():
        setattr(article, name, f"<p>{word} and dissociation.</p>" if name in ("body", "urgent_help") else f"{word} page")
    source = make_source(key="merrowgate-2024", publisher="Merrowgate", title="Merrowgate study")
    article.body += "<p>It was found [merrowgate-2024].</p>"
    article.picture = make_picture(title="Halvendish", alt="Halvendish")
    article.last_reviewed, article.reviewer_role = timezone.localdate(), "Nurse"
    article.full_clean()
    article.save()
    make_faq(article, question="Is Thessimer so?", answer="<p>Ploverix.</p>")
    cite(article, source)
    return article


def make_canary(neighbour: Article, **state) -> Article:
    """Make the canary, related to a public article both ways."""
    article = fill(make_article(section=neighbour.section, slug=SLUG, **state))
    make_profile(article, what_it_is="Caldriff.")
    article.related.set([neighbour])
    neighbour.related.set([article])
    return article


def draft(neighbour):
    return make_canary(neighbour, state="draft", publish_at=None)


def in_review(neighbour):
    return make_canary(neighbour, state="in_review", publish_at=None)


def scheduled(neighbour):
    return make_canary(neighbour, state="published", publish_at=timezone.now() + timedelta(days=1))


def taken_back(neighbour):
    """An article that was public at two addresses, and is a draft again."""
    article = make_canary(neighbour, state="draft", publish_at=timezone.now() - timedelta(days=9))
    article.slug = OLD_SLUG
    article.save()
    article.slug = SLUG
    article.save()
    return article


def revision(neighbour):
    return fill(actions.propose_change(article=neighbour, author=make_user("editor")))


@pytest.mark.parametrize("hidden", [draft, in_review, scheduled, taken_back, revision])
def test_hidden_article_shows_nowhere(neighbour, hidden):
    hidden(neighbour)

    assert walk() == set()


def test_public_article_shows_wherever_articles_show(neighbour):
    make_canary(neighbour)

    assert walk() == SHOWS


def test_scheduled_article_shows_from_its_time_on(neighbour):
    article = scheduled(neighbour)

    with time_machine.travel(article.publish_at - timedelta(seconds=1), tick=False):
        before = walk()
    with time_machine.travel(article.publish_at, tick=False):
        after = walk()

    assert before == set()
    assert after == SHOWS


def test_article_that_is_taken_back_disappears_at_once(neighbour):
    article = make_canary(neighbour)
    before = walk()
    article.state = Article.State.IN_REVIEW
    article.save()

    assert before == SHOWS
    assert walk() == set()


def test_change_shows_on_its_page_once_it_is_published(neighbour):
    change = revision(neighbour)
    page = actions.publish_change(change=change)

    assert page == neighbour
    assert {"/", "/therapies/", "/therapies/neighbour/", "/feed/", "/search/?q=zanquilla"} <= walk()


@pytest.mark.parametrize("hidden", [draft, in_review, scheduled, taken_back])
def test_hidden_article_has_the_answer_of_an_address_that_never_was(neighbour, hidden):
    article = hidden(neighbour)
    addresses = [article.get_absolute_url(), f"/therapies/{OLD_SLUG}/", "/therapies/never/"]

    responses = [Client().get(address) for address in addresses]

    bodies = {response.content.decode().replace(address, "") for address, response in zip(addresses, responses, strict=True)}
    assert [response.status_code for response in responses] == [404, 404, 404]
    assert len(bodies) == 1


def test_every_route_is_looked_through():
    assert routes() == set(SURFACES)


def test_new_route_is_noticed():
    extended = URLResolver(RoutePattern(""), [path("new-surface/", Client), *get_resolver().url_patterns])

    assert routes(extended) - set(SURFACES) == {"new-surface/"}


def test_the_table_has_addresses_that_answer(neighbour):
    """A typing mistake in the table would look through a 404 page for ever."""
    make_canary(neighbour)

    statuses = {a: Client().get(a, follow=True).status_code for addresses in SURFACES.values() for a in addresses}

    missing = {f"/{SLUG}/", f"/therapies/{OLD_SLUG}/", "/media/", "/media/pictures/"}
    assert {address: status for address, status in statuses.items() if status != 200} == dict.fromkeys(missing, 404)
