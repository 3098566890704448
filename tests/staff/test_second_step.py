"""The second step: asked for before anything in the admin, put off only in a trial, its secrets unreadable in the database."""

import time
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from staff.encryption import CannotDecrypt, decrypt, encrypt
from tests.content.factories import PASSWORD, make_article, make_user
from tests.pages import texts, tree

pytestmark = pytest.mark.django_db
SECOND = "/accounts/second-step/"


def code(secret):
    """Return what an app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def start(user):
    """Return a browser in which the password has been given."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, "next": "/admin/"})
    return client


@pytest.fixture
def required(settings):
    settings.SECOND_STEP_REQUIRED = True


@pytest.fixture
def user():
    return make_user("manager", email="ada@clinic.example")


@pytest.fixture
def protected(user):
    """A user, and the secret of their app."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return user, secret


ADMIN = [
    "/admin/",
    "/admin/catalogue/",
    "/admin/content/article/",
    "/admin/jsi18n/",
    "/admin/enquiries/enquiry/",
    "/admin/password_change/",
]


@pytest.mark.parametrize("address", ADMIN)
def test_without_it_every_page_of_the_admin_leads_to_setting_it_up(required, user, address):
    response = start(user).get(address, follow=True)

    assert response.redirect_chain[-1][0] == SECOND
    assert texts(response, "//h1") == ["Second step"]


def test_without_it_nothing_can_be_changed(required, user):
    article = make_article(title="As it was")

    response = start(user).post(reverse("admin:content_article_delete", args=[article.pk]), {"post": "yes"})

    assert (response.status_code, type(article).objects.count()) == (302, 1)


def test_preview_of_a_draft_needs_it_too(required, user):
    article = make_article(title="As it was")

    assert start(user).get(f"/admin/content/article/{article.pk}/preview/").status_code == 302


def test_in_a_trial_it_waits_under_a_banner(user):
    response = start(user).get("/admin/")

    assert response.status_code == 200
    assert len(texts(response, "//p[@class='put-off']")) == 1


def test_production_never_lets_it_wait(client, user, settings):
    settings.SECOND_STEP_REQUIRED = True
    client.force_login(user)

    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/")["Location"] == SECOND


def test_app_is_set_up_and_then_lets_in(required, user):
    client = start(user)
    [secret] = texts(client.get(f"{SECOND}totp/activate/"), "//*[@class='secret']")
    response = client.post(f"{SECOND}totp/activate/", {"code": code(secret)}, follow=True)

    assert len(texts(response, "//ul[contains(@class, 'codes')]/li")) == 10
    assert client.get("/admin/").status_code == 200
    assert texts(client.get("/admin/"), "//p[@class='put-off']") == []


def set_up(client, user, authenticator):
    """Tell what django-allauth tells once its transaction has ended, as it does not in a test's."""
    request = client.get("/accounts/").wsgi_request
    authenticator_added.send(sender=Authenticator, request=request, user=user, authenticator=authenticator)


def test_session_that_began_before_it_does_not_go_on_without_it(required, user):
    """Whoever had the password alone could else wait for its owner to set a second step up, and be let in without it."""
    waiting, client, colleague = start(user), start(user), start(make_user("editor"))
    set_up(client, user, TOTP.activate(user, generate_totp_secret()).instance)

    assert [browser.get("/admin/").status_code for browser in (client, waiting)] == [200, 302]
    assert waiting.get("/accounts/").status_code == 302
    assert colleague.get("/accounts/").status_code == 200


def test_further_step_ends_no_session(protected):
    user, _ = protected
    client, other = Client(), Client()
    for browser in (client, other):
        browser.force_login(user)
    set_up(client, user, Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={}))

    assert [browser.get("/accounts/").status_code for browser in (client, other)] == [200, 200]


def test_wrong_code_sets_up_nothing_and_says_so(required, user):
    client = start(user)
    client.get(f"{SECOND}totp/activate/")

    response = client.post(f"{SECOND}totp/activate/", {"code": "000000"})

    assert Authenticator.objects.count() == 0
    assert len(texts(response, "//*[@role='alert']//a")) == 1


def test_picture_for_the_app_needs_no_wider_policy(user):
    page = tree(start(user).get(f"{SECOND}totp/activate/"))

    assert len(page.xpath("//*[local-name()='svg']//*[local-name()='path']")) > 0
    assert page.xpath("//@style | //img[starts-with(@src, 'data:')]") == []


def test_password_alone_does_not_let_in(protected):
    user, _ = protected
    client = start(user)

    assert client.get("/admin/").status_code == 302
    assert client.get("/accounts/")["Location"].startswith("/accounts/login/")


def test_password_and_code_let_in(protected):
    user, secret = protected
    client = start(user)

    response = client.post(f"{SECOND}authenticate/", {"code": code(secret)})

    assert (response["Location"], client.get("/admin/").status_code) == ("/admin/", 200)


