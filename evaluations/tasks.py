"""Reports. The job's row is the queue of record: a wake-up that got lost is found each minute."""

import datetime as dt
import logging

from celery import shared_task
from django.utils import timezone

from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations import reports
from evaluations.actions import award_report

logger = logging.getLogger(__name__)
LOST_AFTER = dt.timedelta(seconds=45)


@shared_task
def make_award_report(award_id: int) -> None:
    """Make the PDF that was asked for. Called again while it runs or after it is done, it changes nothing."""
    award = reports.award_to_report(award_id)
    if award is None or award.report_job is None:
        return
    job = award.report_job
    with organization_scope(award.organization):
        try:
            award_report.make_report(award=award, job=job)
        except Refused as error:
            award_report.fail_report(job=job, message=str(error))
        except Exception:
            award_report.fail_report(job=job)
            raise


@shared_task
def resume_reports() -> None:
    """Every minute: start what should have started, and give up what will never end."""
    now = timezone.now()
    for award_id in reports.waiting_reports(before=now - LOST_AFTER):
        try:
            make_award_report(award_id)
        except Exception:  # of one report, which says so on its page; the others go on
            logger.exception("The report of award %s could not be made.", award_id)
    with organization_scope(ALL):
        award_report.give_up_reports(now=now)
