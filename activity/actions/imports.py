"""Lists on their way in: uploaded, looked at, imported as a whole or not at all. The same for every app.

An app says by a subclass of Importer what is particular to it; its own actions call these.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from activity import log
from activity.models import Job
from core import jobs
from core.errors import Refused
from core.imports.models import CHUNK, ListImport
from core.imports.pages import progress_key
from core.imports.reading import ReadList

if TYPE_CHECKING:
    from accounts.models import Membership

INLINE_ROWS = 500
MOST_PROBLEMS = 200
KEEP_UPLOADS = dt.timedelta(days=2)
KEEP_PROGRESS = 3600  # seconds

StoredRow = dict[str, Any]


class CannotImport(Refused):
    """Nothing was imported; the message says why."""


class ImportBusy(CannotImport):
    """Another import of this organization is running."""

    def __init__(self) -> None:
        super().__init__("Another import is running. Wait until it is done, then try again.")


class Importer:
    """What one kind of list is, for one run: it may remember what stood further up.

    `model` has the uploads; `task` imports one of them; `perm` is needed for it; the audit trail calls
    it `noun`; `things` are what is added, in words.
    """

    model: ClassVar[Any]
    task: ClassVar[str]
    job_kind: ClassVar[str]
    perm: ClassVar[str]
    noun: ClassVar[str]
    things: ClassVar[str]

    def __init__(self, upload: Any, by: "Membership") -> None:
        self.upload = upload
        self.by = by

    def stored(self, rows: Sequence[Any]) -> list[StoredRow]:
        """Rows as read, as JSON keeps them: `number`, `problems`, `same` (why it is left out), and more."""
        raise NotImplementedError

    def add(self, rows: Sequence[StoredRow]) -> int:
        """Add what is new among stored rows without problems, with its lines in the audit trail; how
        many were added."""
        raise NotImplementedError

    def finish(self) -> dict[str, Any]:
        """After all rows: what the audit trail says besides how many."""
        return {}


# Upload -------------------------------------------------------------------------------------------------


@transaction.atomic
def upload_list(
    *,
    importer: type[Importer],
    found: ReadList,
    fields: dict[str, Any],
    by: "Membership",
    creation_key: uuid.UUID,
) -> Any:
    """Keep an uploaded list for the preview; nothing is added yet. Sent twice, it is kept once."""
    _forget_old_uploads(importer, by)
    upload, is_new = importer.model.objects.get_or_create(
        organization=by.organization,
        creation_key=creation_key,
        defaults={**fields, "created_by": by},
    )
    if not is_new:
        return upload
    problems = list(found.problems)
    upload.columns = [list(column) for column in found.columns]
    upload.remarks = found.remarks
    upload.problem_count = len(problems)
    upload.problems = [asdict(problem) for problem in problems[:MOST_PROBLEMS]]
    ours = importer(upload, by)
    for position, rows in enumerate(_parts(found.rows, CHUNK)):
        stored = ours.stored(rows)
        upload.there_count += sum(bool(row["same"]) for row in stored)
        upload.chunks.create(organization=by.organization, position=position, rows=stored)
    upload.new_count = len(found.rows) - upload.there_count
    upload.save()
    return upload


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _forget_old_uploads(importer: type[Importer], by: "Membership") -> None:
    """What nobody confirmed is not kept for ever; one that is being imported is left alone."""
    old = importer.model.objects.filter(
        organization=by.organization,
        imported_at=None,
        job=None,
        created_at__lt=timezone.now() - KEEP_UPLOADS,
    )
    free = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    importer.model.objects.filter(pk__in=list(free)).delete()


# Import -------------------------------------------------------------------------------------------------


@transaction.atomic
def start_list(*, importer: type[Importer], upload: ListImport, by: "Membership") -> Any:
    """Import a list that was looked at: a short one at once, a long one by a job. Confirmed twice, it
    is imported once."""
    row = importer.model.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if row.imported_at or row.is_running:
        return row
    if row.problem_count:
        raise CannotImport(
            "Nothing was imported, because some cells are wrong. Correct them in your file, then "
            "upload it again."
        )
    if row.row_count <= INLINE_ROWS:
        return run_list(importer=importer, upload=row, by=by)
    row.job = Job.objects.create(
        organization=by.organization, kind=importer.job_kind, total=row.row_count, started_by=by
    )
    row.save()
    cache.delete(progress_key(row))
    jobs.wake(importer.task, row.pk)
    return row


@transaction.atomic
def run_list(*, importer: type[Importer], upload: ListImport, by: "Membership") -> Any:
    """Add everything of the list that isn't there yet, all in one transaction.

    The claim is a conditional UPDATE in that transaction: whoever comes second finds it taken, and
    after a crash it was never made. Raises ImportBusy while another list of the organization runs.
    """
    if not by.can(importer.perm):
        raise CannotImport(
            f"Whoever started this import may not change {importer.things} any more."
        )
    _one_at_a_time(importer, by)
    claim = importer.model.objects.filter(pk=upload.pk, imported_at=None)
    if not claim.update(imported_at=timezone.now()):
        return importer.model.objects.get(pk=upload.pk)
    row = importer.model.objects.select_related("job").get(pk=upload.pk)
    ours = importer(row, by)
    for chunk in row.chunks.order_by("position").iterator(chunk_size=1):
        row.added += ours.add(chunk.rows)
        done = chunk.position * CHUNK + len(chunk.rows)
        row.skipped = done - row.added
        cache.set(progress_key(row), done, KEEP_PROGRESS)
    more = ours.finish()
    row.save()
    row.chunks.all().delete()
    if row.job:
        Job.objects.filter(pk=row.job.pk).update(state=Job.State.DONE, ended_at=timezone.now())
    after = {"added": row.added, "there already": row.skipped, **more}
    log.record(by=by, verb=f"{importer.noun}.imported", target=row, after=after)
    return row


def _one_at_a_time(importer: type[Importer], by: "Membership") -> None:
    """Two lists with the same thing in them, imported at once, would not see each other's rows."""
    uploads = importer.model.objects.filter(organization=by.organization).order_by("pk")
    first = uploads.values_list("pk", flat=True)[:1].get()
    gate = importer.model.objects.select_for_update(skip_locked=True).filter(pk=first)
    if not gate.exists():
        raise ImportBusy


@transaction.atomic
def fail_list(
    *, importer: type[Importer], upload: ListImport, message: str, by: "Membership"
) -> None:
    """Say that an import did not happen, and let it be started again."""
    waiting = Job.objects.filter(pk=upload.job_id, state=Job.State.WAITING)
    if waiting.update(state=Job.State.FAILED, message=message[:300], ended_at=timezone.now()):
        log.record(
            by=by,
            verb=f"{importer.noun}.import_failed",
            target=upload,
            after={"reason": message},
        )
