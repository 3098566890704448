"""The site on several machines: what one knows all know, limits hold in total, and what is killed takes nothing with it.

A lane of its own, on PostgreSQL: `tests/lanes.py` says what it needs.
"""

import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from enquiries import schedules as enquiries
from operations import schedules as operations
from tests.clinic_site.fleet import Fleet
from tests.enquiries.installation import PASSPHRASE, RECEIPT, STAMP, UNHURRIED, sign_in, wait_for

pytestmark = pytest.mark.many
ARTICLE, DESK = "/therapies/talking/", "/admin/enquiries/enquiry/"
PROMISE = 1.0  # seconds until an edit shows everywhere
LEAST = {"audience": "me", "way": "return", "urgent": "no", "privacy": "on"}
SEND = """
import django; django.setup()
from enquiries.actions.submit import Answers, submit
from enquiries.sealing.receipt import new_token
for _ in range({count}):
    submit(answers=Answers(audience="me", way="return", urgent=False, name="Quorvane", message="Quorvane"), token=new_token())
"""
TASKS = """
import django; django.setup()
import json
from django_q.brokers import get_broker
from django_q.signing import SignedPackage
broker = get_broker()
print(json.dumps([SignedPackage.loads(task) for task in broker.connection.lrange(broker.list_key, 0, -1)], default=str))
"""
RACE = "import django; django.setup(); from django_q.scheduler import scheduler; scheduler()"
PICTURE = """
import django; django.setup()
from tests.content.factories import make_picture
picture = make_picture()
print(picture.thumbnail)
"""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    with Fleet(tmp_path_factory.mktemp("many")) as made:
        yield made


@pytest.fixture(autouse=True)
def good_weather(fleet):
    fleet.mail.mode = "accept"
    wait_for(lambda: not fleet.redis().llen("django_q:clinic:q"), "the queue to be empty")
    fleet.mail.received.clear()
    fleet.mail.began = 0


def references(fleet):
    """Return the reference in each mail to staff that arrived, as often as it did."""
    found = (re.search(rb"Subject: ([0-9A-Z-]+):", mail.content) for mail in fleet.mail.received)
    return [subject[1] for subject in found if subject]


def message_ids(fleet):
    return {re.search(rb"Message-ID: (\S+)", mail.content)[1] for mail in fleet.mail.received}


def make_schedules_due(fleet):
    """Spare the test the minute until the next round, and the five of whoever claimed a notice and died."""
    fleet.database.write("UPDATE enquiries_notification SET next_attempt_at = made_at WHERE sent_at IS NULL")
    fleet.database.write("UPDATE django_q_schedule SET next_run = now() - interval '1 second'")


# --- What one knows, all know -----------------------------------------------------------------------------------------


def test_edit_by_hand_shows_everywhere_within_a_second(fleet, note):
    before = fleet.everywhere(ARTICLE, "Said anew")
    fleet.database.write("UPDATE content_article SET title = 'Said anew' WHERE slug = 'talking'")
    seconds = fleet.seconds_until(ARTICLE, "Said anew")
    note(f"an edit by hand shows everywhere after {seconds:.2f} s")

    assert before == [False, False, False]
    assert seconds < PROMISE


def test_edit_in_the_admin_shows_everywhere_within_a_second(fleet, note):
    editor = fleet.visitor()
    sign_in(editor, "editor@clinic.example", "/admin/content/glossaryterm/")
    address = re.search(r"/admin/content/glossaryterm/\d+/change/", editor.page)[0]
    editor.get(address)
    before = fleet.everywhere(ARTICLE, "A meaning given in the admin.")
    editor.post(address, term="Craving", inline="on", meaning="A meaning given in the admin.")
    seconds = fleet.seconds_until(ARTICLE, "A meaning given in the admin.")
    note(f"an edit in the admin shows everywhere after {seconds:.2f} s")

    assert before == [False, False, False]
    assert seconds < PROMISE


def test_requests_are_spread_over_all(fleet):
    before = fleet.answered()
    for _ in range(30):
        assert fleet.visitor().get(ARTICLE)[0] == 200

    assert [after - earlier for after, earlier in zip(fleet.answered(), before, strict=True)] == [10, 10, 10]


def test_session_and_unlocked_desk_hold_on_every_machine(fleet):
    nurse = sign_in(fleet.visitor("web1"))
    locked = []
    for name in fleet.names("web"):
        nurse.url = fleet.url(name)
        locked.append("Unlock the desk" in nurse.get(DESK)[1])
    nurse.post(DESK, passphrase=PASSPHRASE)  # at the last of them
    unlocked = []
    for name in fleet.names("web"):
        nurse.url = fleet.url(name)
        status, page = nurse.get(DESK)
        unlocked.append((status, 'name="passphrase"' in page))

    assert locked == [True, True, True]
    assert unlocked == [(200, False)] * 3


