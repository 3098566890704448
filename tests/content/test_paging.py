"""Long lists, a page at a time."""

import pytest

from content.paging import Pager
from tests.content.factories import make_article
from tests.pages import links, texts, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    return [make_article(title=f"Bladder {number:02}", order=number) for number in range(21)]


def rel(response, name):
    return tree(response).xpath(f"//head/link[@rel='{name}']/@href")


def test_section_shows_twenty_and_the_rest_on_the_next_page(client, articles):
    first, second = client.get("/ketamine/"), client.get("/ketamine/?page=2")

    assert texts(first, "//main//h3") == [f"Bladder {number:02}" for number in range(20)]
    assert texts(second, "//main//h3") == ["Bladder 20"]
    assert (rel(first, "prev"), rel(first, "next")) == ([], ["/ketamine/?page=2"])
    assert (rel(second, "prev"), rel(second, "next")) == (["/ketamine/"], [])
    assert "/ketamine/?page=2" in links(first)
    assert texts(second, "//nav[@class='pager']") == ["Previous page Page 2 of 2"]


def test_each_page_of_a_section_is_its_own_to_search_engines(client, articles):
    canonical = {
        address: rel(client.get(address, headers={"host": "localhost"}), "canonical")
        for address in ("/ketamine/?page=1", "/ketamine/?page=2")
    }

    assert canonical == {
        "/ketamine/?page=1": ["http://localhost/ketamine/"],
        "/ketamine/?page=2": ["http://localhost/ketamine/?page=2"],
    }
    shared = tree(client.get("/ketamine/?page=2", headers={"host": "localhost"})).xpath("//meta[@property='og:url']/@content")
    assert shared == canonical["/ketamine/?page=2"]
    assert texts(client.get("/ketamine/?page=2"), "//title") == ["Ketamine, page 2 – Acquiesce"]


def test_search_goes_on_with_its_query(client, articles):
    first, second = client.get("/search/?q=bladder+%26"), client.get("/search/?q=bladder+%26&page=2")

    assert (len(texts(first, "//main//h3")), len(texts(second, "//main//h3"))) == (20, 1)
    assert rel(first, "next") == ["/search/?q=bladder+%26&page=2"]
    assert rel(second, "prev") == ["/search/?q=bladder+%26"]


def test_short_list_has_no_pages(client):
    make_article()

    assert texts(client.get("/ketamine/"), "//nav[@class='pager']") == []


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "", "9" * 400, "²", "٢", "0000000001"])
@pytest.mark.parametrize("address", ["/ketamine/", "/search/"])
def test_page_that_is_not_there_is_missing(client, articles, address, page):
    assert client.get(address, {"q": "bladder", "page": page}).status_code == 404


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_pages_that_a_list_takes(total, pages):
    assert Pager.at("1", total).pages == pages
