"""The permission matrix: every address and act of enquiries, as everyone who might try it. A new address without a row fails.

The answers: "in" is taken to sign in; "no" is refused (403); "none" is told that there is nothing (404); "list" sees the
list of what they may know of; "locked" sees the clock and is asked for the passphrase; "clocks" sees the clock and can open
nothing; "reads" gets the words; "done" has it done; "page" gets a page that is for them.
"""

import re
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.test import Client

import enquiries.urls
from enquiries.actions.erase import erase
from enquiries.desk.acts import ACTS
from enquiries.models import AccessEntry, DeskSettings, ErasedEnquiry, Notification, RoutingRule, Team
from tests.content.factories import make_article, make_user
from tests.enquiries.desks import LIST, address, make_colleague, make_quick_colleague
from tests.enquiries.factories import make_enquiry, make_key, make_member, make_team
from tests.enquiries.public import ADDRESS, REPLY, text
from tests.pages import links, texts

pytestmark = pytest.mark.django_db
CANARY = "Quorvane of Merrowgate"

#: Everyone who might try it, in their browser.
PEOPLE = {
    "nobody": lambda team, other: Client(),
    "enquirer": lambda team, other: Client(),  # with the receipt of another enquiry
    "editor": lambda team, other: signed_in(make_user("editor")),
    "reviewer": lambda team, other: signed_in(make_user("reviewer")),
    "stranger": lambda team, other: at_the_desk(other),  # in another team, unlocked
    "locked": lambda team, other: make_quick_colleague(team).client,  # in the team, locked
    "unlocked": lambda team, other: at_the_desk(team),  # in the team, unlocked
    "keyless": lambda team, other: make_colleague(team, key=False).client,  # in the team, without a key
    "manager": lambda team, other: signed_in(make_user("manager")),  # without a key
    "superuser": lambda team, other: signed_in(make_user(is_superuser=True)),  # without a key
}
WHO = tuple(PEOPLE)
#: What each of them is answered, in the order of WHO.
OVERVIEW = ("in", "in", "no", "no", "list", "list", "list", "list", "list", "list")
ONE = ("in", "in", "no", "no", "none", "locked", "reads", "clocks", "clocks", "clocks")
ACT = ("in", "in", "no", "no", "none", "locked", "done", "clocks", "clocks", "clocks")
OWN = ("in", "in", "no", "no", "page", "page", "page", "page", "no", "page")
LOCK = ("in", "in", "no", "no", "done", "done", "done", "done", "done", "done")
MANAGED = ("in", "in", "no", "no", "no", "no", "no", "no", "page", "page")
PUBLIC = ("page",) * len(WHO)

#: Each route of enquiries: the method, the address, what is posted, and the answers.
MATRIX = {
    "enquire/": ("get", ADDRESS, {}, PUBLIC),
    "enquire/reply/": ("post", REPLY, {"receipt": "another"}, PUBLIC),
    "admin/enquiries/enquiry/": ("get", LIST, {}, OVERVIEW),
    "admin/enquiries/enquiry/key/": ("get", f"{LIST}key/", {}, OWN),
    "admin/enquiries/enquiry/lock/": ("post", f"{LIST}lock/", {}, LOCK),
    "admin/enquiries/enquiry/access/": (
        "post",
        f"{LIST}access/",
        {"team": "own", "key": "keyed"},
        ("in", "in", "no", "no", "none", "locked", "done", "clocks", "clocks", "clocks"),
    ),
    "admin/enquiries/enquiry/<str:reference>/": ("get", "{one}", {}, ONE),
    "admin/enquiries/enquiry/<str:reference>/contact/": ("post", "{one}contact/", {"read_rules": "yes"}, ONE),
    "admin/enquiries/enquiry/<str:reference>/export/": ("post", "{one}export/", {}, ONE),
    "reply": ("post", "{one}reply/", {"text": "Hello"}, ACT),
    "note": ("post", "{one}note/", {"text": "Hello"}, ACT),
    "assign": ("post", "{one}assign/", {"to": ""}, ACT),
    "move": ("post", "{one}move/", {"to": "other"}, ACT),
    "contacted": ("post", "{one}contacted/", {}, ACT),
    "close": ("post", "{one}close/", {"reason": "care"}, ACT),
    "reopen": ("post", "{one}reopen/", {}, ACT),
    "screen": ("post", "{one}screen/", {"spam": "on"}, ACT),
    **{
        f"admin/enquiries/{model}/": ("get", f"/admin/enquiries/{model}/", {}, MANAGED)
        for model in ("team", "routingrule", "accessentry", "erasedenquiry", "notification")
    },
    "admin/enquiries/desksettings/": ("get", "/admin/enquiries/desksettings/", {}, (*MANAGED[:8], "done", "done")),
    "admin/enquiries/routingrule/preview/": ("get", "/admin/enquiries/routingrule/preview/", {}, MANAGED),
}
#: What the stock admin adds to a model's list; its own permissions guard it, as the list's row shows.
STOCK = re.compile(r"/(add/|<path:object_id>.*)$")
#: The desk's acts share a route.
ACTS_ROUTE = "admin/enquiries/enquiry/<str:reference>/<str:name>/"
#: What a page would tell of the desk. What the clinic tells the public of its enquiries is for editors to write.
ABOUT_THE_DESK = re.compile(r"(?i)\bdesk\b|enquir\w*")
STAFF_PAGE = re.compile(r"/(admin|accounts)/(?!content/clinicdetails/)[^?]*$")