def test_picture_uploaded_at_one_is_served_by_all(fleet):
    address = fleet.run(PICTURE, VAR_DIR=str(fleet.folder / "web1")).strip()
    served = [fleet.fetch(address, name) for name in ("front", *fleet.names("web"))]

    assert {answer.status for answer in served} == {200}
    assert {answer.body for answer in served} == {fleet.bucket.files()[f"media/{address.removeprefix('/media/')}"]}
    assert {answer.headers["Cache-Control"] for answer in served} == {"public, max-age=31536000, immutable"}
    assert not any((fleet.folder / name / "media").exists() for name in fleet.names("web"))


def test_nginx_writes_no_word_of_an_enquiry_into_a_file(fleet):
    """It says in its log when it does, as it does of what is too long to be anything but a picture."""
    log, warning = fleet.folder / "nginx.log", "buffered to a temporary file"
    before = log.read_text().count(warning)
    words = {"message": "Quorvane ☂ " * 6_000, "name": "Quorvane"}  # more than twice what the form takes in

    assert fleet.visitor().write(**words)[0] == 422
    assert log.read_text().count(warning) == before
    assert fleet.visitor().post("/accounts/login/", login="Quorvane" * 100_000)[0] in (400, 403)
    assert log.read_text().count(warning) == before + 1


def test_each_machine_draws_the_shared_picture_for_itself(fleet):
    page = fleet.visitor().get(ARTICLE)[1]
    address = re.search(r'og:image" content="https?://[^/]+([^"]+)"', page)[1]
    served = [fleet.fetch(address, name) for name in fleet.names("web")]
    kept = [
        sorted(path.read_bytes() for path in (fleet.folder / name / "share").rglob("talking.*.png"))
        for name in fleet.names("web")
    ]

    assert [(answer.status, answer.headers["Content-Type"]) for answer in served] == [(200, "image/png")] * 3
    assert kept == [[served[0].body]] * 3


def test_static_files_come_out_of_the_bucket_even_those_of_another_version(fleet):
    address = re.search(r'href="(/static/css/site\.[0-9a-f]{12}\.css)"', fleet.visitor().get(ARTICLE)[1])[1]
    fleet.bucket.client.put_object(
        Bucket="clinic", Key="static/css/site.000000000000.css", Body=b"older", ContentType="text/css"
    )
    before = fleet.answered()
    compressed = fleet.fetch(address, encoding="gzip, br")
    plain, older = fleet.fetch(address), fleet.fetch("/static/css/site.000000000000.css")

    assert fleet.answered() == before  # none of these was asked of the site
    assert (compressed.headers["Content-Encoding"], compressed.headers["Content-Type"]) == ("br", "text/css")
    assert compressed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert compressed.body == fleet.bucket.files()[f"{address.removeprefix('/')}.br"]
    assert plain.body == (fleet.folder / address.removeprefix("/")).read_bytes()
    assert older.body == b"older"


def test_strangers_get_no_picture_out_of_the_bucket_itself(fleet):
    address = fleet.run(PICTURE).strip()
    strange = []
    for name in (f"media/{address.removeprefix('/media/')}", "static/css/site.000000000000.css"):
        try:
            strange.append(urllib.request.urlopen(f"http://{fleet.bucket.host}/clinic/{name}").status)
        except urllib.error.HTTPError as error:
            strange.append(error.code)

    assert strange == [403, 200]


def test_static_file_that_the_bucket_lacks_comes_from_the_site(fleet):
    address = re.search(r'href="(/static/images/favicon\.[0-9a-f]{12}\.svg)"', fleet.visitor().get(ARTICLE)[1])[1]
    key = address.removeprefix("/")
    for name in (key, f"{key}.br", f"{key}.gz"):
        fleet.bucket.client.delete_object(Bucket="clinic", Key=name)
    answer = fleet.fetch(address)

    assert (answer.status, answer.body) == (200, (fleet.folder / key).read_bytes())


# --- Limits hold in total ---------------------------------------------------------------------------------------------


def test_wrong_passwords_count_in_total(fleet):
    guesser, answers = fleet.visitor(), []
    for _ in range(5):
        sign_in(guesser, "other@clinic.example", password="wrong")
        answers.append("do not belong together" in guesser.page)
    before, refused = fleet.answered(), []
    for _ in range(3):  # each asks for the page and sends it, so that every server gets one of the six requests at least
        sign_in(guesser, "other@clinic.example")
        refused.append("Too many attempts" in guesser.page)

    assert answers == [True] * 5
    assert refused == [True] * 3  # though the password was right
    assert [after - earlier for after, earlier in zip(fleet.answered(), before, strict=True)] == [2, 2, 2]


def test_wrong_receipts_count_in_total_even_at_once(fleet):
    guesser = fleet.visitor()
    guesser.get("/enquire/reply/")
    before = fleet.answered()

    def guess(_=None):
        return guesser.post("/enquire/reply/", receipt="0000-0000-0000-0000")[0]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(guess, range(18)))
    answers += [guess(), guess()]
    refused = []
    for name in fleet.names("web"):
        guesser.url = fleet.url(name)
        refused.append(guess())

    assert answers == [422] * 20
    assert refused == [429] * 3
    assert all(after - earlier >= 6 for after, earlier in zip(fleet.answered(), before, strict=True))
    assert fleet.visitor().get("/enquire/reply/")[0] == 200


