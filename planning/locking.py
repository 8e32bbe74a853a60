"""How an action takes hold of a plan, and leaves it one version further."""

from core.errors import Refused
from core.versions import Stale, lock
from planning.models import OutsourcingPlan

PEOPLE = ("service", "manager__user", "organization")


def lock_plan(plan: OutsourcingPlan, version: int | None = None) -> OutsourcingPlan:
    """The plan with its service and manager, locked until the transaction ends.

    Raises core.versions.Stale if it is not at `version` any more.
    """
    rows = OutsourcingPlan.objects.select_related(*PEOPLE)
    row: OutsourcingPlan = lock(rows, plan.pk, version)
    row.service.organization = row.organization
    return row


def lock_draft(plan: OutsourcingPlan, version: int | None = None) -> OutsourcingPlan:
    """The same of a plan that may still be changed; raises Refused once it is not a draft."""
    row = lock_plan(plan)
    if not row.is_draft:
        state = row.get_state_display().lower()
        raise Refused(f"This plan is {state}, so it stays as it is. Revise it to change something.")
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def save_next_version(row: OutsourcingPlan) -> None:
    """Save a locked plan; whoever edits an older version is told."""
    row.version += 1
    row.save()
