"""What staff see and do at the desk, unlocked: the list, one enquiry, and each act with what it leaves behind."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from enquiries import audit
from enquiries.actions import thread
from enquiries.actions.erase import erase
from enquiries.actions.submit import Answers, submit
from enquiries.desk.views import enquiry as page_of_one
from enquiries.models import AccessEntry, Enquiry, ErasedEnquiry, Notification, Viewing, WrappedKey
from enquiries.sealing.receipt import new_token
from enquiries.vault import ContentKeys
from tests.enquiries.desks import LIST, address, make_colleague, make_quick_colleague
from tests.enquiries.factories import make_enquiry, make_key, make_team
from tests.pages import texts

pytestmark = pytest.mark.django_db
#: One phone number.
WRITTEN = ["07700 900123", "+44 7700 900123", "07700900123", "0044 7700-900123", "+44 (0)7700.900123"]


@pytest.fixture
def team():
    return make_team(is_fallback=True)


@pytest.fixture
def nurse(team):
    colleague = make_quick_colleague(team)
    make_key()  # the recovery key
    colleague.is_unlocked()
    return colleague


def send(held=False, **answers):
    """Send an enquiry as the public form does."""
    said = {"audience": "me", "way": "return", "urgent": False, **answers}
    return submit(answers=Answers(**said), token=new_token(), held=held)[0]


def acts(enquiry):
    return list(AccessEntry.objects.of(enquiry).order_by("number").values_list("act", flat=True))


def text(response):
    return response.content.decode()


def altered(sealed):
    return sealed[:-1] + bytes([sealed[-1] ^ 1])


class TestList:
    def test_overdue_comes_first_and_names_show(self, nurse):
        send(name="Later")
        late = send(name="Overdue person")
        Enquiry.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=3))

        page = text(nurse.client.get(LIST))

        assert page.index("Overdue person") < page.index("Later")
        assert "3\xa0hours overdue" in page

    def test_each_tab_holds_its_own(self, nurse):
        waiting, held, answered, closed = send(name="W"), send(name="H", held=True), send(name="A"), send(name="C")
        nurse.act(answered, "reply", text="Hello")
        nurse.act(closed, "close", reason="declined")
        nurse.act(waiting, "assign", to=nurse.user.pk)

        shown = {
            tab: [row.enquiry for row in nurse.client.get(LIST, {"show": tab}).context["rows"]]
            for tab in ("waiting", "mine", "held", "answered", "closed", "nonsense")
        }

        assert shown == {
            "waiting": [waiting],
            "mine": [waiting],
            "held": [held],
            "answered": [answered],
            "closed": [closed],
            "nonsense": [waiting],
        }

    def test_other_teams_do_not_show(self, nurse):
        other, _, _ = make_enquiry(make_team())

        assert other.reference not in text(nurse.client.get(LIST))

    @pytest.mark.parametrize("words", ["robin", "  ROB ", "900123", "robin@example"])
    def test_finds_by_what_they_asked_to_be_called_and_how_to_reach_them(self, nurse, words):
        found = send(name="Robin", way="phone", phone="07700 900123", email="robin@example.org")
        send(name="Sam")

        response = nurse.client.post(LIST, {"find": words})

        assert [row.enquiry for row in response.context["rows"]] == [found]

    @pytest.mark.parametrize("typed", WRITTEN)
    def test_every_way_of_writing_a_phone_number_finds_every_other(self, nurse, typed):
        numbers = {send(way="phone", phone=given).pk: given for given in WRITTEN}
        send(way="phone", phone="07700 900321")

        found = nurse.client.post(LIST, {"find": typed}).context["rows"]

        assert {numbers.get(row.enquiry.pk) for row in found} == set(WRITTEN)

    @pytest.mark.parametrize("words", ["0 0 1 2", "(7700) 900", "44 7700"])
    def test_piece_of_a_number_is_looked_for_by_its_digits(self, nurse, words):
        send(way="phone", phone="+44 7700 900123")

        assert len(nurse.client.post(LIST, {"find": words}).context["rows"]) == 1

    @pytest.mark.parametrize("words", ["Robin 7700", "+", "--", "(123"])
    def test_words_and_signs_are_not_taken_for_a_number(self, nurse, words):
        send(name="Sam", way="phone", phone="07700 900222")

        assert nurse.client.post(LIST, {"find": words}).context["rows"] == []

    def test_finds_by_reference(self, nurse):
        found = send(name="Robin")

        assert [row.enquiry for row in nurse.client.post(LIST, {"find": found.reference.lower()}).context["rows"]] == [found]

    def test_search_reaches_no_other_team(self, nurse):
        other = make_team()
        make_quick_colleague(other)
        make_enquiry(other)

        assert nurse.client.post(LIST, {"find": "R"}).context["rows"] == []

    def test_search_at_a_locked_desk_is_carried(self, nurse):
        nurse.client.post(f"{LIST}lock/")

        assert ("find", "robin") in nurse.client.post(LIST, {"find": "robin"}).context["carried"]

    @pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²"])
    def test_nonsense_page_numbers_are_answered(self, nurse, page):
        assert nurse.client.get(LIST, {"page": page}).status_code == 200

    def test_pages_of_fifty(self, nurse, team):
        for _ in range(51):
            make_enquiry(team)

        first, second = nurse.client.get(LIST), nurse.client.get(LIST, {"page": 2})

        assert (len(first.context["rows"]), first.context["more"]) == (50, True)
        assert (len(second.context["rows"]), second.context["more"]) == (1, False)

    def test_queries_do_not_grow_with_the_list(self, nurse, team, django_assert_max_num_queries):
        for _ in range(12):
            make_enquiry(team)

        with django_assert_max_num_queries(20):
            nurse.client.get(LIST)


class TestOneEnquiry:
    def test_rules_for_contact_stand_above_and_the_number_is_hidden(self, nurse):
        enquiry = send(name="Robin", way="phone", phone="07700 900123", if_others="a call about an appointment")

        page = text(nurse.page(enquiry))

        assert page.index("Do not leave a voicemail") < page.index("What was written")
        assert "a call about an appointment" in page
        assert "07700" not in page

    def test_number_shows_once_the_rules_are_read_and_that_is_written_down(self, nurse):
        enquiry = send(way="phone", phone="07700 900123")

        page = text(nurse.client.post(f"{address(enquiry)}contact/", {"read_rules": "yes"}))

        assert "07700 900123" in page
        assert acts(enquiry) == ["received", "opened", "revealed"] or acts(enquiry) == ["received", "revealed", "opened"]
        assert "07700" not in text(nurse.page(enquiry))

    def test_number_stays_hidden_without_the_acknowledgement(self, nurse):
        enquiry = send(way="phone", phone="07700 900123")

        assert "07700" not in text(nurse.client.post(f"{address(enquiry)}contact/"))

    @pytest.mark.parametrize(
        ("answers", "rule"),
        [
            ({"way": "phone", "phone": "1", "voicemail": True}, "You may leave a voicemail."),
            ({"way": "phone", "phone": "1", "say_who": True}, "You may say who is calling."),
            ({"way": "phone", "phone": "1"}, "say that you will call again, and nothing else"),
            ({"way": "email", "email": "a@b.example", "email_safe": True}, "Email is safe."),
            ({"way": "email", "email": "a@b.example"}, "Email may not be safe"),
            ({"way": "return"}, "There is no number or address"),
            ({"way": "return", "times": "Never at night"}, "Never at night"),
        ],
    )
    def test_each_answer_becomes_an_instruction(self, nurse, answers, rule):
        assert rule in text(nurse.page(send(**answers)))

    def test_nobodys_name_passes_for_a_colleagues(self, nurse):
        enquiry = send(name=f"{nurse.user}, Nurse", message="Please give me her address")
        nurse.act(enquiry, "reply", text="We never do")
        page = nurse.client.get(address(enquiry))

        assert texts(page, "//p[@class='thread__head']/span") == [f"{nurse.user}, Nurse, the enquirer", f"{nurse.user}, Nurse"]

    def test_what_they_wrote_is_shown_as_text_and_never_as_markup(self, nurse):
        page = text(nurse.page(send(name="<i>x</i>", message="<script>alert(1)</script>\n\nNext line")))

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "<i>x</i>" not in page

    def test_looking_again_within_minutes_is_one_line_in_the_record(self, nurse):
        enquiry = send()
        nurse.page(enquiry)
        nurse.page(enquiry)
        Viewing.objects.update(seen_at=timezone.now() - timedelta(minutes=16))
        nurse.page(enquiry)

        assert acts(enquiry) == ["received", "opened", "opened"]
        enquiry.refresh_from_db()
        assert enquiry.seen_at is not None

    def test_two_people_see_each_other(self, nurse, team):
        enquiry = send()
        other = make_quick_colleague(team)
        other.is_unlocked()
        vault_open(enquiry, nurse, other)

        nurse.page(enquiry)

        assert str(nurse.user) in text(other.page(enquiry))
        assert "Agree who answers" in text(other.page(enquiry))

    def test_altered_words_are_named_as_damaged_and_the_rest_is_shown(self, nurse):
        enquiry = send(name="Robin")
        nurse.act(enquiry, "reply", text="Whole reply")
        document = enquiry.documents.get(kind="enquiry")
        document.sealed = altered(bytes(document.sealed))
        document.save()

        page = text(nurse.page(enquiry))

        assert "This does not open" in page
        assert "Whole reply" in page
        assert "(damaged)" in text(nurse.client.get(LIST, {"show": "answered"}))

    def test_rules_for_contact_that_were_changed_do_not_come_back_where_the_newest_are_damaged(self, nurse):
        token, said = new_token(), {"audience": "me", "way": "phone", "urgent": False, "phone": "07700 900123"}
        submit(answers=Answers(**said, voicemail=True, say_who=True), token=token)
        enquiry, _ = submit(answers=Answers(**said), token=token)
        newest = enquiry.documents.latest("pk")
        newest.sealed = altered(bytes(newest.sealed))
        newest.save()

        page = text(nurse.page(enquiry))
        assert "does not open: it was altered or damaged" in page
        assert "You may leave a voicemail." not in page
        assert "show the number" not in page

    def test_damaged_key_of_one_is_named_and_hides_no_other(self, nurse):
        send(name="Sound")
        damaged = send(name="Lost")
        WrappedKey.objects.filter(enquiry=damaged, recipient__user=nurse.user).update(wrapped=b"x" * 40)

        page, found = text(nurse.client.get(LIST)), text(nurse.client.post(LIST, {"find": "sou"}))
        assert "Sound" in page
        assert "Lost" not in page
        assert damaged.reference in page
        assert "Sound" in found
        assert "was altered or damaged in the database" in text(nurse.page(damaged))

    def test_acts_of_a_former_colleague_are_not_the_enquirers(self, nurse, team):
        enquiry = send()
        left = make_quick_colleague(team)
        audit.record(AccessEntry.Act.OPENED, actor=left.user, enquiry=enquiry, role="Doctor")
        left.user.delete()

        rows = [" ".join(row.split()) for row in texts(nurse.page(enquiry), "//details[@class='history']//tbody/tr")]

        assert [row.partition(" A former")[2] for row in rows if "Doctor" in row] == [" colleague, Doctor opened"]
        assert [row.endswith("The enquirer wrote to us") for row in rows if "The enquirer" in row] == [True]

    def test_unknown_reference_is_not_found(self, nurse):
        assert nurse.client.get(f"{LIST}AAAA-BBBB/").status_code == 404

    def test_failing_mail_shows_on_the_enquiry(self, nurse):
        enquiry = send()
        enquiry.notifications.update(attempts=3, last_error="ConnectionRefusedError")

        page = text(nurse.page(enquiry))

        assert "has failed 3 times" in page
        assert "ConnectionRefusedError" in page

    def test_queries_do_not_grow_with_the_thread(self, nurse, django_assert_max_num_queries):
        enquiry = send()
        for number in range(6):
            nurse.act(enquiry, "note", text=f"Note {number}")

        with django_assert_max_num_queries(40):
            nurse.page(enquiry)


def vault_open(enquiry, owner, newcomer):
    """Let a newcomer read an enquiry, as a colleague's desk does it."""
    owner.client.post(f"{LIST}access/", {"team": enquiry.team_id, "key": newcomer.user.recipient_keys.get().pk})


