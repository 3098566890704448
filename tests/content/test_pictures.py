"""Uploaded pictures, with real bytes: what is refused, what is kept of one, what pages show, and what is tidied away."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from content.admin.picture import PictureAdmin
from content.models import Article, Picture
from content.picture_files import MAX_BYTES
from tests.content.factories import make_article, make_picture, make_user, picture_file
from tests.pages import count_queries, form_values, texts, tree

pytestmark = pytest.mark.django_db

NOT_A_PICTURE = "This file is not a JPEG, PNG or WebP picture. Save it as one of these and choose that."
DAMAGED = "This picture is damaged: only a part of it could be read. Save it again and choose that."
SVG_REFUSED = "SVG drawings can carry programs, so they cannot be uploaded. Save it as a PNG and choose that."
TOO_MANY_PIXELS = "This picture has more than 40 megapixels, or a side over 16,000. Save a smaller copy and choose that."
TOO_SMALL = "This picture is too small to look sharp. Choose one that is at least 320 pixels wide."
TOO_HEAVY = "This picture is larger than 10 MB. Save a smaller copy and choose that."
MOVES = "This picture moves, which disturbs reading. Choose a still picture."
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><circle r="9"/></svg>'
SECRET = b"Jane-at-home"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def encoded(image, kind, **options):
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def upload(data, name="photo.jpg"):
    return SimpleUploadedFile(name, data)


def plain(kind="JPEG", size=(640, 480), mode="RGB", **options):
    return encoded(Image.new(mode, size, "teal"), kind, **options)


def png_that_says(width, height):
    """Return a PNG of a few bytes that says it is this large."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def zipped():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("secret.txt", SECRET)
    return data.getvalue()


def with_place(kind="JPEG", orientation=1):
    """Return a photograph that says where and by whom it was taken."""
    image = Image.new("RGB", (640, 480), "teal")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return encoded(image, kind, exif=exif.tobytes(), xmp=b"<x>" + SECRET + b"</x>")


def stored(picture):
    """Return the bytes of each of the picture's files, by the last part of its name."""
    return {Path(name).name: Path(picture.file.storage.path(name)).read_bytes() for name in picture.file_names()}


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


# --- What is refused --------------------------------------------------------------------------------------------------

REFUSED = {
    "svg": (SVG, SVG_REFUSED),
    "svg-after-spaces": (b"\n \xef\xbb\xbf" + SVG, SVG_REFUSED),
    "words": (b"only words", NOT_A_PICTURE),
    "page": (b"<!doctype html><script>alert(1)</script>", NOT_A_PICTURE),
    "gif": (plain("GIF"), NOT_A_PICTURE),
    "bmp": (plain("BMP"), NOT_A_PICTURE),
    "tiff": (plain("TIFF"), NOT_A_PICTURE),
    "gif-that-is-a-script": (b"GIF89a/*" + plain("GIF")[6:] + b"*/=1;alert(1)", NOT_A_PICTURE),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\n", NOT_A_PICTURE),
    "zip": (zipped(), NOT_A_PICTURE),
    "half-a-jpeg": (plain()[:-400], DAMAGED),
    "half-a-png": (plain("PNG")[:60], DAMAGED),
    "bomb-by-header": (png_that_says(60_000, 60_000), TOO_MANY_PIXELS),
    "bomb": (encoded(Image.new("1", (8_000, 8_000)), "PNG"), TOO_MANY_PIXELS),
    "just-over-40-megapixels": (png_that_says(8_000, 5_001), TOO_MANY_PIXELS),
    "a-very-long-side": (png_that_says(400, 16_001), TOO_MANY_PIXELS),
    "too-narrow": (plain(size=(319, 900)), TOO_SMALL),
    "too-heavy": (plain() + b"\0" * MAX_BYTES, TOO_HEAVY),
    "moving-png": (plain("PNG", save_all=True, append_images=[Image.new("RGB", (640, 480))]), MOVES),
    "moving-webp": (plain("WEBP", save_all=True, append_images=[Image.new("RGB", (640, 480))]), MOVES),
}


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.svg"])
@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=list(REFUSED))
def test_unfit_upload_is_refused_whatever_its_name(data, message, name, media):
    with pytest.raises(ValidationError) as refused:
        Picture(title="A", alt="A.", file=upload(data, name)).full_clean()

    assert refused.value.message_dict == {"file": [message]}
    assert files_below(media) == []


