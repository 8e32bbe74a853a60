"""The plan as a PDF: asked for on a page, made by the worker (activity/actions/reports.py)."""

from types import SimpleNamespace

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Membership
from activity.actions import reports as papers
from activity.models import Job
from core import jobs
from core.pdf import to_pdf
from core.versions import lock
from planning.models import OutsourcingPlan
from planning.plan_page import completeness_of
from planning.plan_papers import filename_of

JOB_KIND = "plan_report"
TASK = "planning.tasks.make_plan_report"


@transaction.atomic
def ask_for_report(*, plan: OutsourcingPlan, by: Membership) -> Job:
    """Have the PDF made; while one is being made, that is the one."""
    row = lock(OutsourcingPlan.objects.select_related("report_job"), plan.pk)
    job, is_new = papers.start_report(kind=JOB_KIND, last=row.report_job, by=by)
    if is_new:
        OutsourcingPlan.objects.filter(pk=row.pk).update(report_job=job)
        jobs.wake(TASK, row.pk)
    return job


def make_report(*, plan: OutsourcingPlan, job: Job) -> None:
    """Make the PDF of one job. Called twice, the second call finds the job taken."""
    papers.make_file(job=job, filename=filename_of(plan), write=lambda: _pdf(plan))


def _pdf(plan: OutsourcingPlan) -> bytes:
    context = {
        "plan": plan,
        "found": completeness_of(plan),
        "paper": True,
        # The parts shared with the page ask for the organization's way of writing dates.
        "request": SimpleNamespace(org=plan.organization),
    }
    with timezone.override(plan.organization.time_zone):
        return to_pdf(render_to_string("planning/plan_report_pdf.html", context))
