"""Waking the worker: after the commit, from a thread of its own, never failing."""

import logging
from types import SimpleNamespace

import pytest
from kombu.exceptions import OperationalError

from core import jobs


class Broker:
    """Takes tasks, or fails as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[tuple[str, tuple]] = []

    def send_task(self, task: str, args: tuple, retry: bool) -> None:
        if self.error:
            raise self.error
        self.sent.append((task, args))


@pytest.fixture(autouse=True)
def forget() -> None:
    jobs._away_until = 0.0


def test_a_task_is_sent_once_and_not_retried():
    broker = Broker()
    jobs._send(broker, "app.tasks.job", (1, 2))
    assert broker.sent == [("app.tasks.job", (1, 2))]


@pytest.mark.parametrize("error", [OperationalError("gone"), ConnectionRefusedError("gone")])
def test_a_broker_that_is_away_is_left_alone_for_a_while(error, caplog):
    with caplog.at_level(logging.WARNING):
        jobs._send(Broker(error), "app.tasks.job", ())
    assert "waits for the next tick" in caplog.text
    broker = Broker()
    jobs._send(broker, "app.tasks.job", ())
    assert broker.sent == []
    jobs._away_until = 0.0


def test_what_nobody_thought_of_is_noted(caplog):
    jobs._send(Broker(ValueError("odd")), "app.tasks.job", ())
    assert "app.tasks.job could not be sent and waits for the next tick" in caplog.text


def test_nothing_is_sent_before_the_commit(db, monkeypatch, django_capture_on_commit_callbacks):
    broker = Broker()
    here = SimpleNamespace(_get_current_object=lambda: broker)
    monkeypatch.setattr(jobs, "current_app", here)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.wake("app.tasks.job", 7)
        assert broker.sent == []
    jobs._sender.submit(lambda: None).result(5)
    assert broker.sent == [("app.tasks.job", (7,))]
