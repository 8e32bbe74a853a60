"""Long imports of contracts."""

from celery import shared_task

from activity import import_jobs
from contracts.actions.importing import ContractImporter


@shared_task
def import_contracts(import_id: int) -> None:
    """Run one confirmed import. Called again while it runs or after it is done, it changes nothing."""
    import_jobs.work_off(ContractImporter, import_id)


@shared_task
def resume_contract_imports() -> None:
    """Every minute: start what should have started."""
    import_jobs.work_off_waiting(ContractImporter)
