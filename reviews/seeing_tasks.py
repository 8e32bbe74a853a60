"""Reports over many reviews. The job's row is the queue of record: a wake-up that got lost is found each minute."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from activity.actions.reports import LOST_AFTER, give_up_files
from activity.paper_jobs import attempt, resume
from reviews.actions import seen_reports
from reviews.seen_reports import paper_to_make, waiting_papers


@shared_task
def make_seen_report(paper_id: int) -> None:
    """Make the PDF that was asked for. Called again while it runs or after it is done, it changes nothing."""
    paper = paper_to_make(paper_id)
    if paper:
        attempt(paper, partial(seen_reports.make_paper, paper=paper))


@shared_task
def resume_seen_reports() -> None:
    """Every minute: start what should have started, and give up what will never end."""
    now = timezone.now()
    resume(make_seen_report, waiting_papers(before=now - LOST_AFTER))
    give_up_files(kind=seen_reports.JOB_KIND, now=now)
