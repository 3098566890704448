"""What waits too long is told of again and again until somebody looks; what is over is erased, and nothing else is."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from django_q.models import Schedule

from enquiries import schedules, work
from enquiries.actions import erase as erasing
from enquiries.actions.erase import NotErased, erase_due
from enquiries.actions.escalate import alarm_unreadable, escalate_due
from enquiries.actions.handle import close, close_quiet, mark_contacted, move, open_enquiry, reopen
from enquiries.actions.submit import Answers, submit
from enquiries.actions.thread import write_again
from enquiries.models import AccessEntry, Enquiry, ErasedEnquiry, Notification, OpenDesk, Tally, Viewing, WrappedKey
from enquiries.sealing.receipt import new_token
from tests.content.factories import make_user
from tests.enquiries.factories import make_key, make_member, make_team

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/London"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nurse():
    make_key()
    return make_member(make_team(is_fallback=True, target_hours=8))


@pytest.fixture
def manager():
    return make_user("manager")


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as moved:
        yield moved


def send(held=False, **answers):
    said = {"audience": "me", "way": "return", "urgent": False, **answers}
    return submit(answers=Answers(**said), token=new_token(), held=held)[0]


def overdue():
    return [notice.recipient for notice in Notification.objects.filter(kind="overdue").order_by("pk")]


def test_nothing_escalates_before_its_time_or_outside_working_hours(nurse, manager, clock):
    send()
    clock.move_to(MONDAY + 23 * HOUR)  # Tuesday 9:00: seven working hours are over
    assert escalate_due() == 0
    clock.move_to(MONDAY + 24 * HOUR)
    assert escalate_due() == 1

    assert overdue() == [manager]


def test_it_escalates_again_and_again_until_somebody_looks(nurse, manager, clock):
    enquiry = send()
    for number in range(1, 4):
        clock.move_to(MONDAY + number * DAY)
        escalate_due()
        assert len(overdue()) == number
        assert escalate_due() == 0  # this round is over
    clock.shift(HOUR)
    open_enquiry(enquiry=enquiry, desk=nurse)
    clock.move_to(MONDAY + 4 * DAY)
    escalate_due()

    assert len(overdue()) == 3
    assert AccessEntry.objects.filter(act="escalated").count() == 3


def test_looking_before_it_is_late_does_not_stop_the_first(nurse, manager, clock):
    open_enquiry(enquiry=send(), desk=nurse)
    clock.move_to(MONDAY + 2 * DAY)

    assert escalate_due() == 1


@pytest.fixture
def looked_at_late(nurse, manager, clock):
    """An enquiry that escalated on Tuesday at ten and was looked at an hour later, and its receipt."""
    sent = submit(answers=Answers(audience="me", way="return", urgent=False), token=new_token())
    clock.move_to(MONDAY + DAY)
    escalate_due()
    clock.shift(HOUR)
    open_enquiry(enquiry=sent[0], desk=nurse)
    return sent


def test_next_wait_escalates_though_the_last_was_looked_at(looked_at_late, nurse, clock):
    enquiry, receipt = looked_at_late
    mark_contacted(enquiry=enquiry, desk=nurse, version=1)
    clock.move_to(MONDAY + 7 * DAY)
    write_again(enquiry=enquiry, receipt=receipt, text="I am in danger", uid=uuid4())
    clock.move_to(MONDAY + 8 * DAY)

    assert escalate_due() == 1


def test_look_early_in_the_next_wait_does_not_stop_its_first(looked_at_late, nurse, clock):
    enquiry, _ = looked_at_late
    close(enquiry=enquiry, reason=Enquiry.Reason.CARE, desk=nurse, version=1)
    reopen(enquiry=enquiry, desk=nurse, version=2)
    clock.shift(HOUR)
    open_enquiry(enquiry=enquiry, desk=nurse)
    clock.move_to(MONDAY + 3 * DAY)

    assert escalate_due() == 1


def test_words_after_the_look_escalate_until_somebody_looks_again(looked_at_late, nurse, clock):
    enquiry, receipt = looked_at_late
    clock.shift(HOUR)
    write_again(enquiry=enquiry, receipt=receipt, text="Please", uid=uuid4())
    clock.move_to(MONDAY + 2 * DAY)
    assert escalate_due() == 1
    clock.shift(HOUR)
    open_enquiry(enquiry=enquiry, desk=nurse)
    clock.move_to(MONDAY + 4 * DAY)

    assert escalate_due() == 0


def test_look_of_the_team_before_does_not_count_for_the_next_team(looked_at_late, nurse, clock):
    enquiry, _ = looked_at_late
    other = make_team(target_hours=8)
    make_member(other)
    move(enquiry=enquiry, to=other, desk=nurse, version=1)

    assert escalate_due() == 1


def test_answered_enquiries_do_not_escalate(nurse, manager, clock):
    mark_contacted(enquiry=send(), desk=nurse, version=1)
    clock.move_to(MONDAY + 10 * DAY)

    assert escalate_due() == 0


def test_urgent_ones_escalate_sooner(nurse, manager, clock):
    send(urgent=True)
    clock.move_to(MONDAY + 2 * HOUR)

    assert escalate_due() == 1


def test_team_says_who_is_told(nurse, manager, clock):
    lead = make_user("desk")
    team = nurse.user.teams.get()
    team.escalate_to.add(lead)
    send()
    clock.move_to(MONDAY + DAY)
    escalate_due()

    assert overdue() == [lead]


def test_what_may_be_spam_is_told_of_once_a_round(nurse, manager, clock):
    for _ in range(3):
        send(held=True)
    clock.move_to(MONDAY + DAY)

    assert escalate_due() == 1
    assert len(overdue()) == 1


def test_what_nobody_can_read_alarms_every_day_until_it_is_granted(manager, clock):
    make_key()
    team = make_team(is_fallback=True)
    send()
    assert alarm_unreadable() == 0  # it was told of on arrival
    clock.move_to(MONDAY + DAY + HOUR)
    assert alarm_unreadable() == 1
    assert alarm_unreadable() == 0

    member = make_member(team)
    enquiry = Enquiry.objects.get()
    WrappedKey.objects.create(enquiry=enquiry, recipient=member.key, wrapped=b"x")
    clock.move_to(MONDAY + 3 * DAY)
    assert alarm_unreadable() == 0


class TestRetention:
    def test_closed_ones_go_on_their_day_and_open_ones_never(self, nurse, clock):
        waiting, closed = send(), send()
        close(enquiry=closed, reason=Enquiry.Reason.CARE, desk=nurse, version=1)
        clock.move_to(MONDAY + 89 * DAY)
        assert erase_due() == 0
        clock.move_to(MONDAY + 90 * DAY)
        assert erase_due() == 1
        clock.move_to(MONDAY + 5000 * DAY)
        erase_due()

        assert list(Enquiry.objects.all()) == [waiting]
        assert ErasedEnquiry.objects.get().reference == closed.reference

    def test_one_that_cannot_be_erased_does_not_stop_the_others_and_is_reported(self, nurse, clock, monkeypatch):
        stuck, fine = send(), send()
        for enquiry in (stuck, fine):
            close(enquiry=enquiry, reason=Enquiry.Reason.CARE, desk=nurse, version=1)
        clock.move_to(MONDAY + 91 * DAY)
        real = erasing.erase

        def erase(*, enquiry, cause):
            if enquiry.pk == stuck.pk:
                raise NotErased
            return real(enquiry=enquiry, cause=cause)

        monkeypatch.setattr(erasing, "erase", erase)
        with pytest.raises(NotErased, match="1 of 2"):
            erase_due()
        assert list(Enquiry.objects.all()) == [stuck]

    def test_quiet_ones_close_by_themselves_and_get_a_date(self, nurse, clock):
        answered, waiting = send(), send()
        mark_contacted(enquiry=answered, desk=nurse, version=1)
        clock.move_to(MONDAY + 59 * DAY)
        assert close_quiet() == 0
        clock.move_to(MONDAY + 60 * DAY)
        assert close_quiet() == 1

        answered.refresh_from_db()
        waiting.refresh_from_db()
        assert (answered.state, answered.close_reason, waiting.state) == ("closed", "quiet", "waiting")
        assert answered.erase_on == timezone.localdate() + 90 * DAY


class TestSchedules:
    def test_each_names_work_that_exists(self):
        made = Schedule.objects.filter(name__startswith="enquiries: ")

        assert {schedule.func.rpartition(".")[2] for schedule in made} == set(schedules.EVERY)
        assert [name for name in schedules.EVERY if not callable(getattr(work, name))] == []

    def test_missing_and_changed_ones_are_put_right(self):
        Schedule.objects.filter(name="enquiries: erase").delete()
        Schedule.objects.filter(name="enquiries: send_due").update(minutes=999)
        schedules.keep()

        assert Schedule.objects.get(name="enquiries: send_due").minutes == 1
        assert Schedule.objects.filter(name__startswith="enquiries: ").count() == len(schedules.EVERY)

    def test_all_of_it_runs(self, nurse, manager):
        send()
        for name in schedules.EVERY:
            assert getattr(work, name)() is None

    def test_tidying_forgets_what_is_over(self, nurse, clock):
        OpenDesk.objects.create(key=nurse.key, session_digest="x", encrypted_seed=b"x")
        Viewing.objects.create(enquiry=send(), user=nurse.user)
        Tally.objects.create(day=timezone.localdate(), what="enquiry", who="x")
        work.tidy()
        assert (OpenDesk.objects.count(), Viewing.objects.count(), Tally.objects.count()) == (1, 1, 1)
        clock.move_to(MONDAY + DAY)
        work.tidy()

        assert (OpenDesk.objects.count(), Viewing.objects.count(), Tally.objects.count()) == (0, 0, 0)
