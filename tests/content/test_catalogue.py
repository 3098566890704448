"""The catalogue of components: for staff only, complete, and without a word from the database."""

from pathlib import Path

import pytest
from django.conf import settings

from content.catalogue import components
from tests.content.factories import make_user
from tests.pages import texts, tree

pytestmark = pytest.mark.django_db

#: Parts of every page, which the catalogue's own page shows, and parts of those that are shown.
ELSEWHERE = {
    "contents_list",
    "crisis_strip",
    "footer",
    "header",
    "leaflet_foot",
    "leave",
    "message",
    "reviewed",
    "share",
    "support_line",
    "urgent_help",
    "waves",
}


def test_catalogue_is_for_staff(client):
    response = client.get("/admin/catalogue/")

    assert (response.status_code, response.headers["Location"]) == (302, "/admin/login/?next=/admin/catalogue/")


@pytest.mark.parametrize("role", ["editor", "reviewer", "manager"])
def test_every_member_of_staff_finds_every_component(client, role):
    client.force_login(make_user(role, is_staff=True))

    response = client.get("/admin/catalogue/")

    assert texts(response, "//main//h2[starts-with(@id, 'component-')]") == list(components())
    assert [state for state in tree(response).xpath("//div[@class='catalogue__state']") if len(state) < 2] == []
    assert tree(response).xpath("//style | //@style | //script[not(@src)]") == []
    assert "/admin/catalogue/" in client.get("/admin/").content.decode()


def test_every_component_of_the_site_is_in_the_catalogue():
    folder = Path(settings.BASE_DIR) / "templates" / "components"
    indirect = {"definition", "article_card"}  # framed as they are on a page
    templates = [Path(state.template) for states in components().values() for state in states]
    shown = {template.stem for template in templates if template.parent.name == "components"}

    assert {path.stem for path in folder.glob("*.html")} - shown == ELSEWHERE | indirect


def test_catalogue_asks_the_database_for_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        components()
