"""Coming back with the receipt."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from lxml import html

from enquiries import vault
from enquiries.actions.erase import erase
from enquiries.actions.handle import close, open_enquiry
from enquiries.actions.returning import find
from enquiries.actions.submit import Answers, submit
from enquiries.actions.thread import add_note, reply, write_again
from enquiries.models import AccessEntry, DeskSettings, Enquiry, ErasedEnquiry, SealedDocument, Team, Topic, WrappedKey
from enquiries.sealing.receipt import Receipt, new_token
from tests.enquiries.factories import make_enquiry, make_key, make_member, make_team
from tests.enquiries.public import REPLY, strict_client, text
from tests.pages import texts, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse():
    return make_member(make_team(), role="Nurse")


@pytest.fixture
def sent(nurse):
    """An enquiry and its receipt."""
    enquiry, _, receipt = make_enquiry(nurse.user.teams.get(), "Hello from me")
    return enquiry, receipt


def come(receipt, client=None, **data):
    """Send the receipt, with what is to be done."""
    return (client or Client()).post(REPLY, {"receipt": receipt.code, **data})


def answer(enquiry, nurse, words="Come on Tuesday"):
    enquiry.refresh_from_db()
    reply(enquiry=enquiry, desk=nurse, text=words, version=enquiry.version)


def hidden_beside(response, button):
    """Return what the form of a button sends along."""
    [form] = html.fromstring(text(response)).xpath(f"//form[button='{button}']")
    return dict(form.form_values())


def altered(sealed):
    return sealed[:-1] + bytes([sealed[-1] ^ 1])


def test_receipt_opens_what_was_written_and_the_reply(sent, nurse):
    enquiry, receipt = sent
    assert "It is waiting to be read" in text(come(receipt))
    answer(enquiry, nurse)
    page = text(come(receipt))

    assert "Hello from me" in page
    assert "Come on Tuesday" in page
    assert "<strong>Nurse</strong>" in page
    assert str(nurse.user) not in page
    assert f"The team that answers it: {enquiry.team}." in page


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.replace('-', '')} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_receipt_is_forgiving(sent, change):
    _, receipt = sent

    assert "Your messages" in text(Client().post(REPLY, {"receipt": change(receipt.code)}))


def test_notes_among_staff_never_show(sent, nurse):
    enquiry, receipt = sent
    add_note(enquiry=enquiry, desk=nurse, text="Internal remark")

    assert "Internal remark" not in text(come(receipt))
    assert "Internal remark" not in text(come(receipt, do="download"))


def test_who_looked_is_named_by_role_and_day(sent, nurse):
    enquiry, receipt = sent
    open_enquiry(enquiry=enquiry, desk=nurse)
    page = text(come(receipt))

    assert f"Nurse, {timezone.localdate():%-d %B %Y}" in page
    assert "We have read it" in page


def test_day_of_erasure_shows_once_it_is_closed(sent, nurse):
    enquiry, receipt = sent
    assert "90 days after we close it" in text(come(receipt))
    DeskSettings.objects.create(pk=1, keep_closed_days=1)
    assert "1 day after we close it" in text(come(receipt))
    close(enquiry=enquiry, reason=Enquiry.Reason.CARE, desk=nurse, version=1)
    enquiry.refresh_from_db()

    assert f"{enquiry.erase_on:%-d %B %Y}" in text(come(receipt))


def test_writing_again_starts_the_clock_and_a_reload_sends_nothing_twice(sent, nurse):
    enquiry, receipt = sent
    answer(enquiry, nurse)
    uid = come(receipt).context["form"]["uid"].value()

    first = come(receipt, do="write", text="Another question", uid=uid)
    second = come(receipt, do="write", text="Another question", uid=uid)

    enquiry.refresh_from_db()
    assert "It is sent." in text(first)
    assert "Another question" in text(second)
    assert enquiry.state == Enquiry.State.WAITING
    assert enquiry.documents.filter(kind="message").count() == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 1001])
def test_empty_and_endless_words_are_refused_and_kept(sent, words):
    _, receipt = sent
    uid = come(receipt).context["form"]["uid"].value()

    response = come(receipt, do="write", text=words, uid=uid)

    assert response.status_code == 422
    assert "<title>Error: " in text(response)
    assert words.strip() in text(response)


def test_everything_can_be_taken_along(sent, nurse):
    enquiry, receipt = sent
    answer(enquiry, nurse)
    response = come(receipt, do="download")

    assert response.headers["Content-Disposition"] == 'attachment; filename="messages.txt"'
    assert "no-store" in response.headers["Cache-Control"]
    assert [words for words in ("Hello from me", "Come on Tuesday", "Nurse") if words not in text(response)] == []


def test_nobodys_words_pass_for_a_line_of_what_is_taken_along(sent):
    _, receipt = sent
    come(receipt, do="write", uid=uuid4(), text="Thanks.\nOpened by: Doctor, 27 November 2026")
    lines = come(receipt, do="download").content.decode().splitlines()

    assert ("    Opened by: Doctor, 27 November 2026" in lines, "Opened by: Doctor, 27 November 2026" in lines) == (True, False)


def test_whoever_takes_a_copy_is_told_before_where_it_stays(sent):
    _, receipt = sent
    name = come(receipt, do="download").headers["Content-Disposition"].split('"')[1]

    assert f"stays on this device, as “{name}”, until you delete it" in text(come(receipt))


def test_erasing_asks_first_and_then_leaves_a_line_without_content(sent):
    enquiry, receipt = sent
    assert "Erase everything now?" in text(come(receipt, do="ask_to_erase"))
    assert Enquiry.objects.exists()

    response = come(receipt, do="erase")

    assert "It is gone" in text(response)
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert not Enquiry.objects.exists()
    assert not SealedDocument.objects.exists()
    assert not WrappedKey.objects.exists()
    left = ErasedEnquiry.objects.get()
    assert (left.reference, left.cause, left.checked) == (enquiry.reference, "enquirer", True)
    assert "We find no enquiry with this receipt" in text(come(receipt))


def test_words_begun_are_back_in_their_form_after_thinking_twice_about_erasing(sent):
    enquiry, receipt = sent
    client, uid = Client(), str(uuid4())
    asked = come(receipt, client, do="ask_to_erase", text="Half a <b>message</b>\n\nand more", uid=uid)
    carried = hidden_beside(asked, "Keep it")

    kept = client.post(REPLY, {**carried, "do": "open"})

    form = kept.context["form"]
    assert "not sent" in text(asked)
    assert (form["text"].value(), form["uid"].value()) == ("Half a <b>message</b>\n\nand more", uid)
    assert enquiry.documents.count() == 1
    assert "Half a" not in str(client.session.items()) + str(client.cookies) + text(come(receipt, client))


def test_nothing_is_carried_where_nothing_was_begun(sent):
    _, receipt = sent
    asked = come(receipt, do="ask_to_erase", text="  ", uid=uuid4())

    assert set(hidden_beside(asked, "Keep it")) == {"csrfmiddlewaretoken", "receipt"}
    assert "not sent" not in text(asked)


def test_words_begun_go_with_everything_that_is_erased(sent):
    asked = come(sent[1], do="ask_to_erase", text="Half a message", uid=uuid4())

    assert set(hidden_beside(asked, "Erase everything")) == {"csrfmiddlewaretoken", "receipt"}


def test_erasing_by_pressing_twice_says_both_times_that_it_is_gone(sent, monkeypatch):
    def pressed_before(receipt):
        enquiry = find(receipt)
        erase(enquiry=Enquiry.objects.get(), cause=ErasedEnquiry.Cause.ENQUIRER)
        return enquiry

    monkeypatch.setattr("enquiries.views.reply.find", pressed_before)
    response = come(sent[1], do="erase")

    assert response.status_code == 200
    assert "It is gone" in text(response)


@pytest.mark.parametrize(("moment", "status"), [("in that moment", 409), ("before", 422)])
def test_words_stay_on_the_page_when_all_was_erased(sent, monkeypatch, moment, status):
    enquiry, receipt = sent
    if moment == "before":
        erase(enquiry=enquiry, cause=ErasedEnquiry.Cause.ENQUIRER)
    else:
        monkeypatch.setattr("enquiries.views.reply.find", lambda receipt: enquiry)
        erase(enquiry=Enquiry.objects.get(), cause=ErasedEnquiry.Cause.ENQUIRER)

    response = come(receipt, do="write", text="Kept words", uid=uuid4())

    assert response.status_code == status
    assert "Kept words" in text(response)
    assert "has been erased" in text(response)


def test_wrong_and_unknown_receipts_get_the_same_answer(sent):
    pages = []
    for typed in ("0000-0000-0000-0000", "receipt: zzzz zzzz zzzz zzzz", "ZZZZ-ZZZZ-ZZZZ-ZZZ!-Z"):
        response = strict_client_post(typed)
        pages.append((response.status_code, text(response).replace(typed, "TYPED")))

    assert pages[0][0] == 422
    assert len({without_tokens(page) for _, page in pages}) == 1


def strict_client_post(typed):
    return Client().post(REPLY, {"receipt": typed})


def without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_guessing_is_stopped_and_right_receipts_open_all_the_same(sent):
    _, receipt = sent
    client, wrong = Client(), {"receipt": "0000-0000-0000-0000"}
    for _ in range(25):
        assert come(receipt, client).status_code == 200
    for _ in range(20):
        assert client.post(REPLY, wrong).status_code == 422

    refused = client.post(REPLY, {**wrong, "text": "Kept words"})

    assert refused.status_code == 429
    assert says_why_and_asks_again(refused, "Many wrong receipts have been typed on your connection today")
    assert "Kept words" in text(refused)
    assert come(receipt, client).status_code == 200
    assert Client(REMOTE_ADDR="203.0.113.9").post(REPLY, wrong).status_code == 422
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert client.post(REPLY, wrong).status_code == 422


def says_why_and_asks_again(response, why):
    """Whether a page says what happened, until when, whom to call meanwhile, and keeps the receipt in its form."""
    said = " ".join(texts(response, "//div[@class='error-summary']"))
    assert [words for words in (why, "midnight", "111", "116 123", "999") if words not in said] == []
    return tree(response).xpath("//form[@method='post']//input[@name='receipt'][@type='text']/@value") != []


def test_no_more_is_computed_for_a_connection_that_tries_without_end(sent, monkeypatch):
    _, receipt = sent
    monkeypatch.setattr("enquiries.views.reply.TRIES_A_DAY", 2)
    client = Client()
    assert [come(receipt, client).status_code for _ in range(2)] == [200, 200]
    monkeypatch.setattr(Receipt, "read", None)

    refused = come(receipt, client, do="write", text="Kept words", uid=uuid4())
    again = come(receipt, client)

    assert (refused.status_code, again.status_code) == (429, 429)
    assert "Kept words" in tree(refused).xpath("string(//form//textarea[@name='text'])")
    assert says_why_and_asks_again(again, "not even the right one")


def test_very_many_messages_in_a_day_are_refused_with_their_words(sent):
    enquiry, receipt = sent
    for _ in range(29):
        write_again(enquiry=enquiry, receipt=receipt, text="Hello?", uid=uuid4())

    response = come(receipt, do="write", text="Kept words", uid=uuid4())

    assert response.status_code == 429
    assert "send it tomorrow" in text(response)
    assert "Kept words" in text(response)
    assert enquiry.documents.count() == 30


def test_thousand_letters_fit_however_many_lines_they_have(sent, nurse):
    enquiry, receipt = sent
    words = "Line\n" * 199 + "Lines"

    response = come(receipt, do="write", text=words.replace("\n", "\r\n"), uid=uuid4())  # as browsers send the ends of lines

    assert "It is sent." in text(response)
    document = enquiry.documents.get(kind="message")
    assert vault.read(document, enquiry, vault.keys_for(enquiry, nurse)) == {"text": words}


def test_changed_words_of_a_form_that_is_sent_again_show(sent):
    _, receipt = sent
    uid = uuid4()
    come(receipt, do="write", text="First", uid=uid)

    assert "I am not safe at home" in text(come(receipt, do="write", text="First, and I am not safe at home", uid=uid))


def test_words_are_kept_and_nothing_is_confirmed_while_the_database_is_away(sent, monkeypatch, caplog):
    _, receipt = sent
    uid = come(receipt).context["form"]["uid"].value()

    def fail(**kwargs):
        raise OperationalError("quotes Kept words")

    with monkeypatch.context() as patch:
        patch.setattr("enquiries.views.reply.write_again", fail)
        response = come(receipt, do="write", text="Kept words", uid=uid)

    assert response.status_code == 503
    assert "Kept words" in text(response)
    assert receipt.code in text(response)
    assert "It is sent." not in text(response)
    assert "Kept words" not in caplog.text
    assert "It is sent." in text(come(receipt, do="write", text="Kept words", uid=uid))


def test_receipt_is_kept_while_the_database_is_away(sent, monkeypatch):
    _, receipt = sent
    with monkeypatch.context() as patch:
        patch.setattr("enquiries.views.reply.find", lambda receipt: (_ for _ in ()).throw(OperationalError))
        response = come(receipt)

    assert response.status_code == 503
    assert receipt.code in text(response)


def test_missing_security_token_opens_nothing(sent):
    _, receipt = sent

    response = come(receipt, strict_client())

    assert response.status_code == 403
    assert "Hello from me" not in text(response)
    assert receipt.code in text(response)


def test_damaged_words_are_named_and_the_rest_shows(sent, nurse):
    enquiry, receipt = sent
    answer(enquiry, nurse)
    document = enquiry.documents.get(kind="enquiry")
    document.sealed = altered(bytes(document.sealed))
    document.save()

    page = text(come(receipt))

    assert "was damaged and cannot be opened" in page
    assert "Come on Tuesday" in page


def test_empty_receipt_is_a_slip_and_nothing_is_said_to_be_kept(sent):
    page = text(Client().post(REPLY, {"receipt": "  "}))

    assert "Type your receipt" in page
    assert "still here" not in page
    assert "still here" in text(strict_client_post("ABCDE"))


def test_unknown_action_only_opens(sent):
    _, receipt = sent

    assert "Your messages" in text(come(receipt, do="explode"))


def test_coming_back_is_written_down_without_the_receipt(sent):
    enquiry, receipt = sent
    come(receipt)

    assert AccessEntry.objects.get(act="returned").reference == enquiry.reference
    assert receipt.code not in str(list(AccessEntry.objects.values()))


def test_queries_do_not_grow_with_the_thread(sent, nurse, django_assert_max_num_queries):
    enquiry, receipt = sent
    for number in range(6):
        answer(enquiry, nurse, f"Reply {number}")

    with django_assert_max_num_queries(22):
        come(receipt)


def test_every_answer_is_read_back_no_included(nurse):
    make_key()
    Team.objects.update(is_fallback=True)
    answers = Answers(
        audience="me",
        way="phone",
        urgent=False,
        name="Robin",
        phone="07700 900 000",
        voicemail=True,
        say_who=False,
        topic="other",
    )
    _, receipt = submit(answers=answers, token=new_token())

    shown = [" ".join(row) for row in zip(texts(come(receipt), "//dt"), texts(come(receipt), "//dd"), strict=True)]

    assert shown == [
        "About Me", "What to call you Robin", "Reply A phone call", "Phone 07700 900 000", "A voicemail is safe Yes",
        "We may say that the clinic is calling No", f"Help with {Topic('other').label}", "Help needed today No",
    ]  # fmt: skip
    assert "A voicemail is safe: Yes" in text(come(receipt, do="download"))


@pytest.mark.parametrize(
    ("typed", "have"), [("ABCDE", "There are 5 here"), ("x!", "There is 1 here"), ("0" * 17, "There are 17 here")]
)
def test_receipt_that_cannot_be_one_is_counted_and_not_called_erased(sent, typed, have):
    response = strict_client_post(typed)

    assert response.status_code == 422
    assert f"A receipt has 16 letters and numbers. {have}" in text(response)
    assert "erased" not in text(response).split("</form>")[0]
    assert f'value="{typed}"' in text(response)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0" * 101, "“Your receipt” has room for 100 letters. There are 101 now"),
        ("AB\0CD", "“Your receipt” has a hidden sign in it"),
    ],
)
def test_receipt_that_is_refused_unread_is_named_in_our_words(sent, typed, said):
    response = strict_client_post(typed)

    assert response.status_code == 422
    assert text(response).count(said) == 2


def test_receipt_may_come_with_its_name(sent):
    assert "Your messages" in text(Client().post(REPLY, {"receipt": f"Receipt: {sent[1].code}"}))
