"""The plan on paper: as a page, and as a PDF that is asked for here."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.exports import attached
from core.http import go, page
from planning.actions.plan_report import ask_for_report
from planning.models import OutsourcingPlan
from planning.plan_page import completeness_of
from planning.views.found import find_plan
from planning.views.plans import whole_plan

PAGE = "planning:plan_report"


def _go(request: MemberRequest, plan: OutsourcingPlan) -> HttpResponse:
    return go(request, PAGE, org=request.org.slug, plan_id=plan.pk)


@member_view(Perm.PLAN_VIEW)
def plan_report(request: MemberRequest, plan_id: int) -> HttpResponse:
    """The plan as it is printed."""
    plan = find_plan(request, plan_id) if request.htmx else whole_plan(request, plan_id)
    job = plan.report_job
    context: dict[str, Any] = {
        "plan": plan,
        "job": job,
        "working": job is not None and not job.ended,
    }
    if not request.htmx:
        context |= {"found": completeness_of(plan), "paper": True}
    return page(request, "planning/plan_report.html", context, part="pdf")


@member_view(Perm.PLAN_VIEW)
@require_POST
def ask_plan_report(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Have the PDF made; anybody who may read the plan may."""
    plan = find_plan(request, plan_id)
    ask_for_report(plan=plan, by=request.member)
    return _go(request, plan)


@member_view(Perm.PLAN_VIEW)
def plan_report_file(request: MemberRequest, plan_id: int) -> HttpResponse:
    """The PDF that was made last; while there is none, the page on which it is asked for."""
    plan = find_plan(request, plan_id)
    made = getattr(plan.report_job, "file", None)
    if made is None:
        messages.info(request, "There is no PDF yet. Ask for it here.")
        return _go(request, plan)
    return attached(bytes(made.data), made.content_type, made.filename)
