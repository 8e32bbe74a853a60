"""The PDF of a plan: which of them wait to be made, and how the file is called."""

import datetime as dt

from activity.models import Job
from core.tenancy import ALL, organization_scope
from planning.models import OutsourcingPlan
from planning.plan_page import with_parts


def plan_to_report(plan_id: int) -> OutsourcingPlan | None:
    """The plan whose PDF waits to be made, whichever organization it belongs to, with every part."""
    with organization_scope(ALL):
        rows = with_parts(OutsourcingPlan.objects.all()).select_related(
            "organization", "service", "manager__user", "approved_by__user", "record", "report_job"
        )
        found: OutsourcingPlan | None = rows.filter(
            pk=plan_id, report_job__state=Job.State.WAITING
        ).first()
        return found


def waiting_plans(before: dt.datetime) -> list[int]:
    """Those that were to be started before then, oldest first."""
    with organization_scope(ALL):
        rows = OutsourcingPlan.objects.filter(
            report_job__state=Job.State.WAITING, report_job__created_at__lt=before
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))


def filename_of(plan: OutsourcingPlan) -> str:
    return f"plan-{plan.pk}-number-{plan.number}.pdf"
