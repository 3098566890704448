"""The commands that make accounts."""

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction

from staff.models import User

pytestmark = pytest.mark.django_db

LINE = re.compile(r"^  (\w+) +(\S+@demo\.example) +(\S+)$", re.MULTILINE)


def demo_accounts() -> str:
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    return out.getvalue()


def test_an_account_is_made_for_each_role_and_its_password_works():
    made = LINE.findall(demo_accounts())

    users = {role: authenticate(username=email, password=password) for role, email, password in made}
    assert {role: [group.name for group in user.groups.all()] for role, user in users.items()} == {
        "editor": ["editor"],
        "reviewer": ["reviewer"],
        "manager": ["manager"],
        "desk": ["desk"],
    }
    assert User.objects.filter(is_superuser=True).count() == 0


def test_second_run_prints_nothing_and_keeps_the_passwords():
    [(_, email, password), *_] = LINE.findall(demo_accounts())
    said = demo_accounts()

    assert said == ""
    assert User.objects.count() == 4
    assert authenticate(username=email, password=password) is not None


def test_missing_account_is_made_again_and_only_that_is_printed():
    demo_accounts()
    User.objects.get(email="editor@demo.example").delete()

    assert [role for role, *_ in LINE.findall(demo_accounts())] == ["editor"]


def test_passwords_are_random_and_strong():
    first = [password for *_, password in LINE.findall(demo_accounts())]
    with transaction.atomic():  # a new installation
        User.objects.all().delete()
    second = [password for *_, password in LINE.findall(demo_accounts())]

    assert len({*first, *second}) == 8
    assert min(map(len, first)) >= 16


def test_production_refuses_demonstration_accounts(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="not for production"):
        demo_accounts()

    assert User.objects.count() == 0


def test_superuser_can_be_made_without_a_terminal(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long enough password")
    call_command("createsuperuser", interactive=False, email="Boss@Clinic.Example", name="Boss", verbosity=0)

    user = authenticate(username="boss@clinic.example", password="a long enough password")
    assert (user.name, user.is_superuser, user.is_staff) == ("Boss", True, True)


def test_superuser_needs_an_address_that_is_free():
    call_command("createsuperuser", interactive=False, email="boss@clinic.example", name="Boss", verbosity=0)

    with pytest.raises(CommandError, match="already"):
        call_command("createsuperuser", interactive=False, email="BOSS@clinic.example", name="Boss", verbosity=0)
    assert User.objects.count() == 1


def test_superuser_needs_an_address():
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, name="Boss", verbosity=0)