def test_unfit_upload_is_refused_by_a_save_that_does_not_validate(media):
    with pytest.raises(ValidationError, match="not a JPEG"):
        Picture.objects.create(title="A", alt="A.", file=upload(b"only words"))

    assert (Picture.objects.count(), files_below(media)) == (0, [])


def test_refusal_in_the_admin_keeps_what_was_typed(client):
    client.force_login(make_user("editor"))
    page = reverse("admin:content_picture_add")
    values = form_values(
        client.get(page), "picture_form", title="Two paths", alt="A fork in a wood.", file=upload(SVG, "a.svg")
    )

    response = client.post(page, values)

    form = tree(response).get_element_by_id("picture_form")
    assert texts(response, "//ul[contains(@class, 'errorlist')]/li") == [SVG_REFUSED]
    kept = form.fields["title"], form.fields["alt"].removeprefix("\n")  # which HTML drops at the beginning of a textarea
    assert kept == ("Two paths", "A fork in a wood.")
    assert form.xpath(".//img[@class='thumbnail']") == []  # there is none to show


def test_long_file_name_of_somebodys_computer_is_no_obstacle(client):
    client.force_login(make_user("editor"))
    page = reverse("admin:content_picture_add")
    values = form_values(client.get(page), "picture_form", title="A", alt="A.", file=upload(plain(), "x" * 200 + ".jpg"))

    assert client.post(page, values).status_code == 302
    assert Picture.objects.count() == 1


