"""The PDF of a review's result. The job's row is the queue of record: a wake-up that got lost is found each minute."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from activity.actions.reports import LOST_AFTER, give_up_files
from activity.paper_jobs import attempt, resume
from reviews.actions import results
from reviews.result_queries import review_to_report, waiting_reports


@shared_task
def make_review_report(review_id: int) -> None:
    """Make the PDF that was asked for. Called again while it runs or after it is done, it changes nothing."""
    review = review_to_report(review_id)
    if review:
        attempt(review, partial(results.make_report, review=review))


@shared_task
def resume_review_reports() -> None:
    """Every minute: start what should have started, and give up what will never end."""
    now = timezone.now()
    resume(make_review_report, waiting_reports(before=now - LOST_AFTER))
    give_up_files(kind=results.JOB_KIND, now=now)
