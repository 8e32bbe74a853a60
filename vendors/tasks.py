"""Long imports of vendors."""

from celery import shared_task

from activity import import_jobs
from vendors.actions import VendorImporter


@shared_task
def import_vendors(import_id: int) -> None:
    """Run one confirmed import. Called again while it runs or after it is done, it changes nothing."""
    import_jobs.work_off(VendorImporter, import_id)


@shared_task
def resume_imports() -> None:
    """Every minute: start what should have started."""
    import_jobs.work_off_waiting(VendorImporter)
