"""Signing in to the admin by email address."""

import re
from datetime import timedelta
from urllib.parse import urlparse

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from operations import work
from staff import counters
from staff.models import User
from tests.content.factories import PASSWORD, make_user
from tests.pages import texts

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"


def sign_in(client, email, password=PASSWORD):
    """Return where the sign-in leads, or None if it stays on its page."""
    data = {"login": email, "password": password, "next": "/admin/"}
    return client.post(SIGN_IN, data).headers.get("Location")


def queued():
    return [queue.task for queue in OrmQ.objects.order_by("pk")]


def do_queued_work():
    """Do what waits for the worker."""
    for task in queued():
        import_string(task["func"])(*task["args"])


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
    response = client.post(SIGN_IN, {"login": "ada@clinic.example", "password": PASSWORD, "next": "/admin/"})

    cookie = response.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_sign_in_does_not_lead_to_another_site(client):
    make_user("editor", email="ada@clinic.example")
    data = {"login": "ada@clinic.example", "password": PASSWORD, "next": "https://evil.example/"}

    assert client.post(SIGN_IN, data)["Location"] == "/admin/"


@pytest.mark.parametrize("password", ["elevenchars", "password1234", "135792468013", "ada.lovelace@", "adalovelace12"])
def test_weak_password_is_refused(password):
    user = User(email="ada.lovelace@clinic.example", name="Adalovelace12")

    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_long_phrase_is_a_good_password():
    assert validate_password("twelve quiet herons", User(email="ada@clinic.example", name="Ada")) is None


def test_long_password_in_any_script_counts_to_its_end(client):
    words = "drei stille Reiher, três garças, 三羽の鷺 " * 5
    user = make_user("editor", email="ada@clinic.example")
    client.force_login(user)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": words, "password2": words})

    assert sign_in(Client(), user.email, words[:-2]) is None
    assert sign_in(Client(), user.email, words) == "/admin/"


@pytest.mark.parametrize(
    "address", ["closed/sign-up/", "signup/", "email/", "password/set/", "confirm-email/", "login/code/", "social/login/"]
)
def test_what_nobody_does_by_themselves_does_not_exist(client, address):
    client.force_login(make_user("editor"))

    assert client.get(f"/accounts/{address}").status_code == 404
    assert client.post(f"/accounts/{address}", {"email": "me@evil.example", "password1": PASSWORD}).status_code in (404, 405)


def test_whoever_has_no_role_at_all_is_refused_kindly_and_not_sent_round(client):
    client.force_login(make_user(is_staff=True))
    assert client.get("/admin/").status_code == 200
    User.objects.update(is_staff=False)

    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_guessing_is_stopped_for_one_account_whoever_guesses(client):
    make_user("editor", email="ada@clinic.example")
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), "ada@clinic.example", "a wrong password")

    response = client.post(SIGN_IN, {"login": "ada@clinic.example", "password": PASSWORD})

    assert (response.status_code, "Too many attempts" in response.content.decode()) == (200, True)


def test_counters_are_shared_and_name_nobody(client):
    sign_in(client, "ada@clinic.example", "a wrong password")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM counters")
        kept = str(cursor.fetchall())

    assert len(kept) > 64
    assert "127.0.0.1" not in kept
    assert "clinic.example" not in kept


def counted():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM counters")
        return cursor.fetchone()[0]


def test_limit_holds_however_many_other_counters_there_are(client):
    """Who guesses for one account cannot have its counter dropped by filling the table with others."""
    make_user("editor", email="ada@clinic.example")
    for _ in range(5):
        sign_in(client, "ada@clinic.example", "a wrong password")
    for number in range(1000):
        cache.set(f"another {number}", number)

    assert (sign_in(Client(REMOTE_ADDR="203.0.113.9"), "ada@clinic.example"), counted() > 1000) == (None, True)


def test_counters_whose_time_is_over_are_forgotten(client):
    sign_in(client, "ada@clinic.example", "a wrong password")
    before = counted()
    work.tidy()
    meanwhile = counted()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        work.tidy()

    assert (before == meanwhile > 0, counted()) == (True, 0)


