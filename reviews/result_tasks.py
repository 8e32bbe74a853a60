"""The PDF of a review's result. The job's row is the queue of record: a wake-up that got lost is found each minute."""

import logging

from celery import shared_task
from django.utils import timezone

from activity.actions.reports import LOST_AFTER
from core.errors import Refused
from core.tenancy import organization_scope
from reviews.actions import results
from reviews.result_queries import review_to_report, waiting_reports

logger = logging.getLogger(__name__)


@shared_task
def make_review_report(review_id: int) -> None:
    """Make the PDF that was asked for. Called again while it runs or after it is done, it changes nothing."""
    review = review_to_report(review_id)
    if review is None or review.report_job is None:
        return
    job = review.report_job
    with organization_scope(review.organization):
        try:
            results.make_report(review=review, job=job)
        except Refused as error:
            results.fail_report(job=job, message=str(error))
        except Exception:
            results.fail_report(job=job)
            raise


@shared_task
def resume_review_reports() -> None:
    """Every minute: start what should have started, and give up what will never end."""
    now = timezone.now()
    for review_id in waiting_reports(before=now - LOST_AFTER):
        try:
            make_review_report(review_id)
        except Exception:  # of one report, which says so on its page; the others go on
            logger.exception("The report of review %s could not be made.", review_id)
    results.give_up_reports(now=now)
