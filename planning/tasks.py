"""The PDF of a plan. The job's row is the queue of record: a wake-up that got lost is found each minute."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from activity.actions.reports import LOST_AFTER, give_up_files
from activity.paper_jobs import attempt, resume
from planning.actions import plan_report
from planning.plan_papers import plan_to_report, waiting_plans


@shared_task
def make_plan_report(plan_id: int) -> None:
    """Make the PDF that was asked for. Called again while it runs or after it is done, it changes nothing."""
    plan = plan_to_report(plan_id)
    if plan:
        attempt(plan, partial(plan_report.make_report, plan=plan))


@shared_task
def resume_plan_reports() -> None:
    """Every minute: start what should have started, and give up what will never end."""
    now = timezone.now()
    resume(make_plan_report, waiting_plans(before=now - LOST_AFTER))
    give_up_files(kind=plan_report.JOB_KIND, now=now)