def test_code_that_somebody_looked_at_lets_nobody_else_in(protected):
    user, secret = protected
    with time_machine.travel(time.time(), tick=False):
        seen = code(secret)
        first, second = start(user), start(user)
        first.post(f"{SECOND}authenticate/", {"code": seen})
        second.post(f"{SECOND}authenticate/", {"code": seen})

    assert [client.get("/admin/").status_code for client in (first, second)] == [200, 302]


def test_wrong_codes_are_counted(protected):
    user, secret = protected
    client = start(user)
    for _ in range(5):
        client.post(f"{SECOND}authenticate/", {"code": "000000"})

    client.post(f"{SECOND}authenticate/", {"code": code(secret)})

    assert client.get("/admin/").status_code == 302


def test_recovery_code_lets_in_once(protected):
    user, _ = protected
    [word, *_] = RecoveryCodes.activate(user).get_unused_codes()

    def use():
        client = start(user)
        client.post(f"{SECOND}authenticate/", {"code": word})
        return client.get("/admin/").status_code

    assert (use(), use()) == (200, 302)


def test_secrets_are_not_readable_in_the_database(protected):
    user, secret = protected
    codes = RecoveryCodes.activate(user).get_unused_codes()
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept
    assert [word for word in codes if word in kept] == []


def test_secrets_are_still_read_after_the_key_of_the_site_changed(protected, settings):
    user, secret = protected
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key of the site, long and random"
    client = start(user)

    client.post(f"{SECOND}authenticate/", {"code": code(secret)})

    assert client.get("/admin/").status_code == 200


def test_second_step_of_a_former_key_of_the_site_is_refused_with_what_to_do(protected, settings):
    user, secret = protected
    settings.SECRET_KEY = "another key of the site, long and random"
    client = start(user)

    response = client.post(f"{SECOND}authenticate/", {"code": code(secret)})

    assert ("Ask a manager to remove it" in response.content.decode(), client.get("/admin/").status_code) == (True, 302)


@pytest.mark.parametrize("change", [{"purpose": b"another"}, {"bound_to": b"another row"}])
def test_secret_opens_for_its_purpose_and_its_row_only(change):
    encrypted = encrypt(b"secret", purpose=b"test", bound_to=b"row")

    assert decrypt(encrypted, purpose=b"test", bound_to=b"row") == b"secret"
    with pytest.raises(CannotDecrypt):
        decrypt(encrypted, **{"purpose": b"test", "bound_to": b"row", **change})


@pytest.mark.parametrize("length", [0, 11, 12, 27])
def test_secret_that_was_cut_short_is_refused_as_an_altered_one(length):
    with pytest.raises(CannotDecrypt):
        decrypt(encrypt(b"secret", purpose=b"test")[:length], purpose=b"test")


def test_taking_it_away_asks_for_the_password_again_and_is_mailed(protected, mailoutbox, settings):
    user, secret = protected
    client = start(user)
    client.post(f"{SECOND}authenticate/", {"code": code(secret)})
    session = client.session
    session["signed_in_at"] -= 600
    session.save()

    asked = client.get(f"{SECOND}totp/deactivate/")["Location"].partition("?")[0]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(f"{SECOND}totp/deactivate/")

    assert asked in ("/accounts/reauthenticate/", f"{SECOND}reauthenticate/")
    assert Authenticator.objects.filter(type="totp").count() == 0
    assert "deactivated" in mailoutbox[-1].body.lower()


def test_refused_sign_ins_are_logged_without_saying_whose(protected, caplog):
    user, _ = protected
    start(user).post(f"{SECOND}authenticate/", {"code": "000000"})
    Client().post("/accounts/login/", {"login": user.email, "password": "a wrong password"})

    said = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "staff.signals"]
    assert said == [
        ("WARNING", "A sign-in was refused: wrong second step."),
        ("WARNING", "A sign-in was refused: wrong address or password."),
    ]


def test_second_step_of_the_only_manager_is_removed_on_the_server(protected, mailoutbox):
    user, secret = protected
    client = start(user)
    client.post(f"{SECOND}authenticate/", {"code": code(secret)})
    before = client.get("/admin/").status_code
    call_command("remove_second_step", user.email.upper(), stdout=StringIO())

    assert (before, client.get("/admin/").status_code, Authenticator.objects.count()) == (200, 302, 0)
    assert (mailoutbox[-1].to, "the server itself" in mailoutbox[-1].body) == ([user.email], True)


def test_second_step_of_nobody_is_not_removed():
    with pytest.raises(CommandError, match=r"Nobody has the address no@clinic\.example"):
        call_command("remove_second_step", "no@clinic.example")