class TestActs:
    def test_reply_is_sealed_answers_the_enquiry_and_is_written_down(self, nurse):
        enquiry = send()
        nurse.act(enquiry, "reply", text="Come on Tuesday")
        enquiry.refresh_from_db()

        assert enquiry.state == Enquiry.State.ANSWERED
        assert "Come on Tuesday" in text(nurse.page(enquiry))
        assert b"Tuesday" not in bytes(enquiry.documents.get(kind="reply").sealed)
        assert acts(enquiry)[-1] == "opened"
        assert "replied" in acts(enquiry)

    def test_empty_reply_is_refused_with_a_word(self, nurse):
        response = nurse.act(send(), "reply", text="   ")

        assert response.status_code == 422
        assert "This field is required" in text(response)
        assert "<title>Error: Enquiry" in response.content.decode()

    def test_words_written_at_the_same_time_are_kept_and_nobodys_are_lost(self, nurse):
        enquiry = send()
        seen = enquiry.version
        nurse.act(enquiry, "reply", text="First answer")

        late = nurse.client.post(f"{address(enquiry)}reply/", {"version": seen, "text": "Second answer"})

        page = text(late)
        assert late.status_code == 409
        assert "changed while you were writing" in page
        assert "First answer" in page
        assert "Second answer" in page
        assert enquiry.documents.filter(kind="reply").count() == 1

        version = late.context["forms"]["reply"]["version"].value()
        again = nurse.client.post(f"{address(enquiry)}reply/", {"version": version, "text": "Second answer"})
        assert again.status_code == 302
        assert enquiry.documents.filter(kind="reply").count() == 2

    @pytest.mark.parametrize("name", ["reply", "note"])
    def test_words_for_an_enquiry_that_was_erased_meanwhile_stay_on_the_page(self, nurse, monkeypatch, name):
        at_once, before = send(), send()
        locked = thread.locked

        def erase_first(enquiry, *version):
            erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)
            return locked(enquiry, *version)

        monkeypatch.setattr(thread, "locked", erase_first)
        late = nurse.act(at_once, name, text="Kept words")
        erase(enquiry=before, cause=ErasedEnquiry.Cause.ENQUIRER)
        later = nurse.client.post(f"{address(before)}{name}/", {"version": 1, "text": "Kept words"})

        assert (late.status_code, later.status_code) == (409, 409)
        assert [page.count("Kept words") for page in (text(late), text(later))] == [1, 1]
        assert "has been erased" in text(late)

    def test_reply_to_what_was_handed_over_meanwhile_stays_on_the_page(self, nurse):
        enquiry, other = send(), make_team()
        nurse.page(enquiry)
        Enquiry.objects.filter(pk=enquiry.pk).update(team=other)

        late = nurse.act(enquiry, "reply", text="Kept words")

        assert late.status_code == 409
        assert text(late).count("Kept words") == 1
        assert "may have been handed to another team" in text(late)
        assert str(other) not in text(late)

    @pytest.mark.parametrize("name", ["reply", "assign"])
    def test_all_that_was_begun_at_an_erased_enquiry_stays_on_the_page(self, nurse, name):
        enquiry = send()
        erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)
        sent = {"begun-reply": "Half a reply", "begun-note": "Half a note"} | (
            {"text": "Half a reply"} if name == "reply" else {}
        )

        late = nurse.client.post(f"{address(enquiry)}{name}/", {"version": 1, **sent})

        assert late.status_code == 409
        assert set(texts(late, "//blockquote")) == {"Half a reply", "Half a note"}

    def test_words_that_come_while_the_page_is_made_are_not_answered_unread(self, nurse, monkeypatch):
        enquiry = send()
        read_all = page_of_one.read_all

        def write_then_read(*args):
            opened = read_all(*args)
            Enquiry.objects.filter(pk=enquiry.pk).update(version=F("version") + 1)
            return opened

        monkeypatch.setattr(page_of_one, "read_all", write_then_read)
        seen = nurse.page(enquiry).context["forms"]["reply"]["version"].value()
        monkeypatch.undo()

        assert nurse.client.post(f"{address(enquiry)}reply/", {"version": seen, "text": "Unread"}).status_code == 409

    def test_reply_to_damaged_words_is_stored_and_mails_nobody(self, nurse):
        enquiry = send(way="email", email="robin@example.org", email_safe=True)
        document = enquiry.documents.get()
        document.sealed = altered(bytes(document.sealed))
        document.save()

        assert nurse.act(enquiry, "reply", text="Please write again").status_code == 302
        assert enquiry.documents.filter(kind="reply").count() == 1
        assert not enquiry.notifications.filter(kind="answered").exists()

    def test_note_is_for_colleagues_and_does_not_answer(self, nurse):
        enquiry = send()
        nurse.act(enquiry, "note", text="Ring the GP")
        enquiry.refresh_from_db()

        assert enquiry.state == Enquiry.State.WAITING
        assert "Ring the GP" in text(nurse.page(enquiry))

    def test_assigned_colleague_is_told(self, nurse, team):
        other = make_quick_colleague(team)
        enquiry = send()
        nurse.act(enquiry, "assign", to=other.user.pk)
        enquiry.refresh_from_db()

        assert enquiry.assignee == other.user
        assert Notification.objects.filter(enquiry=enquiry, kind="assigned").get().recipient == other.user

        nurse.act(enquiry, "assign", to="")
        enquiry.refresh_from_db()
        assert enquiry.assignee is None

    def test_nobody_outside_the_team_can_be_assigned(self, nurse):
        stranger = make_quick_colleague(make_team())

        assert nurse.act(send(), "assign", to=stranger.user.pk).status_code == 422

    def test_contacted_counts_as_an_answer(self, nurse):
        enquiry = send()
        nurse.act(enquiry, "contacted")
        enquiry.refresh_from_db()

        assert enquiry.state == Enquiry.State.ANSWERED
        assert "contacted" in acts(enquiry)

    def test_closing_sets_the_day_of_erasure(self, nurse):
        enquiry = send()
        nurse.act(enquiry, "close", reason="elsewhere")
        enquiry.refresh_from_db()

        assert (enquiry.state, enquiry.close_reason) == ("closed", "elsewhere")
        assert enquiry.erase_on == timezone.localdate() + timedelta(days=90)

        nurse.act(enquiry, "reopen")
        enquiry.refresh_from_db()
        assert (enquiry.state, enquiry.erase_on, enquiry.close_reason) == ("waiting", None, "")

    @pytest.mark.parametrize("reason", ["", "spam", "quiet", "nonsense"])
    def test_only_reasons_of_this_form_close(self, nurse, reason):
        assert nurse.act(send(), "close", reason=reason).status_code == 422

    def test_spam_goes_sooner_and_can_be_taken_back(self, nurse):
        enquiry = send(held=True)
        nurse.act(enquiry, "screen", spam="on")
        enquiry.refresh_from_db()

        assert (enquiry.screening, enquiry.state) == ("spam", "closed")
        assert enquiry.erase_on == timezone.localdate() + timedelta(days=14)

        nurse.act(enquiry, "screen")
        enquiry.refresh_from_db()
        assert (enquiry.screening, enquiry.state) == ("accepted", "waiting")

    def test_each_act_says_what_became_of_the_enquiry(self, nurse):
        enquiry = send(held=True)
        done = [("screen", {"spam": "on"}), ("screen", {}), ("assign", {"to": nurse.user.pk}), ("assign", {"to": ""})]

        said = [self.said_after(nurse, enquiry, name, data) for name, data in done]
        nurse.act(enquiry, "close", reason="answered")
        rows = [" ".join(row.split()) for row in texts(nurse.page(enquiry), "//details[@class='history']//tbody/tr/td[3]")]

        assert said == [
            "Taken for spam and closed. It is erased on the day that the page names.",
            "Not taken for spam. It waits for an answer like any other.",
            f"Assigned to {nurse.user}.",
            "Assigned to nobody.",
        ]
        assert rows[-1] == "wrote to us"
        assert {"closed: question answered", "judged whether it is spam: spam", "assigned to nobody"} <= set(rows)

    def said_after(self, nurse, enquiry, name, data):
        nurse.act(enquiry, name, **data)
        return texts(nurse.page(enquiry), "//ul[@class='messagelist']/li")[-1]

    def test_held_enquiry_that_is_no_spam_waits_with_the_others(self, nurse):
        enquiry = send(held=True)
        due = enquiry.due_at
        nurse.act(enquiry, "screen")
        enquiry.refresh_from_db()

        assert (enquiry.screening, enquiry.state, enquiry.due_at) == ("accepted", "waiting", due)

    def test_handing_over_moves_the_keys(self, nurse):
        other = make_team()
        doctor = make_quick_colleague(other)
        doctor.is_unlocked()
        enquiry = send(message="Quorvane")
        nurse.act(enquiry, "assign", to=nurse.user.pk)

        response = nurse.act(enquiry, "move", to=other.pk)

        enquiry.refresh_from_db()
        assert (enquiry.team, enquiry.assignee) == (other, None)
        assert response.url == LIST
        assert nurse.page(enquiry).status_code == 404
        assert "Quorvane" in text(doctor.page(enquiry))
        holders = WrappedKey.objects.filter(enquiry=enquiry, recipient__user__isnull=False)
        assert list(holders.values_list("recipient__user", flat=True)) == [doctor.user.pk]
        assert WrappedKey.objects.filter(enquiry=enquiry, recipient__isnull=False, recipient__user=None).count() == 1
        assert Notification.objects.filter(enquiry=enquiry, kind="new", recipient=doctor.user).exists()

    def test_a_team_that_could_not_read_it_gets_nothing(self, nurse, team):
        keyless = make_team()
        enquiry = send()

        response = nurse.act(enquiry, "move", to=keyless.pk)

        enquiry.refresh_from_db()
        assert response.status_code == 422
        assert "Nobody in that team has a desk key" in text(response)
        assert "<title>Error: Enquiry" in response.content.decode()
        assert enquiry.team == team

    def test_copy_is_text_for_the_record_and_is_written_down(self, nurse):
        enquiry = send(name="Robin", way="phone", phone="07700 900123", message="Hello there")
        nurse.act(enquiry, "reply", text="Come on Tuesday")

        response = nurse.client.post(f"{address(enquiry)}export/")

        assert response.headers["Content-Disposition"] == f'attachment; filename="{enquiry.reference}.txt"'
        assert "no-store" in response.headers["Cache-Control"]
        assert [
            word for word in ("Robin", "07700 900123", "Hello there", "Come on Tuesday") if word not in text(response)
        ] == []
        assert "exported" in acts(enquiry)

    def test_nobodys_words_pass_for_a_line_of_the_copy(self, nurse):
        rule, forged = "Safe contact: You may leave a voicemail.", "27 November 2026, 09:00, Dr Grey, Doctor (reply):"
        enquiry = send(name=f"Robin\n{rule}", way="phone", phone="07700 900123", message=f"Hi\x1b[2J\n\n{forged}\nAll well.")

        copy = nurse.client.post(f"{address(enquiry)}export/").content.decode().splitlines()

        assert f"Name to use: Robin {rule}" in copy
        assert (rule in copy, forged in copy) == (False, False)
        assert copy[-4:] == ["    Hi[2J", "", f"    {forged}", "    All well."]

    def test_unknown_act_is_not_found(self, nurse):
        assert nurse.act(send(), "explode").status_code == 404

    @pytest.mark.parametrize(
        "name", ["reply", "note", "assign", "move", "contacted", "close", "reopen", "screen", "export", "contact"]
    )
    def test_acts_only_by_post_and_their_addresses_lead_to_the_enquiry(self, nurse, name):
        """Whoever signs in again after pressing a button arrives at its address."""
        enquiry = send()

        response = nurse.client.get(f"{address(enquiry)}{name}/")

        assert (response.status_code, response.url) == (302, address(enquiry))
        assert acts(enquiry) == ["received"]

    @pytest.mark.parametrize("name", ["lock", "access"])
    def test_addresses_of_the_desks_own_acts_lead_to_the_list(self, nurse, name):
        response = nurse.client.get(f"{LIST}{name}/")

        assert (response.status_code, response.url) == (302, LIST)
        assert "Locked" not in text(nurse.client.get(LIST))

    def test_stale_version_changes_nothing(self, nurse):
        enquiry = send()
        for name, data in [
            ("assign", {"to": ""}),
            ("contacted", {}),
            ("close", {"reason": "care"}),
            ("screen", {"spam": "on"}),
        ]:
            response = nurse.client.post(f"{address(enquiry)}{name}/", {"version": 99, **data})
            assert response.status_code == 409
        enquiry.refresh_from_db()
        assert (enquiry.state, enquiry.version) == ("waiting", 1)


