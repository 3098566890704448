"""The queue in Redis while there is no Redis: nobody waits for it, and nothing is lost. With Redis: `test_many_processes.py`."""

import socket
import time

import pytest
import redis
from django.core import mail
from django.core.cache import caches
from django_q.brokers import get_broker
from django_q.conf import Conf

from clinic_site.broker import ANSWER, CONNECT, RedisBroker
from clinic_site.env import cache
from enquiries import outbox
from enquiries.actions.submit import Answers, submit
from enquiries.models import Notification
from enquiries.sealing.receipt import new_token
from staff.views import NO_LINK_NOW
from tests.content.factories import make_user
from tests.enquiries.factories import make_key, make_member, make_team
from tests.pages import texts, tree

SLACK = 1.5  # seconds, for a machine that is busy; the client's own way would take many more


@pytest.fixture(params=["refuses", "is silent"])
def address(request):
    """Where no Redis answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if request.param == "refuses":
            server.close()
        yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture
def broker(address, settings, monkeypatch):
    settings.TASK_BROKER_URL = address
    monkeypatch.setattr(Conf, "BROKER_CLASS", "clinic_site.broker.RedisBroker")
    return get_broker()


def test_failure_to_queue_is_noticed_at_once(broker):
    began = time.monotonic()
    with pytest.raises(ConnectionError):
        broker.enqueue(b"task")

    assert isinstance(broker, RedisBroker)
    assert time.monotonic() - began < CONNECT + ANSWER + SLACK


def test_worker_starts_and_goes_on_without_redis(broker):
    broker.set_stat("django_q:clinic:1", b"state", 3)

    assert broker.ping() is False


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ada@clinic.example", "no@clinic.example"])
def test_link_for_a_new_password_that_cannot_be_sent_now_is_said(broker, client, caplog, email):
    make_user("editor", email="ada@clinic.example")

    page = client.post("/accounts/password/reset/", {"email": email})

    assert (page.status_code, texts(page, "//div[@role='alert']//li")) == (200, [NO_LINK_NOW])
    assert tree(page).xpath("//input[@name='email']/@value") == [email]
    assert [record.getMessage() for record in caplog.records] == ["A link for a new password could not be queued."]


@pytest.mark.django_db(transaction=True)
def test_enquiry_is_taken_in_and_its_mails_go_out_by_the_schedule(broker):
    make_key()
    team = make_team(is_fallback=True)
    members = {make_member(team).key.user.email for _ in range(5)}
    began = time.monotonic()
    enquiry, receipt = submit(answers=Answers(audience="me", way="return", urgent=False), token=new_token())
    waited = time.monotonic() - began

    assert receipt.code
    assert waited < CONNECT + ANSWER + SLACK  # once, however many are told
    assert (Notification.objects.filter(enquiry=enquiry, sent_at=None).count(), mail.outbox) == (5, [])
    outbox.send_due()
    assert {message.to[0] for message in mail.outbox} == members


def test_counters_in_a_redis_that_is_away_are_given_up_soon(address, settings):
    settings.CACHES = {"default": cache({"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address})}
    began = time.monotonic()
    with pytest.raises(redis.RedisError):
        caches["default"].get("a")

    assert time.monotonic() - began < 3 + SLACK
