"""Real workers, brokers and a real mail server that die, refuse and come back: every reminder arrives, once.

Mails are counted by Message-ID. The one gap that nobody can close, a sender killed between the mail
server's yes and our note of it, shows as the same Message-ID twice and `repeats`.
"""

import datetime as dt
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.conf import settings
from django.utils import timezone

from activity import actions
from activity.models import OutgoingMail, Reminder, ReminderPreference, ReminderSettings
from activity.tests.conftest import Mailbox
from activity.tests.test_worker import WORKER, test_database_url
from activity.tests.watching_case import day, message_ids, thing
from core.tenancy import ALL
from outsourcing_portal import services
from outsourcing_portal.processes import Child, die_with_parent
from outsourcing_portal.tests.processes import ROOT, eventually, free_port, is_open

SCOPE = ALL
# As in production, but nobody waits: all that takes minutes takes a second.
QUICK = {
    "TICK_SECONDS": "0.5",
    "MAIL_LOST_AFTER": "4",
    "MAIL_RETRY_AFTER": ",".join(["1"] * 20),
    "CONN_MAX_AGE": "0",
}


class Workers:
    """Starts workers, each with a beat of its own; `log` is what all of them said."""

    def __init__(self, folder: Any, port: int) -> None:
        self.folder = folder
        self.started: list[Child] = []
        self.own = {
            "DATABASE_URL": test_database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "PORTAL_VAR": str(settings.VAR),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "outsourcing_portal.settings",
            **QUICK,
        }

    def start(self, count: int = 1) -> list[Child]:
        new = [self._start() for _ in range(count)]
        for path in [self._path(len(self.started) - at) for at in range(count)]:
            assert eventually(lambda path=path: "ready" in path.read_text(), 40), self.log
        return new

    def _start(self) -> Child:
        path = self._path(len(self.started) + 1)
        words = [sys.executable, *WORKER, "--concurrency", "2", "--loglevel", "INFO"]
        words += ["--beat", "--schedule", str(path.with_suffix(".beat"))]
        with path.open("wb") as file:
            child = Child(path.stem, words, log=file, cwd=ROOT, env={**os.environ, **self.own})
        self.started.append(child)
        return child

    def _path(self, number: int) -> Any:
        return self.folder / f"worker-{number}.log"

    @property
    def log(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


def kill(child: Child) -> None:
    """-9, together with all that it started."""
    os.killpg(child._process.pid, signal.SIGKILL)
    child._process.wait()


@pytest.fixture
def workers(transactional_db: None, mailbox: Mailbox, tmp_path: Any) -> Iterator[Workers]:
    found = Workers(tmp_path, mailbox.port)
    yield found
    mailbox.hold = ""
    for child in found.started:
        child.wait_or_kill(0)  # nothing that it still does is of interest


@pytest.fixture
def watch(workers: Workers, acme: Any, manager: Any, owner: Any) -> Callable[[str, int], set[str]]:
    """Watch so many days that are due; manager is written to about each, the owner once a day.

    Gives the keys of the mails that have to come of it.
    """
    member = {"organization": acme, "member": manager}
    ReminderPreference.objects.create(**member, way=ReminderPreference.Way.AT_ONCE)
    ReminderSettings.objects.create(organization=acme, hour=0, escalate_days=None)
    due_on = timezone.localdate() + dt.timedelta(days=5)

    def watch_some(name: str, count: int, of_owner: int = 0) -> set[str]:
        people = [manager] * count + [owner] * of_owner
        things = [(thing(acme, f"{name} {at}"), who) for at, who in enumerate(people)]
        actions.watch_days(days=[day(row, due_on, responsible=who) for row, who in things])
        keys = {
            f"reminder:contract.notice:vendors.vendor:{row.pk}:7:{due_on}:{manager.pk}"
            for row, who in things
            if who == manager
        }
        return keys | ({f"digest:{owner.pk}:{timezone.localdate()}"} if of_owner else set())

    return watch_some


def states() -> Counter[str]:
    return Counter(OutgoingMail.objects.values_list("state", flat=True))


def being_sent() -> set[tuple[int, int]]:
    """(id, how often it was lost before) of each mail that somebody sends, or died over."""
    return set(OutgoingMail.objects.filter(state="sending").values_list("pk", "repeats"))


def all_sent(count: int) -> bool:
    return states() == {"sent": count}


# What happens to processes --------------------------------------------------------------------------


def test_killed_in_the_middle_of_sending(workers, watch, mailbox):
    """Once after the mail server kept a mail, but before it said so; once before it kept another."""
    keys, lost = watch("First", 6), []
    for when in ("after", "before"):
        mailbox.hold = when
        [worker] = workers.start()
        assert eventually(lambda: mailbox.held, 20), workers.log
        kill(worker)
        assert eventually(lambda: not mailbox.held), "the mail server saw it go"
        lost.append(being_sent())
        mailbox.hold = ""
    keys |= watch("Second", 2, of_owner=3)
    workers.start()
    assert eventually(lambda: all_sent(len(keys)), 30), (states(), workers.log)
    assert set(OutgoingMail.objects.values_list("key", flat=True)) == keys
    arrived = Counter(message_ids(mailbox.mails))
    assert len(arrived) == len(keys), "none lost"
    # The first kill is the gap: kept, not noted, so sent again. The second lost nothing and doubled nothing.
    doubled = [count for count in arrived.values() if count > 1]
    assert 1 <= len(doubled) <= len(lost[0])
    assert set(doubled) == {2}
    # What the first worker died over may still wait when the second one is killed: it is one loss.
    assert sum(OutgoingMail.objects.values_list("repeats", flat=True)) == len(lost[0] | lost[1])


def test_two_beats_and_two_workers_at_once(workers, watch, mailbox):
    workers.start(2)
    keys = watch("Race", 30, of_owner=30)
    assert eventually(lambda: all_sent(len(keys)), 30), (states(), workers.log)
    ticks = workers.log.count("activity.tasks.tick")
    assert eventually(lambda: workers.log.count("activity.tasks.tick") > ticks + 4, 10)
    assert set(Counter(message_ids(mailbox.mails)).values()) == {1}
    assert (len(mailbox.mails), len(keys), Reminder.objects.count()) == (31, 31, 60)
    assert not OutgoingMail.objects.exclude(repeats=0).exists()


class OwnRedis:
    """A Redis that can be stopped and started again at the same address, empty."""

    def __init__(self, folder: Any) -> None:
        self.port, self.folder = free_port(), folder

    def start(self) -> None:
        words = [services._redis_program(), "--port", str(self.port), "--bind", "127.0.0.1"]
        words += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent()
        )
        assert eventually(lambda: is_open(self.port))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def test_redis_is_stopped_for_a_while(workers, watch, mailbox, tmp_path):
    broker = OwnRedis(tmp_path)
    broker.start()
    try:
        workers.own["REDIS_URL"] = f"redis://127.0.0.1:{broker.port}/0"
        workers.start()
        keys = watch("Before", 2)
        assert eventually(lambda: all_sent(len(keys)), 20), (states(), workers.log)
        broker.stop()
        keys |= watch("Meanwhile", 3)
        assert eventually(lambda: "Connection to broker lost" in workers.log, 10), workers.log
        broker.start()
        assert eventually(lambda: all_sent(len(keys)), 30), (states(), workers.log)
        assert Counter(message_ids(mailbox.mails)).most_common(1)[0][1] == 1
        assert len(mailbox.mails) == len(keys)
    finally:
        broker.stop()


