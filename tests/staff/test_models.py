"""The user model: one address a person, whatever its case."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from staff.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return User.objects.create_user("Ada@Clinic.Example", "a long enough password", name="Ada")


def test_address_is_stored_in_lower_case(ada):
    assert User.objects.values_list("email", flat=True).get() == "ada@clinic.example"


def test_new_member_may_sign_in_and_nothing_more(ada):
    assert (ada.is_staff, ada.is_active, ada.is_superuser, ada.get_all_permissions()) == (True, True, False, set())


@pytest.mark.parametrize("email", ["ada@clinic.example", "ADA@CLINIC.EXAMPLE", "aDa@clinic.Example"])
def test_user_is_found_by_address_in_any_case(ada, email):
    assert User.objects.get_by_natural_key(email) == ada


@pytest.mark.parametrize("email", ["ada@clinic.example", "ADA@clinic.example"])
def test_database_refuses_the_same_address_in_any_case(ada, email):
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email=email, name="Another").save()

    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["ada@clinic.example", "ADA@clinic.example"])
def test_form_says_that_the_address_is_taken(ada, email):
    with pytest.raises(ValidationError, match="Someone already has this address"):
        User(email=email, name="Another", password="x").full_clean()


def test_different_addresses_do_not_collide(ada):
    other = User.objects.create_user("ada@other.example", name="Ada")

    assert User.objects.get_by_natural_key("ada@other.example") == other


def test_user_needs_an_address():
    with pytest.raises(ValueError, match="A user needs an email address"):
        User.objects.create_user("", "a long enough password", name="Nobody")


def test_account_without_a_password_cannot_sign_in(client):
    user = User.objects.create_user("ada@clinic.example", name="Ada")

    assert user.has_usable_password() is False
    assert client.login(username="ada@clinic.example", password="") is False


def test_superuser_may_do_everything():
    user = User.objects.create_superuser("boss@clinic.example", "a long enough password", name="Boss")

    assert (user.is_staff, user.is_superuser, user.has_perm("content.publish_article")) == (True, True, True)


@pytest.mark.parametrize(("name", "shown"), [("Ada", "Ada"), ("", "ada@clinic.example")])
def test_user_is_shown_by_name_or_else_by_address(name, shown):
    assert str(User(email="ada@clinic.example", name=name)) == shown
    assert User(name=name).get_short_name() == name
