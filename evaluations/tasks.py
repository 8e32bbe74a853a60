"""The PDF of an award. The job's row is the queue of record: a wake-up that got lost is found each minute."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from activity.actions.reports import LOST_AFTER, give_up_files
from activity.paper_jobs import attempt, resume
from evaluations import reports
from evaluations.actions import award_report


@shared_task
def make_award_report(award_id: int) -> None:
    """Make the PDF that was asked for. Called again while it runs or after it is done, it changes nothing."""
    award = reports.award_to_report(award_id)
    if award:
        attempt(award, partial(award_report.make_report, award=award))


@shared_task
def resume_reports() -> None:
    """Every minute: start what should have started, and give up what will never end."""
    now = timezone.now()
    resume(make_award_report, reports.waiting_reports(before=now - LOST_AFTER))
    give_up_files(kind=award_report.JOB_KIND, now=now)
