"""Accounts in the admin: a manager keeps them, and can make nobody more than a manager."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.models import User
from tests.content.factories import PASSWORD, make_user
from tests.pages import count_queries, form_values, texts, tree

pytestmark = pytest.mark.django_db

LIST = reverse("admin:staff_user_changelist")
ADD = reverse("admin:staff_user_add")


def change(user):
    return reverse("admin:staff_user_change", args=[user.pk])


@pytest.fixture
def manager(client):
    user = make_user("manager", name="Manager")
    client.force_login(user)
    return user


@pytest.fixture
def boss():
    return User.objects.create_superuser("boss@clinic.example", PASSWORD, name="Boss")


def new_account(client, **changes):
    values = {"email": "New@clinic.example", "name": "New", "groups": [Group.objects.get(name="editor").pk]}
    return client.post(ADD, form_values(client.get(ADD), "user_form") | values | changes)


def test_ones_own_account_asks_for_the_password_again(client):
    """Or whoever finds a manager's screen could have links for a new password sent to themselves."""
    manager, other = make_user("manager", name="Manager"), make_user("editor")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(manager)
        form = form_values(client.get(change(manager)), "user_form")
        clock.shift(301)
        asked = [client.get(f"/admin/staff/user/0{manager.pk}/change/"), client.get(change(manager))]
        asked += [client.post(change(manager), form | {"email": "thief@evil.example"})]
        manager.refresh_from_db()
        former = manager.email
        others = client.get(change(other)).status_code
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        after = client.get(change(manager)).status_code

    assert [response.headers["Location"].partition("?")[0] for response in asked] == [reverse("account_reauthenticate")] * 3
    assert (former == "thief@evil.example", others, after) == (False, 200, 200)


def test_nobody_removes_their_own_second_step_here(client, manager):
    TOTP.activate(manager, generate_totp_secret())
    client.post(LIST, {"action": "remove_second_step", "_selected_action": [manager.pk]})

    assert Authenticator.objects.filter(user=manager).count() == 1
    assert any("your account’s page" in words for words in texts(client.get(LIST), "//ul[@class='messagelist']/li"))


@pytest.mark.parametrize("role", ["", "editor", "reviewer"])
def test_only_managers_see_accounts(client, role):
    other = make_user("editor", name="Wilhelmina")
    client.force_login(make_user(role))

    statuses = [client.get(address).status_code for address in (LIST, ADD, change(other))]
    assert statuses == [403, 403, 403]
    assert "Wilhelmina" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("lookup", ["password", "password__startswith", "password__regex", "password__gt"])
def test_list_tells_nobody_what_a_password_is_kept_as(client, manager, lookup):
    rosa = make_user("reviewer", name="Rosa")
    statuses = [client.get(LIST, {lookup: value}).status_code for value in (rosa.password, "nothing like it")]

    assert statuses == [400, 400]


def test_manager_sees_colleagues_with_their_roles(client, manager):
    make_user("reviewer", name="Rosa")
    make_user(name="Nobody yet")

    assert texts(client.get(LIST), "//th[contains(@class, 'field-name')]") == ["Manager", "Nobody yet", "Rosa"]
    assert texts(client.get(LIST), "//td[contains(@class, 'field-roles')]") == ["manager", "none", "reviewer"]


def test_list_takes_as_many_queries_for_three_as_for_one(client, manager):
    with_one = count_queries(client, LIST)
    make_user("editor")
    make_user("reviewer")

    assert count_queries(client, LIST) == with_one <= 10


def test_manager_invites_somebody_and_gives_them_a_role(client, manager, mailoutbox):
    role = Group.objects.get(name="editor")
    response = new_account(client, groups=[role.pk])
    user = User.objects.get(email="new@clinic.example")

    assert response.status_code == 302
    assert (user.name, user.has_usable_password(), list(user.groups.all())) == ("New", False, [role])
    assert [(mail.to, "/accounts/invitation/" in mail.body) for mail in mailoutbox] == [(["new@clinic.example"], True)]


def test_nobody_is_invited_to_an_empty_page(client, manager, mailoutbox):
    response = new_account(client, groups=[])

    assert texts(response, "//ul[@class='errorlist']/li") == ["Choose at least one role."]
    assert form_values(response, "user_form")["name"] == ["New"]
    assert (User.objects.filter(name="New").exists(), mailoutbox) == (False, [])


