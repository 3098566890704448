"""How long a sign-in lasts, and how it ends early."""

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from content import share_picture
from content.models import ClinicDetails
from operations import work
from tests.content.factories import PASSWORD, make_user
from tests.pages import texts

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000
MINUTE, HOUR = 60, 3600


def signed_in(user, **headers):
    client = Client(**headers)
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("role", "minutes", "stays"),
    [
        ("desk", 29, True),
        ("desk", 31, False),
        ("manager", 31, False),
        ("editor", 31, True),
        ("editor", 11 * 60 + 59, True),
        ("editor", 12 * 60 + 1, False),
        ("reviewer", 12 * 60 + 1, False),
    ],
)
def test_idle_session_ends(role, minutes, stays):
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(make_user(role))
        clock.shift(minutes * MINUTE)

        assert is_in(client) is stays


def test_what_carries_a_sessions_cookie_is_kept_by_no_cache_that_others_share():
    picture = share_picture.site_address(ClinicDetails.load().clinic_name)
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(make_user("editor"))
        clock.shift(2 * MINUTE)
        response = client.get(picture)

    assert "sessionid" in response.cookies
    assert response["Cache-Control"] == "max-age=31536000, immutable, private"
    assert Client().get(picture)["Cache-Control"] == "public, max-age=31536000, immutable"


def test_superuser_is_idle_for_as_long_as_a_manager():
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(make_user("editor", is_superuser=True))
        clock.shift(31 * MINUTE)

        assert is_in(client) is False


def test_work_keeps_a_session_open_and_twelve_hours_end_it():
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(make_user("desk"))
        seen = []
        for _ in range(37):  # twelve hours and twenty minutes
            clock.shift(20 * MINUTE)
            seen.append(is_in(client))

    assert seen == [True] * 36 + [False]


def test_session_goes_with_the_browser():
    user = make_user("editor")
    response = Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert response.cookies["sessionid"]["max-age"] == ""


def test_public_page_writes_no_session_for_staff(django_assert_max_num_queries):
    client = signed_in(make_user("editor"))
    client.get("/admin/")

    response = client.get("/healthz")

    assert dict(response.cookies) == {}


@pytest.mark.parametrize(
    "address",
    ["/admin/", "/accounts/", "/accounts/sessions/", "/accounts/second-step/", "/accounts/second-step/totp/activate/", "/"],
)
def test_what_staff_are_shown_is_stored_in_no_browser(address):
    """The page that sets up an app shows its secret."""
    response = signed_in(make_user("editor")).get(address)

    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)


def test_own_sessions_are_listed_and_ended_one_by_one():
    user = make_user("editor")
    here, there = signed_in(user, HTTP_USER_AGENT="Here"), signed_in(user, HTTP_USER_AGENT="There")
    page = here.get("/accounts/sessions/")
    [button] = [session for session in UserSession.objects.filter(user=user) if session.user_agent == "There"]

    assert len(texts(page, "//ul[@class='places']/li")) == 2
    assert here.post("/accounts/sessions/", {"session": button.pk}).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
            "Safari on a Mac",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Mobile Safari/604.1", "Chrome on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on an Android device"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("curl/8.0", "curl/8.0"),
        ("", "an unnamed browser"),
    ],
)
def test_own_sessions_and_the_mail_about_a_new_one_name_the_browser_as_people_do(said, name, mailoutbox):
    page = signed_in(make_user("editor"), HTTP_USER_AGENT=said).get("/accounts/sessions/")

    assert texts(page, "//ul[@class='places']/li/span")[0].endswith(f"from 127.0.0.1, {name}")
    assert f"This came from 127.0.0.1, with {name}, on " in mailoutbox[0].body


@pytest.mark.parametrize("chosen", ["", "x", "-1", "9" * 30, "\x00", "٣"])
def test_session_that_is_none_is_not_found(chosen):
    assert signed_in(make_user("editor")).post("/accounts/sessions/", {"session": chosen}).status_code == 404


def test_nobody_ends_the_session_of_another():
    other = make_user("manager")
    theirs = signed_in(other)
    session = UserSession.objects.get(user=other)

    assert signed_in(make_user("editor")).post("/accounts/sessions/", {"session": session.pk}).status_code == 404
    assert is_in(theirs) is True


def test_leaving_ends_sessions_for_good():
    user = make_user("editor")
    client = signed_in(user)
    user.is_active = False
    user.save()
    gone = is_in(client)
    user.is_active = True
    user.save()

    assert (gone, is_in(client), UserSession.objects.count()) == (False, False, 0)


def test_new_password_ends_the_other_sessions():
    user = make_user("editor")
    here, there = signed_in(user), signed_in(user)
    new = {"oldpassword": PASSWORD, "password1": "seven quiet herons", "password2": "seven quiet herons"}

    here.post("/accounts/password/change/", new)

    assert (is_in(here), is_in(there)) == (True, False)


def test_session_that_has_run_out_is_forgotten_with_the_address_that_it_was_from():
    with time_machine.travel(NOW, tick=False) as clock:
        old = signed_in(make_user("editor"), REMOTE_ADDR="203.0.113.1")
        clock.shift(12 * HOUR - MINUTE)
        young = signed_in(make_user("editor"), REMOTE_ADDR="203.0.113.2")
        work.tidy()
        before = UserSession.objects.count()
        clock.shift(2 * MINUTE)
        work.tidy()

        assert (before, [session.ip for session in UserSession.objects.all()]) == (2, ["203.0.113.2"])
        assert [session.session_key for session in Session.objects.all()] == [young.session.session_key]
        assert (is_in(old), is_in(young)) == (False, True)


def test_signing_in_gives_the_browser_another_session():
    """Who planted a session in somebody's browser before is not signed in with them."""
    user, client = make_user("editor"), Client()
    client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    planted = client.session
    planted["x"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key

    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert (is_in(client), client.session.session_key == planted.session_key) == (True, False)
    assert Session.objects.filter(session_key=planted.session_key).exists() is False
