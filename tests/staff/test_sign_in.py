"""Signing in to the admin by email address."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from staff.models import User
from tests.content.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_in(client, email, password=PASSWORD):
    """Return where the sign-in leads, or None if it stays on its page."""
    data = {"username": email, "password": password, "next": "/admin/"}
    return client.post("/admin/login/", data).headers.get("Location")


@pytest.mark.parametrize("email", ["ada@clinic.example", "ADA@Clinic.Example", " ada@clinic.example "])
def test_address_in_any_case_signs_in(client, email):
    make_user("editor", email="ada@clinic.example")

    assert sign_in(client, email) == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@clinic.example", PASSWORD.upper()),
        ("ada@clinic.example", ""),
        ("nobody@clinic.example", PASSWORD),
        ("%", PASSWORD),
        ("ada_clinic.example", PASSWORD),
    ],
)
def test_wrong_address_or_password_does_not_sign_in(client, email, password):
    make_user("editor", email="ada@clinic.example")

    assert sign_in(client, email, password) is None
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_those_who_left_cannot_sign_in(client, fields):
    make_user("manager", email="ada@clinic.example", **fields)

    assert sign_in(client, "ada@clinic.example") is None


def test_leaving_ends_a_session_that_is_open(client):
    user = make_user("editor")
    client.force_login(user)
    before = client.get("/admin/").status_code
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert (before, client.get("/admin/").status_code) == (200, 302)


def test_session_is_kept_from_scripts_and_other_sites(client):
    make_user("editor", email="ada@clinic.example")
    response = client.post("/admin/login/", {"username": "ada@clinic.example", "password": PASSWORD, "next": "/admin/"})

    cookie = response.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_sign_in_does_not_lead_to_another_site(client):
    make_user("editor", email="ada@clinic.example")
    data = {"username": "ada@clinic.example", "password": PASSWORD, "next": "https://evil.example/"}

    assert client.post("/admin/login/", data)["Location"] == "/accounts/profile/"


@pytest.mark.parametrize("password", ["elevenchars", "password1234", "135792468013", "ada.lovelace@", "adalovelace12"])
def test_weak_password_is_refused(password):
    user = User(email="ada.lovelace@clinic.example", name="Adalovelace12")

    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_long_phrase_is_a_good_password():
    assert validate_password("twelve quiet herons", User(email="ada@clinic.example", name="Ada")) is None
