"""The desk is locked until the passphrase is given, and locks itself again. Its key never rests on the server."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone

from enquiries.models import AccessEntry, Enquiry, Membership, OpenDesk, RecipientKey
from enquiries.sealing.passphrase import unlock
from tests.content.factories import PASSWORD
from tests.enquiries.desks import LIST, PASSPHRASE, address, make_colleague
from tests.enquiries.factories import make_enquiry, make_team
from tests.pages import texts

pytestmark = pytest.mark.django_db
COOKIE = settings.DESK_COOKIE_NAME
WORDS = "Quorvane of the harbour"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def nurse(team):
    return make_colleague(team)


@pytest.fixture
def enquiry(team, nurse):
    return make_enquiry(team, WORDS)[0]


def acts(user):
    return list(AccessEntry.objects.filter(actor=user).order_by("number").values_list("act", flat=True))


def written_in(page):
    """Return what stands in the forms for writing."""
    return {name: page.context["forms"][name]["text"].value() or "" for name in ("reply", "note")}


def test_locked_page_shows_the_clock_and_nothing_that_was_written(nurse, enquiry):
    page = nurse.page(enquiry).content.decode()

    assert enquiry.reference in page
    assert "left" in page
    assert WORDS not in page


def test_passphrase_unlocks_in_place_and_leads_back_to_the_same_page(nurse, enquiry):
    response = nurse.client.post(address(enquiry), {"passphrase": PASSPHRASE})

    assert (response.status_code, response.url) == (302, address(enquiry))
    assert WORDS in nurse.page(enquiry).content.decode()
    assert acts(nurse.user) == ["key_made", "unlocked", "opened"]


def test_cookie_is_out_of_reach_of_scripts_and_ends_with_the_browser(nurse):
    cookie = nurse.unlock().cookies[COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["expires"]) == (True, "Lax", "", "")


def test_wrong_passphrase_opens_nothing_and_is_written_down(nurse, enquiry):
    response = nurse.unlock("amber violin harbour mist")

    assert response.status_code == 403
    assert "This is not your passphrase" in response.content.decode()
    assert COOKIE not in response.cookies
    assert acts(nurse.user) == ["key_made", "refused"]
    assert not OpenDesk.objects.exists()


def test_sixth_try_is_refused_even_when_it_is_right(nurse):
    for _ in range(5):
        nurse.unlock("not the passphrase")

    assert "Wait 15 minutes" in nurse.unlock().content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert nurse.unlock().status_code == 302


def test_desk_locks_itself_after_15_idle_minutes_and_not_before(nurse, enquiry):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        nurse.unlock()
    with time_machine.travel(start + timedelta(minutes=14), tick=False):
        assert WORDS in nurse.page(enquiry).content.decode()
    with time_machine.travel(start + timedelta(minutes=28), tick=False):
        assert WORDS in nurse.page(enquiry).content.decode()
    with time_machine.travel(start + timedelta(minutes=43), tick=False):
        assert WORDS not in nurse.page(enquiry).content.decode()
    assert not OpenDesk.objects.exists()


def test_signing_out_locks_every_desk_of_that_person(nurse, team, enquiry):
    nurse.unlock()
    colleague = make_colleague(team)
    colleague.unlock()

    nurse.client.post("/admin/logout/")

    assert list(OpenDesk.objects.values_list("key__user", flat=True)) == [colleague.user.pk]
    nurse.client.force_login(nurse.user)
    assert WORDS not in nurse.page(enquiry).content.decode()


def test_locking_by_hand(nurse, enquiry):
    nurse.unlock()
    nurse.client.post(f"{LIST}lock/")

    assert WORDS not in nurse.page(enquiry).content.decode()
    assert acts(nurse.user)[-1] == "locked"


def test_a_colleagues_cookie_opens_nothing_for_another(nurse, team, enquiry):
    colleague = make_colleague(team)
    colleague.client.cookies[COOKIE] = nurse.unlock().cookies[COOKIE].value

    assert WORDS not in colleague.page(enquiry).content.decode()


@pytest.mark.parametrize("value", ["", "no base64 é", "AAAA", "A" * 5000])
def test_nonsense_in_the_cookie_is_a_locked_desk(nurse, enquiry, value):
    nurse.client.cookies[COOKIE] = value

    assert nurse.page(enquiry).status_code == 200


def test_row_of_an_unlocked_desk_holds_nothing_that_opens_without_the_cookie(nurse):
    token = nurse.unlock().cookies[COOKIE].value
    row, key = OpenDesk.objects.get(), RecipientKey.objects.get()
    seed = unlock(bytes(key.locked_private), PASSPHRASE, key_id=key.uid).seed

    stored = bytes(row.encrypted_seed) + row.session_digest.encode()
    assert seed not in stored
    assert token.encode() not in stored
    assert PASSPHRASE not in str(nurse.client.session.items())
    assert token not in str(nurse.client.session.items())


def test_deactivated_person_is_locked_out_at_once(nurse, enquiry):
    nurse.unlock()
    nurse.user.is_active = False
    nurse.user.save()

    assert nurse.page(enquiry).status_code == 302  # to sign in
    assert not OpenDesk.objects.exists()


def test_reply_that_meets_a_locked_desk_comes_back_in_its_form_and_is_not_sent(nurse, enquiry):
    words = "We can talk on Tuesday. <b>Or Wednesday</b>"
    locked = nurse.act(enquiry, "reply", text=words, **{"begun-note": "Half a note"})
    carried = dict(locked.context["carried"])

    assert locked.status_code == 403
    assert "Nothing is lost" in locked.content.decode()
    assert "Unlock and go on writing" in locked.content.decode()
    assert carried == {"version": "1", "begun-reply": words, "begun-note": "Half a note"}
    assert locked.context["action"] == address(enquiry)

    page = nurse.client.post(address(enquiry), {**carried, "passphrase": PASSPHRASE})
    assert (page.status_code, written_in(page)) == (200, {"reply": words, "note": "Half a note"})
    assert list(enquiry.documents.values_list("kind", flat=True)) == ["enquiry"]

    nurse.act(enquiry, "reply", text=words)
    assert "Or Wednesday" in nurse.page(enquiry).content.decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("reply", {"text": "Half a reply"}),
        ("note", {"text": "Half a note"}),
        ("assign", {"to": ""}),
        ("contacted", {}),
        ("close", {"reason": "care"}),
        ("screen", {"spam": "on"}),
        ("contact", {"read_rules": "yes"}),
        ("export", {}),
    ],
)
def test_passphrase_does_nothing_that_was_pressed_before(nurse, enquiry, name, data):
    before = Enquiry.objects.values("state", "version", "assignee").get()

    response = nurse.act(enquiry, name, **data, passphrase=PASSPHRASE)

    assert (response.status_code, response.context["action"]) == (403, address(enquiry))
    assert Enquiry.objects.values("state", "version", "assignee").get() == before
    assert enquiry.documents.count() == 1
    assert acts(nurse.user) == ["key_made"]


def test_access_for_a_colleague_is_not_given_by_the_passphrase(nurse, team):
    response = nurse.client.post(f"{LIST}access/", {"team": team.pk, "key": "1", "passphrase": PASSPHRASE})

    assert (response.status_code, response.context["action"]) == (403, LIST)
    assert "Nothing was done" in response.content.decode()


def test_words_begun_before_a_colleague_wrote_come_back_with_a_word_of_it(nurse, team, enquiry):
    colleague = make_colleague(team)
    nurse.unlock()
    nurse.client.post(f"{LIST}access/", {"team": team.pk, "key": colleague.user.recipient_keys.get().pk})
    nurse.client.post(f"{LIST}lock/")
    colleague.unlock()
    colleague.act(enquiry, "reply", text="A colleague was quicker")

    page = nurse.client.post(address(enquiry), {"begun-reply": "Mine", "version": "1", "passphrase": PASSPHRASE})

    assert "changed while you were writing" in page.content.decode()
    assert "A colleague was quicker" in page.content.decode()
    assert written_in(page) == {"reply": "Mine", "note": ""}


def test_words_begun_are_kept_by_nobody(nurse, enquiry):
    nurse.unlock()
    nurse.client.post(address(enquiry), {"begun-reply": "Half a reply", "version": "1"})

    assert "Half a reply" not in nurse.page(enquiry).content.decode()
    assert "Half a reply" not in str(nurse.client.session.items())
    assert "Half a reply" not in str(nurse.client.cookies)


class TestWhoOverseesTheDeskAsWell:
    """Who is a manager too still sees that an enquiry exists when it is not theirs to read any more."""

    @pytest.fixture
    def nurse(self, nurse):
        nurse.user.groups.add(Group.objects.get(name="manager"))
        return nurse

    def given_back(self, page):
        return dict(
            zip(texts(page, "//h2[.='What you wrote']/following-sibling::h3"), texts(page, "//blockquote"), strict=True)
        )

    def test_words_that_wait_at_the_lock_are_given_back_to_who_was_taken_out_of_the_team(self, nurse, team, enquiry):
        nurse.unlock()
        Membership.objects.get(user=nurse.user).delete()
        locked = nurse.act(enquiry, "reply", text="Half a <b>reply</b>", **{"begun-note": "Half a note"})
        carried = dict(locked.context["carried"])

        page = nurse.client.post(address(enquiry), {**carried, "passphrase": PASSPHRASE})

        assert "This enquiry belongs to another team" in page.content.decode()
        assert self.given_back(page) == {"Note": "Half a note", "Reply": "Half a <b>reply</b>"}
        assert page.content.decode().count("data-cover") == 1
        assert WORDS not in page.content.decode()
        assert "Half a" not in str(nurse.client.session.items()) + str(nurse.client.cookies)

    @pytest.mark.parametrize("name", ["reply", "note", "contact", "export", "close"])
    def test_words_that_come_with_any_press_are_given_back_once_it_is_another_teams(self, nurse, enquiry, name):
        nurse.unlock()
        Enquiry.objects.filter(pk=enquiry.pk).update(team=make_team())

        data = {"read_rules": "yes", "reason": "care", "begun-reply": "Half a reply"}
        page = nurse.act(enquiry, name, **data, **({"text": "Whole words"} if name in ("reply", "note") else {}))

        assert page.status_code == 403
        assert self.given_back(page) == {
            "reply": {"Reply": "Whole words"},
            "note": {"Reply": "Half a reply", "Note": "Whole words"},
        }.get(name, {"Reply": "Half a reply"})
        assert not {"revealed", "exported", "replied", "noted", "closed"} & set(acts(nurse.user))

    def test_page_that_cannot_be_read_shows_nothing_of_the_kind_where_nothing_came_along(self, nurse, enquiry):
        nurse.unlock()
        Enquiry.objects.filter(pk=enquiry.pk).update(team=make_team())

        assert "What you wrote" not in nurse.page(enquiry).content.decode()


def test_wrong_passphrase_keeps_what_is_carried(nurse, enquiry):
    response = nurse.act(enquiry, "reply", text="Kept words", passphrase="wrong")

    assert "Kept words" in response.content.decode()


def test_list_is_covered_in_time_only_where_it_shows_something(nurse, enquiry):
    locked = nurse.client.get(LIST).content.decode()
    nurse.unlock()
    unlocked = nurse.client.get(LIST).content.decode()

    assert [page.count("data-cover") for page in (locked, unlocked)] == [0, 1]


class TestChoosing:
    def test_new_member_is_led_to_choose_a_passphrase(self, team):
        newcomer = make_colleague(team, key=False)

        assert "Choose your desk passphrase first" in newcomer.client.get(LIST).content.decode()
        newcomer.client.post(f"{LIST}key/", {"password": PASSWORD, "new_passphrase": PASSPHRASE, "repeated": PASSPHRASE})
        assert newcomer.unlock().status_code == 302

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"new_passphrase": "too short"}, "at least 16"),
            ({"new_passphrase": "a" * 40}, "at least 16"),
            ({"repeated": "amber violin harbour mass"}, "not the same"),
            ({"password": "another"}, "not the password of your account"),
        ],
    )
    def test_slips_and_weak_ones_are_refused(self, team, fields, said):
        newcomer = make_colleague(team, key=False)
        data = {"password": PASSWORD, "new_passphrase": PASSPHRASE, "repeated": PASSPHRASE, **fields}

        response = newcomer.client.post(f"{LIST}key/", data)

        assert response.status_code == 422
        assert said in response.content.decode()
        assert not RecipientKey.objects.exists()
        assert PASSPHRASE not in response.content.decode()

    def test_password_is_no_passphrase(self, team):
        newcomer = make_colleague(team, key=False)
        newcomer.user.set_password(PASSPHRASE)
        newcomer.user.save()
        newcomer.client.force_login(newcomer.user)

        response = newcomer.client.post(
            f"{LIST}key/", {"password": PASSPHRASE, "new_passphrase": PASSPHRASE, "repeated": PASSPHRASE}
        )

        assert "This is your password" in response.content.decode()

    def test_changed_passphrase_opens_what_the_old_one_did(self, nurse, enquiry):
        new = "seventeen quiet lanterns"
        nurse.client.post(f"{LIST}key/", {"old_passphrase": PASSPHRASE, "new_passphrase": new, "repeated": new})

        assert acts(nurse.user) == ["key_made", "passphrase"]
        assert nurse.unlock().status_code == 403
        assert nurse.unlock(new).status_code == 302
        assert WORDS in nurse.page(enquiry).content.decode()

    def test_right_old_passphrase_with_a_new_one_that_is_refused_is_no_unlocking(self, nurse):
        nurse.client.post(f"{LIST}key/", {"old_passphrase": PASSPHRASE, "new_passphrase": "short", "repeated": "short"})

        assert acts(nurse.user) == ["key_made"]
        assert not OpenDesk.objects.exists()

    def test_wrong_old_passphrase_changes_nothing(self, nurse):
        new = "seventeen quiet lanterns"
        response = nurse.client.post(f"{LIST}key/", {"old_passphrase": "no", "new_passphrase": new, "repeated": new})

        assert response.status_code == 422
        assert nurse.unlock().status_code == 302

    def test_guesses_at_the_old_passphrase_count_as_those_at_the_lock(self, nurse):
        new = "seventeen quiet lanterns"
        for _ in range(3):
            nurse.client.post(f"{LIST}key/", {"old_passphrase": "a guess", "new_passphrase": new, "repeated": new})
        for _ in range(2):
            nurse.unlock("a guess")

        right = nurse.client.post(f"{LIST}key/", {"old_passphrase": PASSPHRASE, "new_passphrase": new, "repeated": new})

        assert (right.status_code, "Wait 15 minutes" in right.content.decode()) == (422, True)
        assert acts(nurse.user) == ["key_made", *["refused"] * 5]

    def test_guesses_at_the_password_count_as_those_at_the_sign_in(self, nurse):
        new = "seventeen quiet lanterns"
        data = {"anew": "yes", "new_passphrase": new, "repeated": new}
        for number in range(5):
            nurse.client.post(f"{LIST}key/", {**data, "password": "a guess"}, REMOTE_ADDR=f"203.0.113.{number}")

        right = nurse.client.post(f"{LIST}key/", {**data, "password": PASSWORD})

        assert (right.status_code, "Too many attempts" in right.content.decode()) == (422, True)
        assert acts(nurse.user) == ["key_made"]

    def test_whoever_proves_nothing_is_not_told_that_a_guess_is_the_password(self, nurse):
        nurse.user.set_password(PASSPHRASE)
        nurse.user.save()
        nurse.client.force_login(nurse.user)
        guess = {"new_passphrase": PASSPHRASE, "repeated": PASSPHRASE}

        pages = [
            nurse.client.post(f"{LIST}key/", {**guess, **proof}).content.decode()
            for proof in ({"old_passphrase": "wrong"}, {"anew": "yes", "password": "wrong"})
        ]

        assert ["This is your password" in page for page in pages] == [False, False]

    def test_starting_again_costs_what_the_old_key_opened(self, nurse, enquiry):
        new = "seventeen quiet lanterns"
        data = {"anew": "yes", "password": PASSWORD, "new_passphrase": new, "repeated": new}

        assert nurse.client.post(f"{LIST}key/", data).status_code == 302
        nurse.unlock(new)
        page = nurse.page(enquiry).content.decode()
        assert "A colleague has to give you access" in page
        assert WORDS not in page
