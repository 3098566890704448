"""Sending an enquiry: the form, its errors, the receipt, and what becomes of slips, repeats and failures."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from content.models import ClinicDetails
from enquiries import abuse, formstamp, vault
from enquiries.forms import EnquiryForm
from enquiries.models import AccessEntry, Enquiry, Notification, RecipientKey, SealedDocument, Tally
from enquiries.screening import proves_work
from tests.enquiries.factories import make_key, make_member, make_team
from tests.enquiries.public import ADDRESS, LEAST, REPLY, TOKEN, cookies_of, receipt_of, send, stamp_of, strict_client, text

pytestmark = pytest.mark.django_db
CANARY = "Quorvane of Merrowgate"
PHONE = {"way": "phone", "phone": "07700 900123", "voicemail": "no", "say_who": "yes"}
EMAIL = {"way": "email", "email": "robin@example.org", "email_safe": "yes"}


@pytest.fixture
def desk():
    """A clinic whose enquiry is open, and the unlocked desk of its one member."""
    make_key()
    return make_member(make_team(is_fallback=True))


def answers_in(enquiry, desk):
    return vault.read(enquiry.documents.get(), enquiry, vault.keys_for(enquiry, desk))


class TestForm:
    def test_least_that_can_be_sent_is_three_answers_and_the_notice(self, desk):
        response = send()

        assert response.status_code == 200
        assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", receipt_of(response))
        enquiry = Enquiry.objects.get()
        assert (enquiry.audience, enquiry.topic, enquiry.urgent, enquiry.screening) == ("me", "", False, "accepted")
        assert Notification.objects.get().recipient == desk.user

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            (
                {"name": "Robin", "message": "Hello", "needs": "BSL"},
                {"name": "Robin", "message": "Hello", "needs": "BSL", "way": "return"},
            ),
            (PHONE, {"phone": "07700 900123", "voicemail": False, "say_who": True, "way": "phone"}),
            (EMAIL, {"email": "robin@example.org", "email_safe": True, "way": "email"}),
            ({**PHONE, "email": "robin@example.org"}, {"phone": "07700 900123", "email": ""}),
            ({**PHONE, **EMAIL}, {"phone": "", "email": "robin@example.org", "voicemail": False}),
            ({**PHONE, "way": "return", "if_others": "x"}, {"phone": "", "if_others": ""}),
        ],
    )
    def test_what_was_filled_in_is_sealed_and_nothing_of_another_way(self, desk, given, kept):
        send(**given)

        answers = answers_in(Enquiry.objects.get(), desk)
        assert {name: answers[name] for name in kept} == kept

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"audience": ""}, "Choose who this is about"),
            ({"way": ""}, "Choose how our reply should reach you"),
            ({"urgent": ""}, "Say whether you need help today"),
            ({"privacy": ""}, "Tick the box"),
            ({**PHONE, "phone": ""}, "Type your phone number, or choose another way"),
            ({**PHONE, "phone": "12"}, "Type the whole phone number"),
            ({**PHONE, "voicemail": ""}, "Say whether it is safe to leave a voicemail"),
            ({**PHONE, "say_who": ""}, "Say whether we may say that the clinic is calling"),
            ({**EMAIL, "email": ""}, "Type your email address, or choose another way"),
            ({**EMAIL, "email": "robin"}, "Type an email address in full"),
            ({**EMAIL, "email_safe": ""}, "Say whether it is safe to email you"),
            ({"message": "x" * 1001}, "say or ask?” has room for 1000 letters. There are 1001 now, all of them still here."),
            ({**EMAIL, "email": f"a@{'ü' * 60}.de"}, "Type an email address in full"),
            ({"audience": "nonsense"}, "Choose who this is about"),
            ({"way": "pigeon"}, "Choose how our reply should reach you"),
            ({"topic": "nonsense"}, "Choose what you would like help with, or “I would rather not say”"),
            ({"urgent": "maybe"}, "Choose Yes or No: “Do you need help today?”"),
            ({**PHONE, "voicemail": "maybe"}, "Choose Yes or No: “Is it safe to leave a voicemail?”"),
            ({"needs": "B\0SL"}, "“Is there anything that would help us talk with you?” has a hidden sign in it"),
            ({**PHONE, "phone": "0\0" * 9}, "“Phone number” has a hidden sign in it"),
        ],
    )
    def test_slips_are_named_and_everything_typed_is_kept(self, desk, change, said):
        response = send(**{"name": "Robin", "message": "Kept words", **change})
        page = text(response)

        assert response.status_code == 422
        assert page.count(said) == 2  # in the summary and at the field
        assert "<title>Error: " in page
        assert 'value="Robin"' in page
        assert change.get("message", "Kept words") in page
        assert not Enquiry.objects.exists()

    @pytest.mark.parametrize(
        ("given", "kept"), [({}, False), ({"name": "  "}, False), ({"name": "Robin"}, True), ({"way": "return"}, True)]
    )
    def test_only_what_was_filled_in_is_said_to_be_still_there(self, desk, given, kept):
        response = send(**{**dict.fromkeys(LEAST, ""), **given})

        assert response.status_code == 422
        assert ("Everything you filled in is still here." in text(response)) == kept

    def test_thousand_letters_fit_however_many_lines_they_have(self, desk):
        words = "Line\n" * 199 + "Lines"
        assert len(words) == 1000

        assert receipt_of(send(message=words.replace("\n", "\r\n"))) != ""  # as browsers send the ends of lines
        assert answers_in(Enquiry.objects.get(), desk)["message"] == words

    def test_each_line_of_the_summary_leads_to_its_field(self, desk):
        page = text(send(audience="", **{**PHONE, "phone": ""}))

        targets = re.findall(r'<li><a href="#([^"]+)">', page)
        assert targets == ["id_audience_0", "id_phone"]
        assert [target for target in targets if f'id="{target}"' not in page] == []

    def test_faults_in_a_way_that_was_not_chosen_are_no_faults(self, desk):
        assert send(phone="x" * 99, email="y" * 300, voicemail="nonsense").status_code == 200

    def test_at_most_eight_questions_and_none_of_the_forbidden_ones(self, desk):
        form = EnquiryForm(stamp=formstamp.fresh())
        of_a_way = {"phone", "voicemail", "say_who", "if_others", "times", "email", "email_safe"}

        assert len(set(form.fields) - of_a_way) == 8
        words = " ".join(f"{field.label} {field.help_text}" for field in form.fields.values()).lower()
        forbidden = ("birth", "nhs", "postcode", "how much", "how long", "police", "religion", "employer", "pay")
        assert [word for word in forbidden if word in words] == []

    def test_urgent_help_and_under_18_come_before_the_first_question(self, desk):
        page = text(Client().get(ADDRESS))

        assert page.index("Call 999 now") < page.index("If you are under 18") < page.index("Who is this about?")
        assert "0800 1111" in page

    def test_no_address_title_or_receipt_page_names_a_drug(self, desk):
        page = text(send(topic="ketamine", message="about ketamine"))

        assert "ketamine" not in page.lower()
        assert "ketamine" not in re.search("<title>(.*)</title>", text(Client().get(ADDRESS)))[1].lower()

    def test_words_are_never_markup(self, desk):
        page = text(send(name='"><script>x</script>', message="</textarea><b>", audience=""))

        assert "<script>x" not in page
        assert "</textarea><b>" not in page

    def test_query_count_is_small(self, desk, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            Client().get(ADDRESS)


class TestReceipt:
    def test_is_nowhere_but_on_the_page(self, desk):
        client = Client()
        response = send(client)

        assert "no-store" in response.headers["Cache-Control"]
        assert receipt_of(response) not in str(response.headers)
        assert "sessionid" not in client.cookies

    def test_reload_shows_the_same_and_stores_nothing_more(self, desk):
        client = Client()
        stamp = stamp_of(client.get(ADDRESS))
        with time_machine.travel(timezone.now() + timedelta(seconds=9), tick=False) as clock:
            first = client.post(ADDRESS, {**LEAST, "stamp": stamp})
            clock.shift(timedelta(minutes=29))
            again = client.post(ADDRESS, {**LEAST, "stamp": stamp})
            clock.shift(timedelta(minutes=2))
            late = client.post(ADDRESS, {**LEAST, "stamp": stamp})

        assert receipt_of(first) == receipt_of(again) != ""
        assert receipt_of(late) == ""
        assert "This was sent earlier" in text(late)
        assert Enquiry.objects.count() == 1
        assert SealedDocument.objects.count() == 1

    def test_form_of_an_erased_enquiry_sends_nothing_again(self, desk):
        client = Client()
        stamp = stamp_of(client.get(ADDRESS))
        data = {**LEAST, "stamp": stamp}
        client.post(REPLY, {"receipt": receipt_of(client.post(ADDRESS, data)), "do": "erase"})

        again = client.post(ADDRESS, data | {"message": "Other words"})

        assert "This was erased earlier" in text(again)
        assert (again.status_code, "Other words" in text(again)) == (409, True)
        assert not Enquiry.objects.exists()

    def test_first_sending_after_hours_shows_the_receipt(self, desk):
        assert receipt_of(send(after=5 * 3600)) != ""

    def test_form_older_than_a_day_asks_once_more_and_keeps_the_words(self, desk):
        client = Client()
        stale = send(client, after=25 * 3600, message="Kept words")

        assert stale.status_code == 403
        assert "Please press Send once more" in text(stale)
        assert "Kept words" in text(stale)
        assert client.post(ADDRESS, {**LEAST, "stamp": stamp_of(stale)}).status_code == 200

    @pytest.mark.parametrize("kind", ["none", "nonsense", "of another form"])
    def test_forged_stamp_gets_a_fresh_one(self, desk, kind):
        stamp = {"none": "", "nonsense": "nonsense", "of another form": TimestampSigner(salt="other").sign("0" * 32)}[kind]
        response = Client().post(ADDRESS, {**LEAST, "stamp": stamp, "message": "Kept words"})

        assert response.status_code == 403
        assert "Kept words" in text(response)
        assert not Enquiry.objects.exists()


class TestSecurityCookie:
    def test_it_is_the_only_cookie_and_ends_with_the_browser(self, desk):
        client = strict_client()
        client.get(ADDRESS)

        assert cookies_of(client) == {"csrftoken"}
        assert client.cookies["csrftoken"]["max-age"] == ""

    def test_form_with_its_token_is_taken(self, desk):
        client = strict_client()
        page = client.get(ADDRESS)

        response = send(client, csrfmiddlewaretoken=TOKEN.search(text(page))[1])

        assert receipt_of(response) != ""

    def test_missing_token_keeps_every_word_and_asks_once_more(self, desk):
        response = send(strict_client(), message="Kept words", name="Robin")

        assert response.status_code == 403
        assert "Kept words" in text(response)
        assert 'value="Robin"' in text(response)
        assert not Enquiry.objects.exists()

    @pytest.mark.parametrize("address", [ADDRESS, REPLY])
    def test_whoever_takes_no_cookies_is_told_whom_to_call(self, desk, address):
        ClinicDetails.objects.update_or_create(pk=1, defaults={"phone": "0300 000 0000"})
        stamp = stamp_of(Client().get(ADDRESS))

        summary = text(strict_client().post(address, {"stamp": stamp, "receipt": "A" * 16})).partition("security cookie")[2]

        assert "call us on" in summary.partition("</div>")[0]
        assert "tel:116123" in summary.partition("</div>")[0]


class TestFailure:
    def test_enquiry_that_cannot_be_stored_is_not_confirmed_and_keeps_every_word(self, desk, monkeypatch, caplog):
        ClinicDetails.objects.update_or_create(pk=1, defaults={"phone": "0300 000 0000"})

        def fail(**kwargs):
            raise OperationalError(f"could not insert {CANARY}")

        monkeypatch.setattr("enquiries.views.enquire.submit", fail)
        with caplog.at_level(logging.DEBUG):
            response = send(message=CANARY, name="Robin")
        page = text(response)

        assert response.status_code == 503
        assert "We could not keep your enquiry" in page
        assert CANARY in page
        assert "0300 000 0000" in page
        assert receipt_of(response) == ""
        assert CANARY not in caplog.text
        assert "OperationalError" in caplog.text

    @pytest.mark.parametrize("debug", [True, False])
    def test_error_in_the_view_shows_and_logs_nothing_that_was_typed(self, desk, monkeypatch, settings, caplog, debug):
        settings.DEBUG = debug

        def fail(**kwargs):
            words = kwargs["answers"].message
            raise RuntimeError(f"unexpected {words[:0]}")

        monkeypatch.setattr("enquiries.views.enquire.submit", fail)
        client = Client(raise_request_exception=False)
        with caplog.at_level(logging.DEBUG):
            response = send(client, message=CANARY, name=CANARY, **EMAIL)

        assert response.status_code == 500
        assert CANARY not in text(response)
        assert "robin@example" not in text(response)
        assert CANARY not in caplog.text

    def test_closed_enquiry_says_so_and_offers_other_ways(self, db):
        assert "not open yet" in text(Client().get(ADDRESS))

    def test_closed_while_somebody_was_writing_keeps_the_words(self, desk):
        client = Client()
        stamp = stamp_of(client.get(ADDRESS))
        RecipientKey.objects.filter(user=None).delete()

        response = client.post(ADDRESS, {**LEAST, "stamp": stamp, "message": "Kept words"})

        assert response.status_code == 503
        assert "Kept words" in text(response)

    def test_files_are_passed_over_and_touch_no_disk(self, desk, monkeypatch):
        def fail(*args):
            raise AssertionError("a file was begun on disk")

        monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", fail)
        big = SimpleUploadedFile("scan.png", b"x" * 3_000_000)
        response = send(picture=big, message="Hello")

        assert receipt_of(response) != ""

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_other_methods_are_refused(self, desk, method):
        assert getattr(Client(), method)(ADDRESS).status_code == 405

    def test_nul_bytes_are_answered(self, desk):
        assert send(message="a\0b", name="\0").status_code == 422


class TestScreening:
    def held(self):
        return Enquiry.objects.latest("pk").screening == "held"

    def test_trap_filled_in_is_held_and_answered_as_any_other(self, desk):
        response = send(website="http://spam.example")

        assert receipt_of(response) != ""
        assert self.held()

    def test_sent_in_no_time_is_held(self, desk):
        send(after=1)
        assert self.held()

    def test_wrong_proof_of_work_is_held_and_a_missing_one_is_not(self, desk):
        send(work="1x")
        assert self.held()
        send()
        assert not self.held()

    def test_right_proof_of_work_allows_more_in_a_day(self, desk):
        client = Client()
        for number in range(11):
            stamp = stamp_of(client.get(ADDRESS))
            work = next(str(n) for n in range(10**6) if proves_work(stamp, str(n)))
            with time_machine.travel(timezone.now() + timedelta(seconds=5)):
                client.post(ADDRESS, {**LEAST, "stamp": stamp, "work": work})
            assert self.held() == (number >= 10)

    def test_many_without_work_from_one_connection_are_held_and_others_are_not(self, desk):
        for number in range(5):
            send()
            assert self.held() == (number >= 4)
        send(Client(REMOTE_ADDR="203.0.113.9"))
        assert not self.held()

    @pytest.mark.parametrize(
        ("addresses", "lines"),
        [
            ([f"2001:db8:1:1::{n:x}" for n in range(5)], 1),
            ([f"2001:db8:1:{n}::1" for n in range(5)], 5),
            (["203.0.113.9", "::ffff:203.0.113.9"], 1),
            (["203.0.113.9", "203.0.113.8", "unknown"], 3),
        ],
    )
    def test_one_line_is_one_count_whichever_address_it_takes(self, rf, addresses, lines):
        for address in addresses:
            abuse.count("enquiry", rf.get("/", REMOTE_ADDR=address))

        assert Tally.objects.count() == lines

    def test_form_that_is_changed_and_sent_very_often_is_held_and_then_refused_with_its_words(self, desk):
        client = Client()
        stamp = stamp_of(client.get(ADDRESS))
        with time_machine.travel(timezone.now() + timedelta(seconds=5)):
            answers = [client.post(ADDRESS, {**LEAST, "stamp": stamp, "message": f"Words {n}"}) for n in range(31)]

        assert [response.status_code for response in answers] == [200] * 30 + [429]
        assert "send it tomorrow" in text(answers[-1])
        assert "Words 30" in text(answers[-1])
        assert self.held()
        assert Notification.objects.count() == 2  # of the enquiry, and of its first change

    def test_counts_hold_no_address_and_go_after_their_day(self, desk):
        send(Client(REMOTE_ADDR="203.0.113.9"))
        tally = Tally.objects.get()

        assert "203.0.113.9" not in str(vars(tally))
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            abuse.forget_old()
        assert not Tally.objects.exists()

    def test_same_connection_is_another_code_the_next_day(self, desk):
        send()
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            send()

        assert len(set(Tally.objects.values_list("who", flat=True))) == 2


def test_nothing_that_was_typed_reaches_the_record_of_access(desk):
    send(message=CANARY, name=CANARY)

    assert CANARY not in str(list(AccessEntry.objects.values()))
