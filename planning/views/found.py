"""How the pages of a plan find it."""

from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest
from planning.models import OutsourcingPlan


def find_plan(request: MemberRequest, plan_id: int) -> OutsourcingPlan:
    """The plan with its service and manager, in one query; 404 if it is not this organization's."""
    rows = request.org.outsourcingplan_set.select_related("service", "manager__user")
    plan: OutsourcingPlan = get_object_or_404(rows, pk=plan_id)
    plan.organization = plan.service.organization = request.org
    return plan
