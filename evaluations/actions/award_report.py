"""The decision report as a file: asked for on a page, made by the worker."""

import datetime as dt
from types import SimpleNamespace

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Membership
from activity.models import Job, JobFile
from core import jobs
from core.pdf import to_pdf
from core.versions import lock
from evaluations.models import Award
from evaluations.reports import read_report

JOB_KIND = "award_report"
TASK = "evaluations.tasks.make_award_report"
WORKING = {Job.State.WAITING, Job.State.RUNNING}
GIVEN_UP_AFTER = dt.timedelta(minutes=10)
BROKEN = "The report could not be made. Ask again, or print the page; your operator finds the reason in the log."


@transaction.atomic
def ask_for_report(*, award: Award, by: Membership) -> Job:
    """Have the PDF made; while one is being made, that is the one."""
    row = lock(Award.objects.select_related("report_job"), award.pk)
    if row.report_job and row.report_job.state in WORKING:
        found: Job = row.report_job
        return found
    job: Job = Job.objects.create(organization=row.organization, kind=JOB_KIND, started_by=by)
    Award.objects.filter(pk=row.pk).update(report_job=job)
    jobs.wake(TASK, row.pk)
    return job


def make_report(*, award: Award, job: Job) -> None:
    """Make the PDF of one job. Called twice, the second call finds the job taken."""
    claim = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not claim.update(state=Job.State.RUNNING):
        return
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
        data = to_pdf(html, page_two="report-ranking")
    with transaction.atomic():
        JobFile.objects.create(
            organization=job.organization,
            job=job,
            filename=f"decision-{award.evaluation_id}-{award.pk}.pdf",
            content_type="application/pdf",
            data=data,
        )
        _end(job, Job.State.DONE)


@transaction.atomic
def fail_report(*, job: Job, message: str = BROKEN) -> None:
    """Say on the page why there is no PDF."""
    _end(job, Job.State.FAILED, message)


@transaction.atomic
def give_up_reports(*, now: dt.datetime) -> int:
    """Those whose worker died: the page offers to ask again."""
    stuck = Job.objects.filter(
        kind=JOB_KIND, state=Job.State.RUNNING, created_at__lt=now - GIVEN_UP_AFTER
    )
    return stuck.update(state=Job.State.FAILED, message=BROKEN, ended_at=now)


def _end(job: Job, state: Job.State, message: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, message=message[:300], ended_at=timezone.now()
    )