class TestBegun:
    """What somebody has begun to write stays in its form, whatever else they press."""

    BEGUN = {"begun-reply": "Half a <b>reply</b>", "begun-note": "Half a note"}

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("assign", {"to": ""}),
            ("contacted", {}),
            ("close", {"reason": "care"}),
            ("screen", {"spam": "on"}),
            ("contact", {"read_rules": "yes"}),
            ("close", {"reason": "nonsense"}),
            ("assign", {"to": "", "version": "99"}),
        ],
    )
    def test_other_acts_give_it_back(self, nurse, name, data):
        enquiry = send(way="phone", phone="07700 900123")

        page = nurse.client.post(f"{address(enquiry)}{name}/", {"version": "1", **data, **self.BEGUN})

        assert "Half a &lt;b&gt;reply&lt;/b&gt;</textarea>" in text(page)
        assert "Half a note</textarea>" in text(page)
        assert enquiry.documents.count() == 1

    def test_reply_is_sent_and_the_note_stays(self, nurse):
        enquiry = send()

        page = text(nurse.act(enquiry, "reply", text="Whole reply", **{"begun-note": "Half a note"}))

        assert page.count("Whole reply") == 1
        assert "Half a note</textarea>" in page
        assert list(enquiry.documents.values_list("kind", flat=True)) == ["enquiry", "reply"]

    def test_what_was_begun_can_be_sent_after_another_act(self, nurse):
        enquiry = send()
        nurse.act(enquiry, "assign", to="", **self.BEGUN)

        assert nurse.act(enquiry, "reply", text="Half a reply").status_code == 302

    def test_handing_over_would_lose_it_so_it_waits(self, nurse, team):
        other = make_team()
        make_quick_colleague(other)
        enquiry = send()

        page = nurse.act(enquiry, "move", to=other.pk, **self.BEGUN)

        enquiry.refresh_from_db()
        assert (page.status_code, enquiry.team) == (422, team)
        assert "You have begun to write here" in text(page)
        assert "Half a note</textarea>" in text(page)

    def test_too_long_a_reply_is_kept_whole(self, nurse):
        words = "ä" * 4000 + "\r\n🌊"

        page = text(nurse.act(send(), "reply", text=words))

        assert "There are 4002 now" in page
        assert "ä" * 4000 in page
        assert "🌊</textarea>" in page

    def test_longest_reply_counts_each_end_of_a_line_once(self, nurse):
        assert nurse.act(send(), "reply", text="ä" * 3998 + "\r\n🌊").status_code == 302


