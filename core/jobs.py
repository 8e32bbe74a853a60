"""Waking the worker. What must happen is a row already; a job that can't be sent now is found by the tick."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake(task: str, *args: Any) -> None:
    """After the transaction commits, ask a worker to run the task of this name; never wait for, or fail on, the broker."""

    def send() -> None:
        try:
            current_app.send_task(task, args=args, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("broker away, %s waits for the next tick: %s", task, error)

    transaction.on_commit(send)