# --- What is killed takes nothing with it -----------------------------------------------------------------------------


def test_schedule_that_four_workers_look_at_at_once_is_run_once(fleet):
    elsewhere = {"TASK_BROKER_URL": f"redis://127.0.0.1:{fleet.ports['redis']}/5"}  # nobody takes these tasks away
    with fleet.workers_asleep(), ThreadPoolExecutor(4) as pool:
        fleet.database.write("UPDATE django_q_schedule SET next_run = now() - interval '1 second'")
        list(pool.map(lambda _: fleet.run(RACE, **elsewhere), range(4)))

    assert fleet.redis(5).llen("django_q:clinic:q") == len(enquiries.EVERY) + len(operations.EVERY)


def test_queue_holds_names_of_functions_and_numbers_of_rows(fleet):
    with fleet.workers_asleep():
        fleet.run(SEND.format(count=2))
        raw = b"".join(fleet.redis().lrange("django_q:clinic:q", 0, -1))
        tasks = json.loads(fleet.run(TASKS))
    wait_for(lambda: len(references(fleet)) == 2, "the mails of both")

    assert [(task["func"], [type(argument) for argument in task["args"]]) for task in tasks] == [
        ("enquiries.work.send", [int])
    ] * 2
    assert all(set(task) <= {"id", "name", "func", "args", "kwargs", "started", "ack_failure"} for task in tasks)
    assert b"Quorvane" not in raw


def test_killed_worker_takes_no_notice_with_it(fleet, note):
    fleet.mail.mode = "slow"
    with fleet.workers_asleep():
        fleet.run(SEND.format(count=24))
    wait_for(lambda: fleet.mail.began >= 6, "the sending to begin")
    fleet.kill("worker1")
    killed_after = len(references(fleet))
    fleet.mail.mode = "accept"
    wait_for(lambda: not fleet.redis().llen("django_q:clinic:q"), "the queue to be empty")
    time.sleep(2)  # what the other worker holds
    by_the_queue = len(set(references(fleet)))
    make_schedules_due(fleet)
    wait_for(lambda: len(set(references(fleet))) == 24, "all the mails", seconds=60)
    fleet.start_worker("worker1")
    sent = references(fleet)
    note(
        f"a worker killed after {killed_after} of 24 mails: {by_the_queue} by the queue, {len(set(sent))} in the end, {len(sent) - 24} twice"
    )

    assert killed_after < by_the_queue < 24  # the killed one did hold some
    assert len(message_ids(fleet)) == 24
    assert len(sent) - 24 <= 1  # the one that was on its way to the mail server


def test_enquiry_is_taken_in_while_redis_is_away_and_its_mail_goes_out_later(fleet, note):
    visitor = fleet.visitor()
    visitor.get("/enquire/")
    stamp = STAMP.search(visitor.page)[1]
    threading.Event().wait(UNHURRIED)
    fleet.kill("redis")
    began = time.monotonic()
    status, page = visitor.post("/enquire/", stamp=stamp, **LEAST)
    waited = time.monotonic() - began
    article = fleet.visitor().get(ARTICLE)[0]
    meanwhile = references(fleet)
    fleet.start_redis()
    make_schedules_due(fleet)
    wait_for(lambda: len(references(fleet)) == 1, "the mail", seconds=90)
    note(f"while Redis is away, a receipt after {waited:.2f} s")

    assert (status, bool(RECEIPT.search(page)), article, meanwhile) == (200, True, 200, [])
    assert waited < 5


def test_nginx_goes_on_with_the_others_when_a_web_server_is_killed(fleet, note):
    """What was half sent at that moment breaks off, one page a reader at most: nobody can send the rest of it."""
    answers, broken_off, stop = [], [], threading.Event()

    def visit(path):
        while not stop.is_set():
            try:
                answers.append(fleet.visitor().get(path)[0])
            except http.client.IncompleteRead:
                broken_off.append(path)

    threads = [threading.Thread(target=visit, args=[path]) for path in (ARTICLE, "/search/?q=talking", "/enquire/")]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(answers) > 60, "some answers")
    fleet.kill("web3")
    at_the_kill = len(answers)
    wait_for(lambda: len(answers) > at_the_kill + 150, "more answers")
    stop.set()
    for thread in threads:
        thread.join()
    written = fleet.visitor().write(**LEAST)
    fleet.start_web("web3")
    before = fleet.answered()[2]
    wait_for(
        lambda: bool(fleet.visitor().get(ARTICLE)) and fleet.answered()[2] > before, "the third to be asked again", seconds=60
    )
    note(f"a web server killed: {len(answers)} answers, {answers.count(200)} of them 200, {len(broken_off)} broken off")

    assert set(answers) == {200}
    assert len(broken_off) == len(set(broken_off))
    assert (written[0], bool(RECEIPT.search(written[1]))) == (200, True)