def test_the_mail_server_refuses_then_is_away_then_recovers(workers, watch, mailbox):
    port = free_port()
    workers.own["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    keys = watch("Mail", 3)
    workers.start()

    def said(words: str) -> bool:
        return OutgoingMail.objects.filter(error__contains=words).count() == len(keys)

    assert eventually(lambda: said("can’t be reached: Connection refused"), 20), workers.log
    mailbox.answer = "451 Try again later"
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert eventually(lambda: said("451 Try again later"), 20), workers.log
        mailbox.answer, mailbox.recipient_answer = "", "550 Unknown here"
        assert eventually(lambda: said("550 Unknown here"), 20), workers.log
        assert not mailbox.mails
        mailbox.recipient_answer = ""
        assert eventually(lambda: all_sent(len(keys)), 20), (states(), workers.log)
    finally:
        server.stop()
    assert set(Counter(message_ids(mailbox.mails)).values()) == {1}
    assert len(mailbox.mails) == 3


# What happens to the clock --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "hour", "due_on", "hours"),
    [
        ("Europe/Berlin", 2, "2026-03-31", [2, 3, 2, 2]),  # on the 29th there is no 2 o'clock
        ("Europe/Berlin", 2, "2026-10-27", [2] * 4),  # on the 25th there are two
        ("America/New_York", 8, "2028-03-02", [8] * 4),  # the 29th of February
        ("Australia/Lord_Howe", 8, "2027-04-06", [8] * 4),  # half an hour comes twice
    ],
)
def test_each_local_day_its_mail_whatever_the_clock_does(
    db, acme, manager, smtp, zone, hour, due_on, hours
):
    """A look every hour for days; a mail at the organization's hour of each day, none twice."""
    due, there = dt.date.fromisoformat(due_on), ZoneInfo(zone)
    acme.time_zone = zone
    acme.save()
    ReminderSettings.objects.create(
        organization=acme, days=[3, 2, 1, 0], hour=hour, weekly_overdue=False
    )
    now = dt.datetime.combine(due - dt.timedelta(days=4), dt.time(12), dt.UTC)
    with time_machine.travel(now):
        actions.watch(day=day(thing(acme), due, responsible=manager))
    for _ in range(24 * 5):
        if actions.send_due_reminders(now=now):
            assert actions.send_due_mail(now=now) == 1
        now += dt.timedelta(hours=1)
    moments = Reminder.objects.order_by("pk").values_list("created_at", flat=True)
    local = [moment.astimezone(there) for moment in moments]
    assert [row.date() for row in local] == [
        due - dt.timedelta(days=left) for left in range(3, -1, -1)
    ]
    assert [row.hour for row in local] == hours
    assert len(set(message_ids(smtp.mails))) == len(smtp.mails) == 4
