"""What a shared link shows: the tags, and the picture that is drawn for each article."""

import io
import re
from pathlib import Path
from threading import Thread

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from content import share_picture
from content.drawings import Drawing
from content.models import ClinicDetails
from content.svg import shapes
from tests.content.factories import make_article, make_draft, make_section
from tests.pages import tree

pytestmark = pytest.mark.django_db
NAME = re.compile(r"^/og/therapies/talking\.[0-9a-f]{12}\.png$")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SHARE_PICTURES = tmp_path
    return tmp_path


@pytest.fixture
def article():
    return make_article(
        section=make_section(slug="therapies"), slug="talking", title="Talking & listening", summary="How it goes."
    )


def tags(client, address):
    page = tree(client.get(address, headers={"host": "localhost"}))
    return {
        meta.get("property") or meta.get("name"): meta.get("content")
        for meta in page.xpath("//meta[@property or starts-with(@name, 'twitter')]")
    }


def picture_of(client, address):
    return tags(client, address)["og:image"].removeprefix("http://localhost")


def test_article_has_tags_of_its_own(client, article):
    found = tags(client, "/therapies/talking/")

    assert NAME.match(found.pop("og:image").removeprefix("http://localhost"))
    assert found == {
        "og:site_name": "Acquiesce",
        "og:locale": "en_GB",
        "og:type": "article",
        "og:title": "Talking & listening",
        "og:description": "How it goes.",
        "og:url": "http://localhost/therapies/talking/",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Talking & listening",
        "twitter:card": "summary_large_image",
    }


@pytest.mark.parametrize(
    ("address", "title"),
    [("/therapies/compare/", "The therapies side by side"), ("/glossary/", "Glossary"), ("/contact/", "Contact")],
)
def test_shared_link_says_which_page_it_leads_to(client, article, address, title):
    assert tags(client, address)["og:title"] == title
    assert tags(client, address)["og:description"] != tags(client, "/")["og:description"]


def test_picture_is_a_picture_of_the_size_that_is_named(client, article):
    response = client.get(picture_of(client, "/therapies/talking/"))

    image = Image.open(io.BytesIO(response.content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert dict(response.cookies) == {}


@pytest.mark.parametrize("address", ["/", "/glossary/", "/contact/", "/about/", "/therapies/"])
def test_other_pages_share_one_picture(client, article, address):
    make_article(section=make_section(slug="site", standing=True), slug="about")

    picture = picture_of(client, address)

    assert picture.startswith("/og/site.")
    assert Image.open(io.BytesIO(client.get(picture).content)).size == (1200, 630)


@pytest.mark.parametrize("make", [make_draft, lambda **fields: make_article(**fields, publish_at=None, state="in_review")])
def test_hidden_article_has_no_picture(client, article, make):
    hidden = make(section=article.section, slug="secret", title="Secret")

    assert client.get(share_picture.address_of(hidden, "Acquiesce")).status_code == 404


def test_article_that_is_taken_back_loses_its_picture_at_once(client, article):
    picture = picture_of(client, "/therapies/talking/")
    before = client.get(picture).status_code
    article.state = "draft"
    article.save()

    assert (before, client.get(picture).status_code) == (200, 404)


def test_old_address_leads_to_the_picture_of_today(client, article):
    before = picture_of(client, "/therapies/talking/")
    article.title = "Talking"
    article.save()
    after = picture_of(client, "/therapies/talking/")

    assert before != after
    assert client.get(before).headers["Location"] == after


def test_new_name_of_the_clinic_changes_the_address(client, article):
    before = picture_of(client, "/therapies/talking/"), picture_of(client, "/")
    ClinicDetails(pk=1, clinic_name="Stillwater").save()

    assert [old == picture_of(client, page) for old, page in zip(before, ("/therapies/talking/", "/"), strict=True)] == [
        False
    ] * 2


def test_picture_is_drawn_once_and_older_ones_are_forgotten(client, article, folder, monkeypatch):
    first = picture_of(client, "/therapies/talking/")
    client.get(first)
    monkeypatch.setattr(share_picture, "draw", lambda *words: b"drawn anew")
    again = client.get(first).content
    article.title = "Talking"
    article.save()
    changed = client.get(picture_of(client, "/therapies/talking/")).content

    assert (again[:4], changed) == (b"\x89PNG", b"drawn anew")
    assert len(list((folder / "therapies").iterdir())) == 1


def test_picture_that_two_threads_draw_at_once_is_kept_whole(monkeypatch):
    replace, whole = Path.replace, bytes(1000)

    def write_half(path, data):
        with path.open("wb") as file:
            file.write(data[:500])
        raise OSError

    def let_another_begin(path, target):
        monkeypatch.setattr(Path, "replace", replace)
        monkeypatch.setattr(Path, "write_bytes", write_half)
        other = Thread(target=share_picture.stored, args=("page.abc.png", lambda: whole))
        other.start()
        other.join()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", let_another_begin)
    share_picture.stored("page.abc.png", lambda: whole)

    assert share_picture.stored("page.abc.png", lambda: b"drawn again") == whole


def test_full_disk_does_not_cost_the_picture(client, article, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.SHARE_PICTURES = tmp_path / "file"

    assert client.get(picture_of(client, "/therapies/talking/")).content[:4] == b"\x89PNG"


@pytest.mark.parametrize("title", ["Café – naïve ‘quotes’", "x" * 120, "word " * 24, "😀", "日本", "a"])
def test_any_title_can_be_drawn(title):
    assert share_picture.draw(title, "Therapies", Drawing.CBT, "Acquiesce")[:4] == b"\x89PNG"


def test_every_drawing_can_be_drawn():
    found = {drawing: shapes(Path(finders.find(f"images/{drawing}.svg"))) for drawing in Drawing.values}

    inside = {
        drawing: all(-5 <= x <= 325 and -5 <= y <= 205 for shape in lines for x, y in shape.points)
        for drawing, lines in found.items()
    }
    assert inside == dict.fromkeys(Drawing.values, True)
    assert {drawing: len(lines) for drawing, lines in found.items() if len(lines) < 5} == {}
