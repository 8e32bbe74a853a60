"""What the tasks of papers have in common (activity/actions/reports.py): one attempt, and all that was lost."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from activity.actions import reports
from core.errors import Refused
from core.tenancy import organization_scope

logger = logging.getLogger(__name__)


def attempt(row: Any, make: Callable[..., Any]) -> None:
    """Make the paper that was asked for about `row`, by `make(job=…)`, or say on its page why there is none.

    Called again while it is made or after it is done, it changes nothing. An error that nobody foresaw is
    raised again for the log.
    """
    if row.report_job is None:
        return
    with organization_scope(row.organization):
        try:
            make(job=row.report_job)
        except Refused as error:
            reports.fail_file(job=row.report_job, message=str(error))
        except Exception:
            reports.fail_file(job=row.report_job)
            raise


def resume(task: Callable[[int], Any], waiting: Iterable[int]) -> None:
    """Start what should have started. One that can't be made says so on its page; the others go on."""
    for pk in waiting:
        try:
            task(pk)
        except Exception:
            logger.exception("The paper of %s %s could not be made.", task.__name__, pk)
