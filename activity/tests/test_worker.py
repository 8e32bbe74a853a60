"""A real worker process, woken through the real broker (Redis, or a folder on the embedded default)."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from activity.actions import queue_mail
from activity.models import OutgoingMail
from outsourcing_portal.processes import Child, stop_all
from outsourcing_portal.tests.processes import ROOT, eventually

WORKER = ["-m", "celery", "-A", "outsourcing_portal.celery", "worker", "--pool", "threads"]


def test_database_url() -> str:
    """The database of this test run, as the settings of another process want it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    who = f"{found['USER']}:{found['PASSWORD']}" if found["PASSWORD"] else found["USER"]
    return f"postgres://{who}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


test_database_url.__test__ = False


@pytest.fixture
def worker(transactional_db, mailbox, tmp_path) -> Iterator[Path]:
    """A worker beside this process; the path of its log."""
    own = {
        "DATABASE_URL": test_database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "PORTAL_VAR": str(settings.VAR),
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "DJANGO_SETTINGS_MODULE": "outsourcing_portal.settings",
    }
    log = tmp_path / "worker.log"
    words = [sys.executable, *WORKER, "--concurrency", "1", "--loglevel", "INFO"]
    with log.open("wb") as file:
        child = Child("worker", words, log=file, cwd=ROOT, env={**os.environ, **own})
    try:
        eventually(lambda: "ready" in log.read_text() or child.ended_with is not None, 40)
        assert "ready" in log.read_text(), log.read_text()
        yield log
    finally:
        stop_all([child])


def test_a_queued_mail_arrives_within_seconds(worker, mailbox):
    mail = queue_mail(to="nora@north.example", subject="Hello", text="Words", key="hello")
    assert eventually(lambda: mailbox.mails, 15), worker.read_text()
    assert eventually(lambda: OutgoingMail.objects.get(pk=mail.pk).state == "sent", 5)
    assert len(mailbox.mails) == 1
