"""What machines, managers and their mailboxes are told when something does not work."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ, Schedule, Task
from django_q.monitor import save_task
from django_q.scheduler import scheduler
from django_q.signing import SignedPackage

from enquiries import audit
from enquiries.models import Enquiry, Notification
from operations import health, work
from operations.models import Pulse
from tests.content.factories import make_user
from tests.enquiries.factories import make_enquiry, make_team
from tests.enquiries.installation import MailServer
from tests.pages import texts

pytestmark = pytest.mark.django_db
ALL_OK = "database: ok\nmigrations: ok\nworker: ok\ntasks: ok\nmails: ok\nerasures: ok\nrecord: ok\ndisk: ok\n"


@pytest.fixture(autouse=True)
def running(settings, tmp_path):
    """A site whose worker has just been seen, with a folder to write to."""
    settings.VAR_DIR = tmp_path
    work.pulse()
    work.check_record()


@pytest.fixture
def manager():
    return make_user("manager", email="boss@clinic.example")


def ready(client, query=""):
    response = client.get(f"/readyz{query}")
    return response.status_code, response.content.decode()


def worker_stops():
    Pulse.objects.filter(name="worker").update(seen_at=timezone.now() - timedelta(minutes=6))


def runs(work, success, minutes_ago=0):
    """Let the worker have run what a schedule says."""
    ended = timezone.now() - timedelta(minutes=minutes_ago)
    schedule, _ = Schedule.objects.get_or_create(name=f"enquiries: {work}", func=f"enquiries.work.{work}")
    schedule.task = uuid4().hex
    schedule.save()
    named = {"name": schedule.name, "group": schedule.name, "func": schedule.func}
    Task.objects.create(id=schedule.task, started=ended, stopped=ended, success=success, result="WorkFailed", **named)


def task_fails():
    runs("escalate", success=False)


def mail_waits():
    enquiry, *_ = make_enquiry(make_team())
    late = timezone.now() - timedelta(minutes=31)
    Notification.objects.create(enquiry=enquiry, kind=Notification.Kind.NEW, recipient=make_user("desk"), made_at=late)


def erasure_is_late():
    enquiry, *_ = make_enquiry(make_team())
    Enquiry.objects.filter(pk=enquiry.pk).update(
        state="closed", closed_at=timezone.now(), close_reason="quiet", erase_on=timezone.localdate() - timedelta(days=2)
    )


def record_is_altered():
    audit.record(audit.Act.LOCKED)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_accessentry SET detail = 'nothing happened'")
    work.check_record()


def disk_is_full():
    health.DISK_FREE = 1 << 62


TROUBLES = {
    "worker": worker_stops,
    "tasks": task_fails,
    "mails": mail_waits,
    "erasures": erasure_is_late,
    "record": record_is_altered,
    "disk": disk_is_full,
}


@pytest.fixture
def trouble(request, monkeypatch):
    monkeypatch.setattr(health, "DISK_FREE", health.DISK_FREE)
    TROUBLES[request.param]()
    return request.param


every_trouble = pytest.mark.parametrize("trouble", TROUBLES, indirect=True)


def test_sound_site_says_so(client):
    assert ready(client) == (200, ALL_OK)
    assert ready(client, "?all") == (200, ALL_OK)


@every_trouble
def test_trouble_is_named_and_takes_no_process_out_of_service(client, trouble):
    expected = ALL_OK.replace(f"{trouble}: ok", f"{trouble}: fails")

    assert ready(client) == (200, expected)
    assert ready(client, "?all") == (503, expected)


@every_trouble
def test_machines_learn_no_number_and_no_reference(client, trouble):
    _, said = ready(client)

    assert [sign for sign in said if sign.isdigit()] == []


@every_trouble
def test_manager_is_told_on_the_first_page_and_others_are_not(trouble, manager):
    boss, editor = Client(), Client()
    boss.force_login(manager)
    editor.force_login(make_user("editor"))

    assert len(texts(boss.get("/admin/"), "//section[@class='troubles']//li")) == 1
    assert texts(editor.get("/admin/"), "//section[@class='troubles']//li | //p[@class='sound']") == []


@every_trouble
def test_manager_gets_one_mail_a_day(trouble, manager, mailoutbox, monkeypatch):
    seen = timezone.now()

    def pulse_after(hours):
        with time_machine.travel(seen + timedelta(hours=hours), tick=False):
            if trouble == "worker":
                Client().get("/readyz")  # the worker stands: somebody who asks a web process brings it to light
            else:
                work.pulse()

    counts = []
    for hours in (0, 1, 23, 25):
        pulse_after(hours)
        counts.append(len([mail for mail in mailoutbox if health_words(trouble) in mail.body]))

    assert counts == [1, 1, 1, 2]
    assert {mail.to[0] for mail in mailoutbox} == {"boss@clinic.example"}


def health_words(trouble):
    return {
        "worker": "worker",
        "tasks": "“enquiries: escalate”",
        "mails": "Mails do not go out",
        "erasures": "should be erased",
        "record": "tampered",
        "disk": "disk",
    }[trouble]


def test_sound_site_is_said_to_be_sound_to_the_manager(client, manager):
    client.force_login(manager)

    assert len(texts(client.get("/admin/"), "//p[@class='sound']")) == 1


def test_dead_mail_server_does_not_stop_the_worker(manager, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9  # nobody listens there
    mail_waits()

    work.pulse()

    assert health.works()[0].words == ""


class DeadMailbox(MailServer):
    """A mail server without a mailbox for one of the managers."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("dead"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def mail_server(settings):
    server = DeadMailbox()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


