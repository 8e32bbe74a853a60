"""Waking the worker. What must happen is a row already; a job that can't be sent now is found by the tick."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

ASK_AGAIN_AFTER = 10  # seconds in which a broker that did not answer is left alone
# A broker that is stopped or frozen takes seconds to say so: nobody's page waits for that.
_sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wake")
_away_until = 0.0


def wake(task: str, *args: Any) -> None:
    """After the transaction commits, ask a worker to run the task of this name; never wait for, or fail on, the broker."""
    app = current_app._get_current_object()
    transaction.on_commit(lambda: _sender.submit(_send, app, task, args))


def _send(app: Any, task: str, args: tuple[Any, ...]) -> None:
    global _away_until  # known to this one thread only
    if time.monotonic() < _away_until:
        return
    try:
        app.send_task(task, args=args, retry=False)
    except (OperationalError, OSError) as error:
        _away_until = time.monotonic() + ASK_AGAIN_AFTER
        log.warning("broker away, %s waits for the next tick: %s", task, error)
    except Exception:
        log.exception("%s could not be sent and waits for the next tick", task)
