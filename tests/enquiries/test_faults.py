"""Bad days, with real processes: every enquiry that was confirmed exists and is notified; what was not stored is not confirmed."""

import re
import threading

import pytest
from django.conf import settings

from tests.enquiries.installation import (
    RECEIPT,
    STAMP,
    UNHURRIED,
    Installation,
    limited_file_size,
    private_postgresql,
    wait_for,
)

LEAST = {"audience": "me", "way": "return", "urgent": "no", "privacy": "on"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Installation(tmp_path_factory.mktemp("faults")) as made:
        yield made


@pytest.fixture(autouse=True)
def good_weather(site):
    site.mail.mode = "accept"
    site.mail.received.clear()
    site.mail.began = 0


def confirmed(answer):
    """Return the receipt of an answer, or nothing."""
    status, page = answer
    found = RECEIPT.search(page)
    assert (status == 200) == bool(found)
    return found[1] if found else ""


def exists(site, receipt):
    """Say whether an enquiry can be opened with its receipt."""
    visitor = site.visitor()
    visitor.get("/enquire/reply/")
    return visitor.post("/enquire/reply/", receipt=receipt)[0] == 200


def references(site):
    """Return the references of the mails that arrived."""
    found = (re.search(rb"Subject: ([0-9A-Z-]+):", mail.content) for mail in site.mail.received)
    return {subject[1] for subject in found if subject}


def test_mail_server_that_refuses_connections(site):
    site.mail.stop()
    try:
        assert confirmed(site.visitor().write(**LEAST))
    finally:
        site.mail.start()
    site.try_mails_again()

    wait_for(lambda: len(references(site)) == 1, "the mail")


@pytest.mark.parametrize("mode", ["reject", "drop", "hang"])
def test_mail_server_that_misbehaves(site, mode):
    site.mail.mode = mode
    assert confirmed(site.visitor().write(**LEAST))
    wait_for(lambda: site.mail.began > 0, "the first try")
    site.mail.mode = "accept"
    wait_for(lambda: _failed(site), "the failure to be noted")
    site.try_mails_again()

    wait_for(lambda: len(references(site)) == 1, "the mail")


def _failed(site):
    nurse = site.nurse()
    _, page = nurse.get("/admin/enquiries/enquiry/")
    return any(
        "has failed" in nurse.get(link)[1]
        for link in set(re.findall(r"/admin/enquiries/enquiry/[0-9A-Z]{4}-[0-9A-Z]{4}/", page))
    )


def test_worker_killed_in_the_middle_of_sending(site):
    site.mail.mode = "hang"
    assert confirmed(site.visitor().write(**LEAST))
    wait_for(lambda: site.mail.began > 0, "the sending to begin")
    site.kill_worker()
    site.mail.mode = "accept"
    site.start_worker()
    site.try_mails_again()

    wait_for(lambda: len(references(site)) == 1, "the mail")


def test_database_that_goes_away_while_people_send(site):
    visitors, answers = [site.visitor() for _ in range(6)], {}
    stamps = [STAMP.search(visitor.get("/enquire/")[1])[1] for visitor in visitors]
    threading.Event().wait(UNHURRIED)

    def send(number):
        answers[number] = visitors[number].post("/enquire/", stamp=stamps[number], message=f"Kept words {number}", **LEAST)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads[:3]:
        thread.start()
    site.database.take_away()
    try:
        threading.Event().wait(1.1)  # SQLite's connections are kept for a second, and write to a file that was taken away
        for thread in threads[3:]:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        site.database.bring_back()

    refused = [number for number, answer in answers.items() if answer[0] != 200]
    assert set(refused) >= {3, 4, 5}
    for number in refused:
        status, page = answers[number]
        assert status == 503
        assert "We could not keep your enquiry" in page
        assert f"Kept words {number}" in page
        assert "0300 000 0000" in page
    receipts = [confirmed(answer) for answer in answers.values() if answer[0] == 200]
    again = [confirmed(visitors[number].post("/enquire/", stamp=stamps[number], **LEAST)) for number in refused]
    assert all(again)
    assert all(exists(site, receipt) for receipt in [*receipts, *again])
    site.try_mails_again()
    wait_for(lambda: len(references(site)) == 6, "the mails of all six")


def test_limits_count_in_every_process(site):
    guesser = site.visitor()
    guesser.get("/enquire/reply/")
    answers = []

    def guess():
        answers.append(guesser.post("/enquire/reply/", receipt="0000-0000-0000-0000")[0])

    threads = [threading.Thread(target=guess) for _ in range(18)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [422] * 18
    assert [guesser.post("/enquire/reply/", receipt="0000-0000-0000-0000")[0] for _ in range(3)] == [422, 422, 429]
    assert site.visitor().get("/enquire/reply/")[0] == 200


def disk_that_is_full(site):
    visitor = site.visitor()
    stamp = STAMP.search(visitor.get("/enquire/")[1])[1]
    threading.Event().wait(UNHURRIED)
    with limited_file_size(site.web_processes(), 4096):
        status, page = visitor.post("/enquire/", stamp=stamp, message="Kept words", **LEAST)
    assert status == 503
    assert "Kept words" in page
    assert not RECEIPT.search(page)

    receipt = confirmed(visitor.post("/enquire/", stamp=stamp, message="Kept words", **LEAST))
    assert exists(site, receipt)
    wait_for(lambda: len(references(site)) == 1, "the mail")


def server_that_crashes_while_people_send(tmp_path):
    with private_postgresql() as (server, crash), Installation(tmp_path, server) as site:
        visitors = [site.visitor() for _ in range(24)]
        stamps = [STAMP.search(visitor.get("/enquire/")[1])[1] for visitor in visitors]
        threading.Event().wait(UNHURRIED)
        answers = {}

        def send(number):
            answers[number] = visitors[number].post("/enquire/", stamp=stamps[number], message="Kept words", **LEAST)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(24)]
        for thread in threads:
            thread.start()
        wait_for(lambda: len(answers) >= 4, "the first answers")
        crash()
        for thread in threads:
            thread.join()
        assert {status for status, _ in answers.values()} <= {200, 503}
        refused = [number for number, (status, _) in answers.items() if status == 503]
        assert refused
        assert all("Kept words" in answers[number][1] for number in refused)
        again = [confirmed(visitors[number].post("/enquire/", stamp=stamps[number], **LEAST)) for number in refused]
        receipts = [confirmed(answer) for answer in answers.values() if answer[0] == 200] + again
        assert len(set(receipts)) == 24
        assert all(exists(site, receipt) for receipt in receipts)
        wait_for(lambda: site.worker.poll() is None or site.start_worker() is None, "the worker")
        site.try_mails_again()
        wait_for(lambda: len(references(site)) == 24, "the mails of all")


# PostgreSQL writes its own files: a full disk there is an error of its server, as in the test of a database that goes away.
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    test_disk_that_is_full = disk_that_is_full
else:
    test_server_that_crashes_while_people_send = server_that_crashes_while_people_send