def test_dead_mailbox_keeps_no_mail_from_the_others_and_brings_them_no_more(mail_server):
    for name in ("a", "dead", "z"):
        make_user("manager", email=f"{name}@clinic.example", name=name)
    mail_waits()

    for _ in range(3):
        work.pulse()

    assert [mail.rcpt_tos for mail in mail_server.received] == [["a@clinic.example"], ["z@clinic.example"]]


def test_strangers_can_have_a_mail_that_fails_tried_once_a_quarter_of_an_hour(client, manager, mail_server):
    mail_server.mode = "reject"
    worker_stops()
    tried = []
    for minutes in (0, 14, 16):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            for _ in range(3):
                client.get("/readyz")
        tried.append(mail_server.began)

    assert tried == [1, 1, 2]


def test_trouble_that_nobody_could_be_told_of_is_told_when_mail_works_again(manager, mail_server):
    mail_server.mode = "reject"
    mail_waits()
    work.pulse()
    mail_server.mode = "accept"
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        work.pulse()

    assert [mail.rcpt_tos for mail in mail_server.received] == [["boss@clinic.example"]]


def test_work_that_failed_and_has_run_since_is_well():
    runs("escalate", success=False, minutes_ago=5)
    runs("erase", success=False)
    before = [finding.words for finding in health.troubles()]
    runs("escalate", success=True)
    runs("erase", success=True)

    assert before == [
        "Background work failed when it last ran: “enquiries: erase”, “enquiries: escalate”. Look at the worker's log."
    ]
    assert list(health.troubles()) == []


def test_work_that_fails_is_found_by_what_the_worker_itself_notes(monkeypatch):
    monkeypatch.setattr("django_q.scheduler.close_old_django_connections", lambda: None)  # it would be the test's own
    Schedule.objects.all().delete()
    call_command("migrate", verbosity=0)
    Schedule.objects.exclude(name="enquiries: escalate").delete()
    Schedule.objects.update(next_run=timezone.now() - timedelta(seconds=1))
    scheduler()
    queued = SignedPackage.loads(OrmQ.objects.get().payload)
    before = list(health.troubles())
    save_task({**queued, "sync": True, "success": False, "result": "WorkFailed", "stopped": timezone.now()}, get_broker())

    assert before == []
    assert [finding.name for finding in health.troubles()] == ["tasks"]


def test_old_database_cannot_serve(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'operations'")

    status, said = ready(client)

    assert (status, said) == (503, "database: ok\nmigrations: fails\n")


def test_worker_is_scheduled_to_look():
    call_command("migrate", verbosity=0)

    assert dict(Schedule.objects.filter(name__startswith="operations").values_list("func", "minutes")) == {
        "operations.work.pulse": 1,
        "operations.work.check_record": 1440,
        "operations.work.tidy": 60,
        "operations.work.collect_links": 1440,
        "operations.work.check_links": 5,
    }


def test_clock_that_was_ahead_is_found_and_what_it_put_off_is_due_again(client, manager, mailoutbox):
    call_command("migrate", verbosity=0)
    soon = timezone.now()
    with time_machine.travel(soon + timedelta(days=30)):
        Schedule.objects.update(next_run=timezone.now())
        work.pulse()
        Pulse.objects.update(told_at=timezone.now())
    before = ready(client, "?all")
    call_command("migrate", verbosity=0)
    work.pulse()

    assert (before[0], "worker: fails" in before[1]) == (503, True)
    assert len([mail for mail in mailoutbox if "a clock was ahead" in mail.body]) == 1
    assert not Schedule.objects.filter(next_run__gt=timezone.now()).exists()
    assert ready(client, "?all") == (200, ALL_OK)


def test_migrating_leaves_work_where_its_turn_is():
    call_command("migrate", verbosity=0)
    turn = timezone.now() + timedelta(minutes=50)
    Schedule.objects.filter(name="enquiries: erase").update(next_run=turn)
    call_command("migrate", verbosity=0)

    assert Schedule.objects.get(name="enquiries: erase").next_run == turn


def test_new_site_gives_its_worker_time_to_appear_and_then_says_that_it_has_not():
    Pulse.objects.all().delete()
    call_command("migrate", verbosity=0)

    assert list(health.troubles()) == []
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert [finding.name for finding in health.troubles()] == ["worker"]


def test_record_that_was_not_checked_for_long_is_named():
    Pulse.objects.filter(name="record").update(seen_at=timezone.now() - timedelta(hours=27))

    assert [finding.name for finding in health.troubles()] == ["record"]
