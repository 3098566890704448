"""The headers that go with every page."""

import pytest

from tests.content.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db

PUBLIC_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
OTHERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(),"
    " browsing-topics=()",
}
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
STAFF_POLICY = {**PUBLIC_POLICY, "style-src": f"'self' {EDITOR_STYLE}", "font-src": "'self'"}
ADDRESSES = (
    "/",
    "/therapies/",
    "/therapies/talking/",
    "/therapies/compare/",
    "/glossary/",
    "/search/?q=x",
    "/contact/",
    "/enquire/",
    "/feed/",
    "/sitemap.xml",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/.well-known/security.txt",
    "/nothing/",
    "/accounts/",
)


@pytest.fixture(autouse=True)
def article():
    return make_article(section=make_section(slug="therapies"), slug="talking")


def policy(response):
    """Return the content security policy, whose directives come in any order."""
    parts = response["Content-Security-Policy"].split(";")
    return {name: values for name, _, values in (part.strip().partition(" ") for part in parts)}


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_answer_allows_this_site_and_nothing_else(client, address):
    assert policy(client.get(address)) == PUBLIC_POLICY


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_answer_has_every_protective_header(client, address):
    response = client.get(address)

    assert {name: response.headers.get(name) for name in OTHERS} == OTHERS


def test_static_file_is_for_this_site_alone(client):
    response = client.get("/static/images/favicon.svg")
    named = {"Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Permissions-Policy", "Referrer-Policy"}

    assert response.status_code == 200
    assert {name: response.headers.get(name) for name in named} == {name: OTHERS[name] for name in named}
    assert ("Access-Control-Allow-Origin" in response.headers, "max-age" in response["Cache-Control"]) == (False, True)
    response.close()


def test_page_of_the_editor_adds_its_style_and_a_nonce_for_its_import_map(client, article):
    client.force_login(make_user("manager"))
    response = client.get(f"/admin/content/article/{article.pk}/change/")
    found = policy(response)

    nonce = found["script-src"].removeprefix("'self' 'nonce-").removesuffix("'")
    assert found == {**STAFF_POLICY, "script-src": f"'self' 'nonce-{nonce}'"}
    assert f'<script type="importmap" nonce="{nonce}">' in response.content.decode()


def test_page_of_an_old_version_has_the_nonce_too(client, article):
    client.force_login(make_user("manager"))
    response = client.get(f"/admin/content/article/{article.pk}/history/{article.history.get().pk}/")

    nonce = policy(response)["script-src"].removeprefix("'self' 'nonce-").removesuffix("'")
    assert f'<script type="importmap" nonce="{nonce}">' in response.content.decode()


def test_nonce_is_new_for_each_answer(client, article):
    client.force_login(make_user("manager"))
    address = f"/admin/content/article/{article.pk}/change/"

    assert policy(client.get(address))["script-src"] != policy(client.get(address))["script-src"]


@pytest.mark.parametrize("address", ["/admin/", "/admin/content/article/", "/admin/content/picture/pick/"])
def test_other_pages_of_the_admin_have_no_nonce(client, address):
    client.force_login(make_user("manager"))

    assert policy(client.get(address)) == STAFF_POLICY


def test_sign_in_page_has_the_policy_of_a_public_page(client):
    assert policy(client.get("/accounts/login/")) == PUBLIC_POLICY


def test_preview_has_the_policy_of_the_admin_and_no_script_of_its_own(client, article):
    client.force_login(make_user("manager"))

    found = policy(client.get(f"/admin/content/article/{article.pk}/preview/"))

    assert found == STAFF_POLICY
