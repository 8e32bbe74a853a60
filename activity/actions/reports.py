"""Papers that a person asks for and the worker makes: one job, one file.

The row that the paper is about keeps its last job (`report_job`). Whoever offers a paper
- asks for it with `start_report`, inside its own action, and wakes its own task,
- makes it in that task with `make_file`, or says with `fail_file` why not,
- and gives up with `give_up_files` what a worker that died has left behind.
"""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from activity.models import Job, JobFile
from core.tenancy import ALL, organization_scope

if TYPE_CHECKING:
    from accounts.models import Membership

WORKING = {Job.State.WAITING, Job.State.RUNNING}
LOST_AFTER = dt.timedelta(seconds=45)  # a wake-up that did nothing until then was lost
GIVEN_UP_AFTER = dt.timedelta(minutes=10)
PDF = "application/pdf"
BROKEN = "The report could not be made. Ask again, or print the page; your operator finds the reason in the log."


def start_report(*, kind: str, last: Job | None, by: "Membership") -> tuple[Job, bool]:
    """The job that makes a new paper, and whether it is new: while one is at work, that is the one.

    Called inside an action that holds the row; `last` is the row's job as it is stored now.
    """
    if last is not None and last.state in WORKING:
        return last, False
    job = Job.objects.create(organization_id=by.organization_id, kind=kind, started_by=by)
    return job, True


def make_file(
    *, job: Job, filename: str, write: Callable[[], bytes], content_type: str = PDF
) -> JobFile | None:
    """Claim the job, make its file, and note that it is done. Called twice, the second call finds the
    job taken and gives None. The claim is committed before `write` begins, which may take its time."""
    claim = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not claim.update(state=Job.State.RUNNING):
        return None
    data = write()
    with transaction.atomic():
        file: JobFile = JobFile.objects.create(
            organization=job.organization,
            job=job,
            filename=filename,
            content_type=content_type,
            data=data,
        )
        _end(job, Job.State.DONE)
    return file


@transaction.atomic
def fail_file(*, job: Job, message: str = BROKEN) -> None:
    """Say on the page why there is no file."""
    _end(job, Job.State.FAILED, message)


@transaction.atomic
def give_up_files(*, kind: str, now: dt.datetime) -> int:
    """Those whose worker died, of all organizations: the page offers to ask again."""
    with organization_scope(ALL):
        stuck = Job.objects.filter(
            kind=kind, state=Job.State.RUNNING, created_at__lt=now - GIVEN_UP_AFTER
        )
        return stuck.update(state=Job.State.FAILED, message=BROKEN, ended_at=now)


def _end(job: Job, state: Job.State, message: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, message=message[:300], ended_at=timezone.now()
    )