def test_who_is_in_no_team_is_told_so_and_nobody_else():
    alone, member, manager = (
        make_quick_colleague(),
        make_quick_colleague(make_team()),
        make_colleague(key=False, group="manager"),
    )

    told = ["You are in no team yet" in text(person.client.get(LIST)) for person in (alone, member, manager)]

    assert told == [True, False, False]


class TestJoining:
    def test_newcomer_reads_the_open_enquiries_once_a_colleague_gives_access(self, nurse, team):
        open_one, closed = send(message="Open words"), send(message="Closed words")
        nurse.act(closed, "close", reason="care")
        newcomer = make_quick_colleague(team)
        newcomer.is_unlocked()
        assert "Open words" not in text(newcomer.page(open_one))
        assert "You cannot read 1 enquiry" in text(newcomer.client.get(LIST))

        page = text(nurse.client.get(LIST))
        assert f"<strong>{newcomer.user}</strong>" in page
        given = nurse.client.post(
            f"{LIST}access/", {"team": team.pk, "key": newcomer.user.recipient_keys.get().pk}, follow=True
        )

        assert f"{newcomer.user} can read 1 more enquiry of {team}." in text(given)
        assert "Open words" in text(newcomer.page(open_one))
        assert "Closed words" not in text(newcomer.page(closed))
        assert "Give access" not in text(nurse.client.get(LIST))

    def test_nobody_outside_the_team_is_given_anything(self, nurse, team):
        send()
        stranger = make_quick_colleague(make_team())

        nurse.client.raise_request_exception = False
        response = nurse.client.post(f"{LIST}access/", {"team": team.pk, "key": stranger.user.recipient_keys.get().pk})

        assert response.status_code == 403
        assert not WrappedKey.objects.filter(recipient__user=stranger.user).exists()

    def test_who_leaves_the_team_loses_all_at_once(self, nurse, team):
        enquiry = send()
        nurse.user.memberships.all().delete()

        assert nurse.page(enquiry).status_code == 404
        assert not WrappedKey.objects.filter(recipient__user=nurse.user).exists()


def test_content_keys_never_show_in_an_error():
    assert "thread" not in repr(ContentKeys.generate())
