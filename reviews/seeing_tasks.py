"""Reports over many reviews. The job's row is the queue of record: a wake-up that got lost is found each minute."""

import logging

from celery import shared_task
from django.utils import timezone

from activity.actions.reports import LOST_AFTER
from core.errors import Refused
from core.tenancy import organization_scope
from reviews.actions import seen_reports as actions
from reviews.seen_reports import paper_to_make, waiting_papers

logger = logging.getLogger(__name__)


@shared_task
def make_seen_report(paper_id: int) -> None:
    """Make the PDF that was asked for. Called again while it runs or after it is done, it changes nothing."""
    paper = paper_to_make(paper_id)
    if paper is None or paper.report_job is None:
        return
    job = paper.report_job
    with organization_scope(paper.organization):
        try:
            actions.make_paper(paper=paper, job=job)
        except Refused as error:
            actions.fail_paper(job=job, message=str(error))
        except Exception:
            actions.fail_paper(job=job)
            raise


@shared_task
def resume_seen_reports() -> None:
    """Every minute: start what should have started, and give up what will never end."""
    now = timezone.now()
    for paper_id in waiting_papers(before=now - LOST_AFTER):
        try:
            make_seen_report(paper_id)
        except Exception:  # of one report, which says so on its page; the others go on
            logger.exception("The report %s could not be made.", paper_id)
    actions.give_up_papers(now=now)
