"""Uploaded pictures in a bucket: the same addresses and the same answers as out of a folder, from a server that speaks S3."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.urls import reverse

from clinic_site.env import storages
from content.models import Picture
from staff.models import User
from tests.bucket import bucket_server
from tests.clinic_site.databases import ROOT
from tests.content.factories import make_picture, picture_file
from tests.pages import form_values

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server():
    with bucket_server() as made:
        yield made


@pytest.fixture
def bucket(server, settings):
    settings.STORAGES = {**settings.STORAGES, **storages(server.url)}
    yield server
    for name in server.files():
        server.client.delete_object(Bucket="clinic", Key=name)


def names_of(picture):
    return sorted(f"media/{name}" for name in picture.file_names())


# --- Pictures ---------------------------------------------------------------------------------------------------------


def test_upload_in_the_admin_lies_in_the_bucket(bucket, client):
    client.force_login(User.objects.create_superuser("boss@clinic.example"))  # the roles are gone after other such tests
    page = client.get(reverse("admin:content_picture_add"))
    values = form_values(page, "picture_form", title="Two paths", alt="A fork in a wood.", file=picture_file(size=(640, 480)))
    client.post(reverse("admin:content_picture_add"), values)
    picture = Picture.objects.get()

    assert sorted(bucket.files()) == names_of(picture)
    assert len(picture.file_names()) == 6


def test_addresses_are_the_sites_own(bucket):
    picture = make_picture()

    assert picture.address == f"/media/{picture.file_names()[-1]}"
    assert all(address.startswith("/media/pictures/") for _, copies in picture.sources() for address in copies.split(", "))


def test_picture_is_served_for_keeping(bucket, client):
    picture = make_picture()
    response = client.get(picture.thumbnail)

    assert b"".join(response.streaming_content) == bucket.files()[f"media/{picture.thumbnail.removeprefix('/media/')}"]
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Length"] == str(len(bucket.files()[f"media/{picture.thumbnail.removeprefix('/media/')}"]))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_replaced_picture_takes_its_files_with_it_and_leads_to_the_new(bucket, client):
    picture = make_picture()
    old = picture.address
    picture.file = picture_file(size=(640, 480))
    picture.save()

    assert sorted(bucket.files()) == names_of(picture)
    assert client.get(old)["Location"] == picture.address


def test_deleted_picture_takes_its_files_with_it(bucket):
    make_picture().delete()

    assert bucket.files() == {}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("../secret_key", 400),
        ("..%2fsecret_key", 400),
        ("pictures/../../secret_key", 400),
        ("/secret_key", 400),
        ("gone.png", 404),
        ("pictures/", 404),
        ("a%00b", 404),
        ("%f0%9f%8c%8a", 404),
        ("a" * 1100, 404),
        ("?a=b", 404),
    ],
)
def test_nothing_but_a_picture_is_served(bucket, client, path, status):
    bucket.client.put_object(Bucket="clinic", Key="secret_key", Body=b"s3cret")
    response = client.get(f"/media/{path}")

    assert response.status_code == status
    assert b"s3cret" not in response.content


def test_bucket_that_refuses_says_so_to_the_log_and_not_to_the_visitor(settings, client, caplog):
    settings.STORAGES = {**settings.STORAGES, **storages("s3+http://key:unguessable@127.0.0.1:1/clinic")}
    client.raise_request_exception = False
    response = client.get("/media/pictures/a.webp")

    assert response.status_code == 500
    assert b"127.0.0.1" not in response.content
    assert [record.levelname for record in caplog.records if record.name == "django.request"] == ["ERROR"]
    assert "unguessable" not in caplog.text


# --- Static files -----------------------------------------------------------------------------------------------------


def test_static_files_of_both_versions_stay(bucket, settings, tmp_path, capsys):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "css").mkdir()
    (tmp_path / "staticfiles.json").write_text("{}")
    (tmp_path / "css" / "site.111111111111.css").write_text("old")
    call_command("publish_static")
    (tmp_path / "css" / "site.111111111111.css").unlink()
    (tmp_path / "css" / "site.222222222222.css").write_text("new")
    (tmp_path / "css" / "site.222222222222.css.br").write_bytes(b"br")
    call_command("publish_static")

    assert bucket.files() == {
        "static/css/site.111111111111.css": b"old",
        "static/css/site.222222222222.css": b"new",
        "static/css/site.222222222222.css.br": b"br",
    }
    assert capsys.readouterr().out == "1 files copied, 0 were there.\n2 files copied, 1 were there.\n"
    compressed = bucket.client.get_object(Bucket="clinic", Key="static/css/site.222222222222.css.br")
    assert (compressed["ContentType"], compressed["ContentEncoding"]) == ("text/css", "br")
    assert compressed["CacheControl"] == "public, max-age=31536000, immutable"


def test_without_a_bucket_nothing_is_published():
    with pytest.raises(CommandError, match="OBJECT_STORAGE_URL"):
        call_command("publish_static")


# --- The setting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["s3://key:secret@host", "s3://key:secret@host/", "https://host/bucket", "s3:///bucket", "s3://host/a/b"]
)
def test_address_that_is_no_bucket_is_refused_without_repeating_it(url):
    with pytest.raises(ImproperlyConfigured) as refused:
        storages(url)

    assert str(refused.value) == "OBJECT_STORAGE_URL must look like s3://KEY:SECRET@HOST/BUCKET?region=REGION"


def test_address_says_where_and_with_which_key():
    options = storages("s3://AKIA:a%2Fb%40c@s3.eu-west-2.amazonaws.com/clinic?region=eu-west-2")["default"]["OPTIONS"]

    assert options == {
        "bucket_name": "clinic",
        "endpoint_url": "https://s3.eu-west-2.amazonaws.com",
        "region_name": "eu-west-2",
        "access_key": "AKIA",
        "secret_key": "a/b@c",
        "location": "media",
    }


def test_without_a_key_the_machines_own_role_is_asked():
    assert "access_key" not in storages("s3://s3.eu-west-2.amazonaws.com/clinic")["default"]["OPTIONS"]


@pytest.mark.parametrize(
    ("setting", "imported"),
    [
        ({}, []),
        ({"OBJECT_STORAGE_URL": "s3://127.0.0.1/clinic"}, ["boto3"]),
        ({"TASK_BROKER_URL": "redis://127.0.0.1:1/0"}, ["redis"]),
    ],
)
def test_client_libraries_are_imported_only_where_they_are_used(tmp_path, setting, imported):
    code = (
        "import clinic_site.wsgi, json, sys; from django.core.files.storage import default_storage; default_storage.url('a');"
        "from django_q.brokers import get_broker; get_broker();"
        "print(json.dumps([name for name in ('boto3', 'redis') if name in sys.modules]))"
    )
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/db", **setting}
    command = [sys.executable, "-c", code]
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own

    assert json.loads(finished.stdout.splitlines()[-1]) == imported
