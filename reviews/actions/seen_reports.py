"""Reports over many reviews as a file: asked for on a page, made by the worker."""

import datetime as dt
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
from reviews.models import SeenReport
from reviews.seen_reports import context_of, filename_of, template_of
from vendors.models import Vendor

JOB_KIND = "seen_report"
TASK = "reviews.seeing_tasks.make_seen_report"


@transaction.atomic
def ask_for_paper(*, by: Membership, vendor: Vendor | None = None) -> Job:
    """Have the PDF about all contracts, or one vendor, made; while one is being made, that is the one."""
    kind = SeenReport.Kind.STANDING if vendor is None else SeenReport.Kind.VENDOR
    rows = SeenReport.objects.select_related("report_job")
    there, _ = rows.get_or_create(organization=by.organization, kind=kind, vendor=vendor)
    row: SeenReport = lock(rows, there.pk)
    job, is_new = papers.start_report(kind=JOB_KIND, last=row.report_job, by=by)
    if is_new:
        SeenReport.objects.filter(pk=row.pk).update(report_job=job)
        jobs.wake(TASK, row.pk)
    return job


def make_paper(*, paper: SeenReport, job: Job) -> None:
    """Make the PDF of one job. Called twice, the second call finds the job taken."""
    with timezone.override(paper.organization.time_zone):
        today = timezone.localdate()
        papers.make_file(
            job=job, filename=filename_of(paper, today), write=lambda: _pdf(paper, today)
        )


def _pdf(paper: SeenReport, today: dt.date) -> bytes:
    context = {
        **context_of(paper, today),
        "organization": paper.organization,
        "today": today,
        # The parts shared with the page ask for the organization's way of writing dates.
        "request": SimpleNamespace(org=paper.organization),
    }
    return to_pdf(render_to_string(template_of(paper), context))
