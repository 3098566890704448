"""Uploaded pictures, served so that nothing in them can run."""

from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    folder = tmp_path / "media"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "ripples.png").write_bytes(b"a picture")
    (folder / "pictures" / "active.svg").write_text("<svg onload='alert(1)'/>")
    (tmp_path / "secret_key").write_text("s3cret")
    settings.MEDIA_ROOT = folder
    return folder


def test_picture_is_served_for_keeping(client):
    response = client.get("/media/pictures/ripples.png")

    assert b"".join(response.streaming_content) == b"a picture"
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_nothing_in_an_upload_can_run(client):
    response = client.get("/media/pictures/active.svg")

    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


@pytest.mark.parametrize(
    "path",
    ["../secret_key", "..%2fsecret_key", "pictures/../../secret_key", "%2e%2e/secret_key", "/etc/passwd", "..\\secret_key"],
)
def test_nothing_outside_the_uploads_is_served(path):
    response = Client().get(f"/media/{path}")

    assert response.status_code in (400, 404)  # 400 from the path's own check, 404 from the file's
    assert b"s3cret" not in response.content


@pytest.mark.parametrize("path", ["", "pictures/", "pictures", "gone.png"])
def test_folder_is_not_listed(path):
    response = Client().get(f"/media/{path}")

    assert response.status_code == 404
    assert b"ripples" not in response.content


def test_uploads_under_test_are_not_the_real_ones(settings):
    assert Path(settings.MEDIA_ROOT) != settings.VAR_DIR / "media"
