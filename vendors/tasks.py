"""Long imports. The row is the queue of record: a wake-up that got lost is found by `resume_imports`."""

import datetime as dt

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from core.errors import Refused
from core.tenancy import organization_scope
from vendors import actions, queries

LOST_AFTER = dt.timedelta(seconds=45)
BROKEN = (
    "Something went wrong on our side; nothing was imported. Start it again, or tell your operator."
)


@shared_task
def import_vendors(import_id: int) -> None:
    """Run one confirmed import. Called again while it runs or after it is done, it changes nothing."""
    found = queries.import_to_run(import_id)
    if found is None or found.job is None:
        return
    by = found.job.started_by
    with organization_scope(found.organization):
        try:
            actions.run_import(vendor_import=found, by=by)
        except (actions.ImportBusy, OperationalError):
            return  # the tick asks again
        except Refused as error:
            actions.fail_import(vendor_import=found, message=str(error), by=by)
        except Exception:
            actions.fail_import(vendor_import=found, message=BROKEN, by=by)
            raise


@shared_task
def resume_imports() -> None:
    """Every minute: start what should have started."""
    for import_id in queries.waiting_imports(before=timezone.now() - LOST_AFTER):
        import_vendors(import_id)