@dataclass
class World:
    """Somebody in their browser, and the enquiry that they try to reach."""

    enquiry: object
    browser: Client
    data: dict[str, str]


@pytest.fixture
def world(who):
    make_key()
    team, other = make_team(is_fallback=True), make_team()
    make_member(other)  # somebody who can read what is moved there
    browser = PEOPLE[who](team, other)
    enquiry, _, _ = make_enquiry(team, CANARY)
    late = make_quick_colleague(team)
    ids = {"own": str(team.pk), "other": str(other.pk), "keyed": str(late.user.recipient_keys.get().pk)}
    return World(enquiry, browser, ids)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at_the_desk(team) -> Client:
    colleague = make_quick_colleague(team)
    colleague.is_unlocked()
    return colleague.client


def answer(response) -> str:
    """Return in one word what somebody was answered."""
    if response.status_code == 302:
        return "in" if "login" in response.url else "done"
    if response.status_code == 404:
        return "none"
    template = str(getattr(response, "template_name", "")).rpartition("/")[2]
    if template == "locked.html":
        return "locked" if 'name="passphrase"' in text(response) else "clocks"
    if template == "list.html":
        return "list"
    if response.status_code == 403:
        return "no"
    return "reads" if CANARY in text(response) else "page"


@pytest.mark.parametrize("route", MATRIX)
@pytest.mark.parametrize("who", WHO)
def test_matrix(world, route, who):
    method, where, data, answers = MATRIX[route]
    filled = {name: world.data.get(value, value) for name, value in data.items()}
    if "{one}" in where:
        filled["version"] = 1

    response = getattr(world.browser, method)(where.format(one=address(world.enquiry)), filled)

    expected = answers[WHO.index(who)]
    assert answer(response) == expected
    assert (CANARY in text(response)) == (expected == "reads")


def test_every_route_has_its_row():
    public = {f"enquire/{pattern.pattern}" for pattern in enquiries.urls.urlpatterns}
    staff = {
        f"admin/enquiries/{model._meta.model_name}/{pattern.pattern}"
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label == "enquiries"
        for pattern in model_admin.urls
    }
    rows = {*MATRIX, ACTS_ROUTE}

    assert public <= rows
    assert {route for route in staff if not STOCK.search(route)} <= rows


def test_every_act_has_its_row():
    assert set(ACTS) <= set(MATRIX)


def words_met(browser: Client) -> dict[str, set[str]]:
    """Return which words about the desk stand on each of staff's pages that links lead to, and on those for signing in and out."""
    met: dict[str, set[str]] = {}
    ahead = ["/admin/", "/accounts/", "/accounts/logout/", "/accounts/password/reset/"]
    while ahead:
        where = ahead.pop()
        response = browser.get(where, follow=True)
        met[where] = set()
        if response.headers["Content-Type"].startswith("text/html"):
            shown = " ".join(texts(response, "//title | //body//*[not(self::script or self::style)]/text()/.."))
            met[where] = {word.lower() for word in ABOUT_THE_DESK.findall(shown)}
            found = {link.partition("#")[0] for link in links(response)}
            ahead += sorted({link for link in found if STAFF_PAGE.match(link)} - set(met) - set(ahead))
    return {where: words for where, words in met.items() if words}


@pytest.mark.parametrize("role", ["editor", "reviewer"])
@pytest.mark.parametrize("page", ["history", "change", "delete"])
def test_who_writes_pages_cannot_tell_a_row_that_exists_from_one_that_does_not(role, page):
    team = make_team(is_fallback=True)
    RoutingRule.objects.create(team=team, order=1)
    DeskSettings.objects.create(pk=1)
    enquiry, _, _ = make_enquiry(team)
    Notification.objects.create(enquiry=enquiry, kind=Notification.Kind.NEW, recipient=make_user("manager"))
    erase(enquiry=make_enquiry(team)[0], cause=ErasedEnquiry.Cause.ENQUIRER)
    browser = signed_in(make_user(role))
    stock = (Team, RoutingRule, DeskSettings, AccessEntry, ErasedEnquiry, Notification)
    rows = [(model._meta.model_name, pk) for model in stock for pk in (model.objects.latest("pk").pk, 10**9)]

    statuses = [browser.get(f"/admin/enquiries/{name}/{pk}/{page}/").status_code for name, pk in rows]

    assert statuses == [403] * 12


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_who_writes_pages_meets_no_word_of_the_desk(role):
    make_article(title="Sleep")
    make_enquiry(make_team(is_fallback=True))

    assert words_met(signed_in(make_user(role))) == {}


def test_who_works_at_the_desk_meets_such_words():
    met = words_met(make_quick_colleague(make_team()).client)

    assert {"/admin/", "/accounts/", "/accounts/logout/", LIST} <= set(met)
