"""The decision report as a file: asked for on a page, made by the worker (activity/actions/reports.py)."""

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
from evaluations.models import Award
from evaluations.reports import read_report

JOB_KIND = "award_report"
TASK = "evaluations.tasks.make_award_report"
WORKING = papers.WORKING


@transaction.atomic
def ask_for_report(*, award: Award, by: Membership) -> Job:
    """Have the PDF made; while one is being made, that is the one."""
    row = lock(Award.objects.select_related("report_job"), award.pk)
    job, is_new = papers.start_report(kind=JOB_KIND, last=row.report_job, by=by)
    if is_new:
        Award.objects.filter(pk=row.pk).update(report_job=job)
        jobs.wake(TASK, row.pk)
    return job


def make_report(*, award: Award, job: Job) -> None:
    """Make the PDF of one job. Called twice, the second call finds the job taken."""
    filename = f"decision-{award.evaluation_id}-{award.pk}.pdf"
    papers.make_file(job=job, filename=filename, write=lambda: _pdf(award))


def _pdf(award: Award) -> bytes:
    context = {
        "report": (report := read_report(award)),
        "ranking": report.ranking,
        "reading": report.reading,
        # The parts shared with the page ask for the organization's way of writing dates.
        "request": SimpleNamespace(org=award.organization),
        "award": award,
        "evaluation": award.evaluation,
    }
    with timezone.override(award.organization.time_zone):
        html = render_to_string("evaluations/award_report_pdf.html", context)
        return to_pdf(html, page_two="report-ranking")