# --- What is kept -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "widths", "fallback"),
    [
        (320, "320", "320.jpg"),
        (480, "480", "480.jpg"),
        (640, "480,640", "640.jpg"),
        (1000, "480,800,1000", "800.jpg"),
        (2000, "480,800,1200,1600", "800.jpg"),
    ],
)
def test_copies_are_made_and_none_is_larger_than_the_original(width, widths, fallback):
    picture = make_picture(file=upload(plain(size=(width, width // 2))))

    copies = {f"{one}.{kind}" for one in widths.split(",") for kind in ("avif", "webp")}
    assert picture.widths == widths
    assert stored(picture).keys() == {"original.jpg", fallback, *copies}


def test_each_copy_is_what_its_name_says():
    files = stored(make_picture(file=upload(plain(size=(1000, 500)))))

    opened = {name: Image.open(io.BytesIO(data)) for name, data in files.items()}
    assert {name: (image.format, image.size) for name, image in opened.items()} == {
        "original.jpg": ("JPEG", (1000, 500)),
        "800.jpg": ("JPEG", (800, 400)),
        **{f"{w}.avif": ("AVIF", (w, w // 2)) for w in (480, 800, 1000)},
        **{f"{w}.webp": ("WEBP", (w, w // 2)) for w in (480, 800, 1000)},
    }


def test_very_large_picture_is_kept_at_3200_pixels():
    picture = make_picture(file=upload(plain(size=(6400, 1600))))

    assert (picture.width, picture.height) == (3200, 800)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_maker_are_in_no_file(kind):
    data = with_place(kind)

    files = stored(make_picture(file=upload(data)))

    assert SECRET in data
    assert [name for name, kept in files.items() if SECRET in kept] == []
    assert [name for name, kept in files.items() if Image.open(io.BytesIO(kept)).getexif()] == []


def test_words_in_a_png_and_comments_in_a_jpeg_are_in_no_file():
    note = PngInfo()
    note.add_text("Author", SECRET.decode())
    png, jpeg = plain("PNG", pnginfo=note), plain(comment=SECRET)

    kept = [*stored(make_picture(file=upload(png))).values(), *stored(make_picture(file=upload(jpeg))).values()]

    assert (SECRET in png, SECRET in jpeg) == (True, True)
    assert [data for data in kept if SECRET in data] == []


@pytest.mark.parametrize(
    "data",
    [
        plain() + zipped(),
        plain("PNG") + zipped(),
        plain() + b"<script>" + SECRET + b"</script>",
        plain("WEBP") + SECRET,
        plain(comment=b"<script>" + SECRET + b"</script>"),
    ],
    ids=["jpeg-and-zip", "png-and-zip", "jpeg-and-page", "webp-and-words", "page-in-a-comment"],
)
def test_what_hides_in_a_picture_is_gone(data):
    files = stored(make_picture(file=upload(data, "page.html")))

    assert [name for name, kept in files.items() if SECRET in kept or b"PK\x03\x04" in kept or b"<script" in kept] == []


def test_photograph_that_was_held_sideways_stands_upright():
    picture = make_picture(file=upload(with_place(orientation=6)))

    assert (picture.width, picture.height) == (480, 640)


def test_phones_jpeg_with_a_second_view_is_a_still_picture():
    data = plain("MPO", save_all=True, append_images=[Image.new("RGB", (640, 480))])

    assert make_picture(file=upload(data)).widths == "480,640"


def test_transparency_is_kept():
    files = stored(make_picture(file=upload(encoded(Image.new("RGBA", (400, 300), (0, 0, 0, 0)), "PNG"))))

    alphas = {name: Image.open(io.BytesIO(data)).convert("RGBA").getpixel((9, 9))[3] for name, data in files.items()}
    assert alphas == {"original.png": 0, "400.png": 0, "400.avif": 0, "400.webp": 0}


def test_deep_grey_is_not_burnt_out():
    data = encoded(Image.new("I;16", (320, 240), 32768), "PNG")

    image = Image.open(io.BytesIO(stored(make_picture(file=upload(data)))["original.jpg"]))
    assert image.getpixel((9, 9)) == pytest.approx((128, 128, 128), abs=2)


def test_colours_stay_when_their_profile_goes():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = plain(icc_profile=profile)

    files = stored(make_picture(file=upload(data)))

    assert [name for name, kept in files.items() if "icc_profile" in Image.open(io.BytesIO(kept)).info] == []
    image = Image.open(io.BytesIO(files["original.jpg"]))
    assert image.getpixel((9, 9)) == pytest.approx(Image.open(io.BytesIO(data)).getpixel((9, 9)), abs=3)


def test_names_tell_nothing_and_cannot_be_guessed():
    pictures = [make_picture(title="Ward 9 plan", file=upload(plain(), "Jane Doe at home.jpg")) for _ in range(2)]

    assert all(re.fullmatch(r"pictures/[\w-]{16}/[0-9a-f]{8}/original\.jpg", picture.file.name) for picture in pictures)
    assert pictures[0].key != pictures[1].key


# --- What is tidied away ----------------------------------------------------------------------------------------------


def test_new_file_takes_the_place_of_the_old_ones(django_capture_on_commit_callbacks, media):
    picture = make_picture()

    with django_capture_on_commit_callbacks(execute=True):
        picture.file = upload(plain(size=(500, 400)))
        picture.save()

    assert files_below(media) == sorted(media / name for name in picture.file_names())


def test_old_files_stay_while_the_change_is_not_certain(media):
    picture = make_picture()
    old = [media / name for name in picture.file_names()]

    picture.file = upload(plain())
    picture.save()  # within the test's transaction, which is never committed

    assert [path for path in old if not path.exists()] == []


def test_save_that_fails_leaves_no_files_behind(media):
    with pytest.raises(Exception, match="content_picture_described_or_decorative"):
        Picture.objects.create(title="A", file=upload(plain()))

    assert files_below(media) == []


def test_new_words_keep_the_files():
    picture = make_picture()
    before = stored(picture)

    Picture.objects.get(pk=picture.pk).save()

    assert stored(picture) == before


@pytest.mark.parametrize("delete", [lambda one: one.delete(), lambda one: Picture.objects.filter(pk=one.pk).delete()])
def test_deleted_picture_takes_its_files_and_folders_with_it(delete, django_capture_on_commit_callbacks, media):
    picture = make_picture()

    with django_capture_on_commit_callbacks(execute=True):
        delete(picture)

    assert list((media / "pictures").iterdir()) == []


def replace_file(picture):
    picture.file = upload(plain())
    picture.save()


@pytest.mark.parametrize("change", [Picture.delete, replace_file])
def test_storage_that_deletes_nothing_does_not_fail_what_is_saved(change, django_capture_on_commit_callbacks, monkeypatch):
    picture = make_picture()

    def fail(self, name):
        raise OSError

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.delete", fail)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        change(picture)

    assert len(callbacks) == 1


def test_picture_that_a_text_shows_cannot_be_deleted_in_the_admin(client):
    picture = make_picture()
    make_article(title="Sleep", body=figure(picture))
    client.force_login(make_user("manager"))
    page = reverse("admin:content_picture_delete", args=[picture.pk])

    response = client.post(page, {"post": "yes"})

    assert "Article: Sleep" in texts(response, "//main//li")
    assert Picture.objects.count() == 1


def test_restored_version_keeps_the_present_file():
    picture = make_picture(title="Old")
    picture.title, picture.file = "New", upload(plain())
    picture.save()

    restored = picture.history.last().instance

    assert (restored.title, restored.file.name) == ("Old", picture.file.name)


# --- What pages show --------------------------------------------------------------------------------------------------


def figure(picture, alt="A path."):
    return f'<figure><img src="{picture.file.url}" alt="{alt}"></figure><p>Words.</p>'


def shown(article):
    """Return for each picture in the article's text: types, `srcset`s, and what its `img` says."""
    page = tree(Client().get(article.get_absolute_url()))
    return [
        {
            "sources": [(source.get("type"), source.get("srcset")) for source in element.iter("source")],
            **{name: next(element.iter("img")).get(name) for name in ("src", "alt", "width", "height", "loading", "decoding")},
        }
        for element in page.xpath("//div[@class='article__body']//picture")
    ]


def expected(picture, alt, loading):
    folder = picture.file.url.rpartition("/")[0]
    return {
        "sources": [(f"image/{kind}", f"{folder}/480.{kind} 480w, {folder}/640.{kind} 640w") for kind in ("avif", "webp")],
        "src": f"{folder}/640.jpg",
        "alt": alt,
        "width": "640",
        "height": "480",
        "loading": loading,
        "decoding": "async",
    }


def large():
    return make_picture(file=upload(plain()), alt="From the library.")


def test_articles_own_picture_comes_at_once_and_those_in_its_text_when_they_are_near():
    own, inner = large(), large()
    article = make_article(picture=own, body=figure(inner))

    assert shown(article) == [expected(own, "From the library.", None), expected(inner, "A path.", "lazy")]


def test_first_picture_above_all_headings_comes_at_once():
    first, second = large(), large()
    article = make_article(body=figure(first) + figure(second))

    assert shown(article) == [expected(first, "A path.", None), expected(second, "A path.", "lazy")]


def test_first_picture_below_a_heading_waits():
    picture = large()

    assert shown(make_article(body="<h2>Why?</h2>" + figure(picture))) == [expected(picture, "A path.", "lazy")]


def test_text_shows_the_new_file_of_a_picture():
    picture = large()
    article = make_article(body=figure(picture))
    old = picture.file.name

    picture.file = upload(plain())
    picture.save()

    assert picture.file.name != old
    assert shown(article) == [expected(picture, "A path.", None)]


def test_quotes_in_a_description_stay_in_it():
    picture = make_picture(file=upload(plain()), alt='A "wide" path & <b>')

    assert shown(make_article(picture=picture))[0]["alt"] == 'A "wide" path & <b>'


def test_picture_that_is_gone_from_the_library_stays_as_it_was_written():
    article = make_article(body='<h2>Why?</h2><figure><img src="/media/pictures/a.png" alt="A path."></figure>')

    [image] = tree(Client().get(article.get_absolute_url())).xpath("//div[@class='prose']//img")
    assert dict(image.attrib) == {"src": "/media/pictures/a.png", "alt": "A path.", "loading": "lazy"}


def test_article_takes_as_many_queries_with_three_pictures_as_with_none(client):
    without = make_article()
    article = make_article(body="".join(figure(make_picture()) for _ in range(3)))
    Article.objects.filter(pk=without.pk).update(order=1)  # a new version, so that nothing is kept

    with_none = count_queries(client, without.get_absolute_url())

    Article.objects.filter(pk=without.pk).update(order=2)
    assert count_queries(client, article.get_absolute_url()) == with_none


def test_pages_that_still_ask_for_the_old_file_get_the_new_one(client, django_capture_on_commit_callbacks):
    picture = make_picture()
    old = picture.file.url
    with django_capture_on_commit_callbacks(execute=True):
        picture.file = picture_file("JPEG")
        picture.save()

    response = client.get(old)

    assert (response.status_code, response["Location"], response["Cache-Control"]) == (302, picture.address, "no-cache")


def test_lost_file_is_a_404_and_no_loop(client):
    picture = make_picture()
    picture.file.storage.delete(picture.file_names()[-1])

    assert client.get(picture.address).status_code == 404


@pytest.mark.parametrize(("kind", "type_"), [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")])
def test_copy_is_served_as_what_it_is(client, kind, type_):
    folder = make_picture().file.url.rpartition("/")[0]

    response = client.get(f"{folder}/320.{kind}")

    assert (response["Content-Type"], response["Cache-Control"]) == (type_, "public, max-age=31536000, immutable")
    response.close()


def test_lists_in_the_admin_load_the_smallest_copy():
    picture = large()

    thumbnail = PictureAdmin(Picture, None).thumbnail(picture)  # type: ignore[arg-type]

    assert f'src="{picture.file.url.rpartition("/")[0]}/480.webp"' in thumbnail