def test_manager_is_told_when_the_invitation_does_not_go_out(client, manager, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9  # nobody listens there

    response = client.get(new_account(client)["Location"])

    assert "did not go out" in " ".join(texts(response, "//ul[@class='messagelist']/li"))
    assert User.objects.filter(email="new@clinic.example").exists() is True


def test_invitation_is_sent_again_to_those_who_never_came_in(client, manager, mailoutbox):
    new, old = make_user("editor", name="New"), make_user("editor", name="Old")
    client.force_login(old)
    client.force_login(manager)

    client.post(LIST, {"action": "invite_again", "_selected_action": [new.pk, old.pk]})

    assert [mail.to for mail in mailoutbox] == [[new.email]]


def test_manager_removes_a_lost_second_step(client, manager, mailoutbox):
    user = make_user("editor")
    TOTP.activate(user, generate_totp_secret())

    client.post(LIST, {"action": "remove_second_step", "_selected_action": [user.pk]})

    assert Authenticator.objects.filter(user=user).exists() is False
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([user.email], "Your second step was removed")]
    assert LogEntry.objects.filter(object_id=user.pk, user=manager).count() == 1


@pytest.mark.parametrize("taken", [{"groups": []}, {"is_active": ""}])
def test_the_only_manager_cannot_leave(client, manager, taken):
    other = make_user("editor")
    page = client.post(change(manager), form_values(client.get(change(manager)), "user_form") | taken)

    assert page.status_code == 200
    assert "This is the only manager." in " ".join(texts(page, "//ul[contains(@class, 'errorlist')]/li"))
    other.groups.add(Group.objects.get(name="manager"))
    assert client.post(change(manager), form_values(client.get(change(manager)), "user_form") | taken).status_code == 200
    Client().force_login(other)  # before, nobody knew whether the invitation had arrived
    assert client.post(change(manager), form_values(client.get(change(manager)), "user_form") | taken).status_code == 302


def test_manager_cannot_change_the_address_of_a_colleague_who_has_signed_in(client, manager, mailoutbox):
    user = make_user("reviewer", email="rosa@clinic.example", last_login=timezone.now())

    client.post(change(user), form_values(client.get(change(user)), "user_form", name="Rose") | {"email": "mine@evil.example"})
    user.refresh_from_db()

    assert (user.name, user.email, mailoutbox) == ("Rose", "rosa@clinic.example", [])


@pytest.mark.parametrize("who", ["a manager, of somebody new", "a manager, of their own", "a superuser"])
def test_changed_address_is_told_to_the_former_one(client, manager, boss, mailoutbox, who):
    user = manager if who == "a manager, of their own" else make_user("reviewer")
    former = user.email
    if who == "a superuser":
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        client.force_login(boss)

    client.post(change(user), form_values(client.get(change(user)), "user_form", email="Other@clinic.example"))
    user.refresh_from_db()

    assert user.email == "other@clinic.example"
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([former], "The address of your account was changed")]


def test_name_or_case_alone_is_told_to_nobody(client, manager, mailoutbox):
    user = make_user("reviewer", email="rosa@clinic.example")

    client.post(change(user), form_values(client.get(change(user)), "user_form", name="Rose", email="Rosa@clinic.example"))

    assert mailoutbox == []


def test_nobody_sets_a_password_for_another(client, manager):
    user = make_user("editor")

    assert client.get(f"/admin/staff/user/{user.pk}/password/").status_code in (302, 404)
    assert "password" not in {name.partition("_")[0] for name in form_values(client.get(change(user)), "user_form")}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"email": "BOSS@clinic.example"}, "Someone already has this address."),
        ({"email": "not an address"}, "Enter a valid email address."),
    ],
)
def test_unsound_account_is_not_made(client, manager, boss, changes, complaint):
    response = new_account(client, **changes)

    assert complaint in " ".join(texts(response, "//ul[contains(@class, 'errorlist')]"))
    assert User.objects.count() == 2