def test_counters_that_are_kept_elsewhere_are_left_to_it(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://none"}}

    assert counters.forget_old() is None


def test_sign_in_from_a_new_browser_is_mailed_and_the_next_from_there_is_not(client, mailoutbox):
    make_user("editor", email="ada@clinic.example")
    for _ in range(2):
        sign_in(client, "ada@clinic.example")
        client.post("/accounts/logout/")
    told = len(mailoutbox)
    sign_in(Client(), "ada@clinic.example")

    assert (told, len(mailoutbox), mailoutbox[0].to) == (1, 2, ["ada@clinic.example"])


def test_mail_server_that_is_down_keeps_nobody_out(client, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9  # nobody listens there
    make_user("editor", email="ada@clinic.example")

    assert sign_in(client, "ada@clinic.example") == "/admin/"


def test_forgotten_password_is_chosen_anew_by_a_link_that_works_once(client, mailoutbox):
    user = make_user("editor", email="ada@clinic.example")
    client.post("/accounts/password/reset/", {"email": "ADA@clinic.example"})
    do_queued_work()
    link = urlparse(re.search(r"\S+/password/reset/key/\S+", mailoutbox[0].body)[0]).path
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = {"password1": "seven quiet herons", "password2": "seven quiet herons"}

    opened = client.get(form)
    kept = client.post(form, new, follow=True)
    user.refresh_from_db()

    assert user.check_password("seven quiet herons") is True
    assert texts(opened, "//main//label") == ["New password", "The same password again"]
    assert [texts(page, "//h1") for page in (opened, kept, Client().get(link, follow=True))] == [
        ["Choose a new password"],
        ["Your new password is kept"],
        ["This link no longer works"],
    ]


def test_password_is_changed_in_words_of_our_own(client):
    user = make_user("editor")
    client.force_login(user)
    typed = {"oldpassword": PASSWORD, "password1": "seven quiet herons", "password2": "seven quiet heron"}

    refused = client.post("/accounts/password/change/", typed)

    assert texts(refused, "//h1") == ["Change your password"]
    assert texts(refused, "//main//label") == ["Your password now", "New password", "The same password again"]
    assert texts(refused, "//div[@role='alert']//li") == ["You must type the same password each time."]
    assert client.post("/accounts/password/change/", {**typed, "password2": "seven quiet herons"}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("seven quiet herons") is True


def test_address_without_account_is_answered_alike_and_no_mail_goes_there(client, mailoutbox):
    make_user("editor", email="ada@clinic.example")
    answers = [
        client.post("/accounts/password/reset/", {"email": email}) for email in ("ada@clinic.example", "no@clinic.example")
    ]
    do_queued_work()

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/accounts/password/reset/done/")] * 2
    assert [mail.to for mail in mailoutbox] == [["ada@clinic.example"]]


def test_former_address_opens_nothing(client, mailoutbox):
    user = make_user("editor", email="old@clinic.example")
    EmailAddress.objects.create(user=user, email="old@clinic.example", verified=True, primary=True)
    user.email = "new@clinic.example"
    user.save()

    client.post("/accounts/password/reset/", {"email": "old@clinic.example"})
    do_queued_work()

    assert mailoutbox == []


def test_answer_to_a_forgotten_password_takes_as_long_with_an_account_as_without(client, mailoutbox):
    """The mail server is asked by the worker, whose task names no address and holds no link."""
    user = make_user("editor", email="ada@clinic.example")
    asked = []
    for email in ("first@clinic.example", "ada@clinic.example", "no@clinic.example"):
        with CaptureQueriesContext(connection) as queries:
            client.post("/accounts/password/reset/", {"email": email})
        asked.append(len(queries))

    assert (asked[1], mailoutbox) == (asked[2], [])
    assert [task["args"] for task in queued()] == [([],), ([user.pk],), ([],)]


def test_who_left_before_the_worker_came_gets_no_link(client, mailoutbox):
    user = make_user("editor", email="ada@clinic.example")
    client.post("/accounts/password/reset/", {"email": "ada@clinic.example"})
    User.objects.filter(pk=user.pk).update(is_active=False)

    do_queued_work()

    assert mailoutbox == []


def test_link_that_does_not_go_out_is_logged_without_the_address(client, settings, caplog):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9  # nobody listens there
    make_user("editor", email="ada@clinic.example")
    client.post("/accounts/password/reset/", {"email": "ada@clinic.example"})

    do_queued_work()

    assert [record.getMessage() for record in caplog.records] == ["A link for a new password did not go out."]


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8:1:2::{:x}"], ids=["one address", "one line of IPv6"])
def test_too_many_attempts_from_one_connection_get_a_page_that_says_so(client, address):
    def attempt(number):
        from_there = {"REMOTE_ADDR": address.format(number)}
        return client.post(SIGN_IN, {"login": f"{number}@clinic.example", "password": "x"}, **from_there)

    statuses = [attempt(number).status_code for number in range(31)]
    response = attempt(31)

    assert (statuses[0], response.status_code) == (200, 429)
    assert "Too many attempts" in response.content.decode()


@pytest.mark.parametrize("address", [SIGN_IN, "/accounts/password/reset/"])
def test_an_address_is_asked_for_in_the_same_words_and_above_its_field(client, address):
    page = client.get(address).content.decode()

    assert re.search(r'<label class="question__label" for="\w+">Email address\s*</label>', page)
    assert "placeholder" not in page
