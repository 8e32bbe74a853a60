"""Long imports. The row is the queue of record: a wake-up that got lost is found by the tick."""

import datetime as dt
from typing import Any

from django.db import OperationalError
from django.utils import timezone

from activity.actions import imports as actions
from activity.models import Job
from core.errors import Refused
from core.tenancy import ALL, organization_scope

LOST_AFTER = dt.timedelta(seconds=45)
BROKEN = (
    "Something went wrong on our side; nothing was imported. Start it again, or tell your operator."
)


def work_off(importer: type[actions.Importer], import_id: int) -> None:
    """Run one confirmed import. Called again while it runs or after it is done, it changes nothing."""
    found = _import_to_run(importer, import_id)
    if found is None:
        return
    by = found.job.started_by
    with organization_scope(found.organization):
        try:
            actions.run_list(importer=importer, upload=found, by=by)
        except (actions.ImportBusy, OperationalError):
            return  # the tick asks again
        except Refused as error:
            actions.fail_list(importer=importer, upload=found, message=str(error), by=by)
        except Exception:
            actions.fail_list(importer=importer, upload=found, message=BROKEN, by=by)
            raise


def work_off_waiting(importer: type[actions.Importer]) -> None:
    """Every minute: start what should have started before then, oldest first."""
    with organization_scope(ALL):
        rows = importer.model.objects.filter(
            imported_at=None,
            job__kind=importer.job_kind,
            job__state=Job.State.WAITING,
            job__created_at__lt=timezone.now() - LOST_AFTER,
        )
        waiting = list(rows.order_by("pk").values_list("pk", flat=True))
    for import_id in waiting:
        work_off(importer, import_id)


def _import_to_run(importer: type[actions.Importer], import_id: int) -> Any:
    """The import behind a job that has not ended, whichever organization it belongs to."""
    with organization_scope(ALL):
        rows = importer.model.objects.select_related("organization", "job__started_by__user")
        return rows.filter(pk=import_id, imported_at=None, job__state=Job.State.WAITING).first()