def test_manager_does_not_see_superusers(client, manager, boss):
    page = client.get(LIST)
    search = client.get(LIST, {"q": "boss"})

    assert texts(page, "//th[contains(@class, 'field-name')]") == ["Manager"]
    assert texts(search, "//th[contains(@class, 'field-name')]") == []


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_manager_cannot_open_a_superuser(client, manager, boss, page):
    address = f"/admin/staff/user/{boss.pk}/{page}/"

    response = client.get(address)

    assert (response.status_code, response.headers.get("Location")) in [(302, "/admin/"), (404, None), (403, None)]
    assert b"boss@clinic.example" not in response.content


@pytest.mark.parametrize("page", ["change"])
def test_forged_change_of_a_superuser_does_nothing(client, manager, boss, page):
    forged = {
        "email": "mine@clinic.example",
        "name": "Mine",
        "password1": "another long one",
        "password2": "another long one",
        "usable_password": "true",
    }

    response = client.post(f"/admin/staff/user/{boss.pk}/{page}/", forged)
    boss.refresh_from_db()

    assert response.status_code in (302, 403, 404)
    assert (boss.email, boss.name, boss.check_password(PASSWORD)) == ("boss@clinic.example", "Boss", True)


def test_manager_is_shown_no_switch_for_superusers(client, manager):
    names = tree(client.get(change(manager))).xpath("//form[@id='user_form']//*/@name")

    assert {"is_superuser", "is_staff", "user_permissions"} & set(names) == set()
    assert {"email", "name", "groups", "is_active"} <= set(names)


@pytest.mark.parametrize("whom", ["themselves", "a colleague"])
def test_forged_grant_of_more_than_a_role_is_ignored(client, manager, whom):
    user = manager if whom == "themselves" else make_user("editor")
    everything = list(Permission.objects.values_list("pk", flat=True))
    values = form_values(client.get(change(user)), "user_form", name="Saved")

    response = client.post(change(user), values | {"is_superuser": "on", "is_staff": "on", "user_permissions": everything})
    user.refresh_from_db()

    assert (response.status_code, user.name) == (302, "Saved")
    assert (user.is_superuser, user.user_permissions.count()) == (False, 0)


def test_forged_superuser_is_not_made(client, manager):
    new_account(client, is_superuser="on", is_staff="on")

    assert User.objects.get(email="new@clinic.example").is_superuser is False


def test_manager_cannot_delete_accounts(client, manager):
    other = make_user("editor")

    response = client.post(f"/admin/staff/user/{other.pk}/delete/", {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})

    assert response.status_code == 403
    assert User.objects.filter(pk=other.pk).exists() is True


def test_superuser_sees_everyone_and_the_switch(client, boss):
    client.force_login(boss)
    other = make_user("editor", name="Ada")

    assert texts(client.get(LIST), "//th[contains(@class, 'field-name')]") == ["Ada", "Boss"]
    client.post(change(other), form_values(client.get(change(other)), "user_form", is_superuser="on"))
    other.refresh_from_db()
    assert other.is_superuser is True


def test_roles_themselves_cannot_be_changed_in_the_admin(client, boss):
    client.force_login(boss)

    assert client.get("/admin/auth/group/").status_code == 404


def test_leaving_closes_the_account(client, manager):
    user = make_user("editor")
    values = form_values(client.get(change(user)), "user_form")
    values.pop("is_active")

    told = texts(client.post(change(user), values, follow=True), "//ul[@class='messagelist']/li")
    user.refresh_from_db()

    assert told[0] == f"{user} is signed out everywhere, and can neither sign in nor read an enquiry from now on."
    assert (user.is_active, client.login(username=user.email, password=PASSWORD)) == (False, False)


def test_coming_back_says_what_is_still_to_do(client, manager):
    user = make_user("desk", is_active=False)
    values = form_values(client.get(change(user)), "user_form") | {"is_active": "on"}

    told = texts(client.post(change(user), values, follow=True), "//ul[@class='messagelist']/li")

    assert (
        told[0]
        == f"{user} can sign in again. If they work at the desk, a colleague there gives them access to enquiries again."
    )


def test_roles_are_ticked_and_explained_by_their_own_name(client, manager):
    response = client.get(ADD)

    assert texts(response, "//div[@id='id_groups']//label") == ["editor", "reviewer", "manager", "desk"]
    assert "A reviewer approves and publishes them." in texts(response, "//div[contains(@class, 'field-groups')]")[0]
    assert "group" not in " ".join(texts(response, "//main")).lower()
    assert "By role" in " ".join(texts(client.get(LIST), "//*[@id='changelist-filter']"))
