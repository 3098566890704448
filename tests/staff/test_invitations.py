"""Invitations: a link that works once, for three days, for the one whom it was made for."""

from io import StringIO
from urllib.parse import urlparse

import pytest
import time_machine
from django.core import signing
from django.core.management import CommandError, call_command
from django.test import Client

from staff.invitations import link_for
from staff.models import User
from tests.pages import texts

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "seven quiet herons", "new_password2": "seven quiet herons"}


@pytest.fixture
def user():
    return User.objects.create_user("ada@clinic.example", name="Ada")


def link(user):
    return urlparse(link_for(user)).path


def test_invited_person_chooses_a_password_and_signs_in(client, user):
    address = link(user)
    page = client.get(address)
    response = client.post(address, NEW)
    client.post("/accounts/login/", {"login": user.email, "password": NEW["new_password1"]})

    assert texts(page, "//h1") == ["Welcome, Ada"]
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/admin/")
    assert client.get("/admin/").status_code == 200


def test_link_works_once(client, user):
    address = link(user)
    client.post(address, NEW)

    assert client.get(address).status_code == 410
    assert client.post(address, {"new_password1": "another long one", "new_password2": "another long one"}).status_code == 410
    user.refresh_from_db()
    assert user.check_password(NEW["new_password1"]) is True


def test_link_works_for_three_days(client, user):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        address = link(user)
        clock.shift(3 * 24 * 3600 - 5)
        before = client.get(address).status_code
        clock.shift(10)

        assert (before, client.get(address).status_code) == (200, 410)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}, {"email": "other@clinic.example"}])
def test_link_is_over_when_the_account_is_closed_or_goes_to_another(client, user, fields):
    address = link(user)
    User.objects.filter(pk=user.pk).update(**fields)

    assert client.get(address).status_code == 410


@pytest.mark.parametrize("token", ["x", "x:y:z", "a" * 3000, "%00", "..%2f"])
def test_forged_link_opens_nothing(client, user, token):
    assert client.post(f"/accounts/invitation/{token}/", NEW).status_code in (404, 410)


def test_token_of_something_else_is_not_an_invitation(client, user):
    token = signing.dumps({"user": user.pk, "state": ""}, salt="another salt")

    assert client.get(f"/accounts/invitation/{token}/").status_code == 410


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"new_password2": "another"}, "The two are not the same. Type both again."),
        ({"new_password1": "short", "new_password2": "short"}, "too short"),
        ({"new_password1": ""}, "required"),
    ],
)
def test_unfit_password_is_explained_and_the_link_still_works(client, user, changes, complaint):
    response = client.post(link(user), NEW | changes)

    assert response.status_code == 422
    assert complaint in " ".join(texts(response, "//*[@role='alert']//li"))
    assert client.get(link(user)).status_code == 200


def test_page_is_kept_nowhere_and_sets_no_session(client, user):
    response = client.get(link(user))

    assert "no-store" in response["Cache-Control"]
    assert "sessionid" not in response.cookies


def invite(*words):
    out = StringIO()
    call_command("invite", *words, stdout=out)
    return out.getvalue()


def test_command_makes_the_first_manager():
    said = invite("Boss@Clinic.example", "--name", "Boss", "--role", "manager", "--role", "editor")
    user = User.objects.get()

    assert (user.email, user.name, sorted(user.groups.values_list("name", flat=True))) == (
        "boss@clinic.example",
        "Boss",
        ["editor", "manager"],
    )
    assert Client().get(urlparse(said.split()[-1]).path).status_code == 200


@pytest.mark.parametrize(
    "words", [("boss@clinic.example", "--role", "king"), ("boss@clinic.example",), ("not an address", "--role", "manager")]
)
def test_command_makes_nothing_that_is_wrong(words):
    with pytest.raises(CommandError):
        invite(*words)

    assert User.objects.count() == 0


def test_command_makes_no_link_for_who_has_come_in(client, user):
    client.force_login(user)

    with pytest.raises(CommandError, match="signed in before"):
        invite(user.email)
