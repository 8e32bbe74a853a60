"""Vendor lists on their way in: uploaded, looked at, imported as a whole or not at all."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.models import Job, LogEntry
from core import jobs
from core.errors import Refused
from vendors.actions.profile import filled
from vendors.list_file import VendorList, VendorRow
from vendors.models import Contact, Vendor, VendorImport, VendorImportChunk
from vendors.queries import JOB_KIND, Duplicates, progress_key

TASK = "vendors.tasks.import_vendors"
CHUNK = 500
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


# Upload -------------------------------------------------------------------------------------------------


@transaction.atomic
def upload_vendors(
    *,
    vendor_list: VendorList,
    filename: str,
    fingerprint: str,
    by: Membership,
    creation_key: uuid.UUID,
) -> VendorImport:
    """Keep an uploaded list for the preview; no vendor is added yet. Sent twice, it is kept once."""
    _forget_old_uploads(by)
    vendor_import: VendorImport
    vendor_import, is_new = VendorImport.objects.get_or_create(
        organization=by.organization,
        creation_key=creation_key,
        defaults={"filename": filename[:200], "fingerprint": fingerprint, "created_by": by},
    )
    if not is_new:
        return vendor_import
    problems = list(vendor_list.problems)
    vendor_import.columns = [list(column) for column in vendor_list.columns]
    vendor_import.remarks = vendor_list.remarks
    vendor_import.problem_count = len(problems)
    vendor_import.problems = [asdict(problem) for problem in problems[:MOST_PROBLEMS]]
    duplicates = Duplicates(by.organization)
    for position, rows in enumerate(_parts(vendor_list.rows, CHUNK)):
        stored = _stored(rows, duplicates)
        vendor_import.there_count += sum(bool(row["same"]) for row in stored)
        VendorImportChunk.objects.create(
            organization=by.organization,
            vendor_import=vendor_import,
            position=position,
            rows=stored,
        )
    vendor_import.new_count = len(vendor_list.rows) - vendor_import.there_count
    vendor_import.save()
    return vendor_import


def _parts(rows: Sequence[VendorRow], size: int) -> Iterator[Sequence[VendorRow]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _stored(rows: Sequence[VendorRow], duplicates: Duplicates) -> list[StoredRow]:
    reasons = duplicates.reasons([(row.number, row.values) for row in rows])
    return [
        {
            "number": row.number,
            "values": row.values,
            "contact": row.contact,
            "problems": {
                name: [problem.value, problem.message] for name, problem in row.problems.items()
            },
            "same": reason,
        }
        for row, reason in zip(rows, reasons, strict=True)
    ]


def _forget_old_uploads(by: Membership) -> None:
    """What nobody confirmed is not kept for ever; one that is being imported is left alone."""
    old = VendorImport.objects.filter(
        organization=by.organization,
        imported_at=None,
        job=None,
        created_at__lt=timezone.now() - KEEP_UPLOADS,
    )
    free = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    VendorImport.objects.filter(pk__in=list(free)).delete()


# Import -------------------------------------------------------------------------------------------------


@transaction.atomic
def start_import(*, vendor_import: VendorImport, by: Membership) -> VendorImport:
    """Import a list that was looked at: a short one at once, a long one by a job. Confirmed twice, it
    is imported once."""
    row: VendorImport = VendorImport.objects.select_for_update(of=("self",)).get(
        pk=vendor_import.pk
    )
    if row.imported_at or (row.job and not row.job.ended):
        return row
    if row.problem_count:
        raise CannotImport(
            "Nothing was imported, because some cells are wrong. Correct them in your file, then "
            "upload it again."
        )
    if row.row_count <= INLINE_ROWS:
        return run_import(vendor_import=row, by=by)
    row.job = Job.objects.create(
        organization=by.organization, kind=JOB_KIND, total=row.row_count, started_by=by
    )
    row.save()
    cache.delete(progress_key(row))
    jobs.wake(TASK, row.pk)
    return row


@transaction.atomic
def run_import(*, vendor_import: VendorImport, by: Membership) -> VendorImport:
    """Add every vendor of the list that isn't there yet, all in one transaction.

    The claim is a conditional UPDATE in that transaction: whoever comes second finds it taken, and
    after a crash it was never made. Raises ImportBusy while another list of the organization runs.
    """
    if not by.can(Perm.VENDOR_EDIT):
        raise CannotImport("Whoever started this import may not change vendors any more.")
    _one_at_a_time(by)
    claim = VendorImport.objects.filter(pk=vendor_import.pk, imported_at=None)
    if not claim.update(imported_at=timezone.now()):
        return VendorImport.objects.get(pk=vendor_import.pk)
    row: VendorImport = VendorImport.objects.select_related("job").get(pk=vendor_import.pk)
    duplicates = Duplicates(by.organization)
    for chunk in row.chunks.order_by("position").iterator(chunk_size=1):
        row.added += _add_vendors(chunk.rows, duplicates, by)
        row.skipped = _rows_so_far(chunk) - row.added
        cache.set(progress_key(row), _rows_so_far(chunk), KEEP_PROGRESS)
    row.save()
    row.chunks.all().delete()
    if row.job:
        Job.objects.filter(pk=row.job.pk).update(state=Job.State.DONE, ended_at=timezone.now())
    log.record(
        by=by,
        verb="vendor_list.imported",
        target=row,
        after={"added": row.added, "there already": row.skipped},
    )
    return row


def _rows_so_far(chunk: VendorImportChunk) -> int:
    return chunk.position * CHUNK + len(chunk.rows)


def _one_at_a_time(by: Membership) -> None:
    """Two lists with the same company, imported at once, would not see each other's rows."""
    uploads = VendorImport.objects.filter(organization=by.organization).order_by("pk")
    first = uploads.values_list("pk", flat=True)[:1].get()
    gate = VendorImport.objects.select_for_update(skip_locked=True).filter(pk=first)
    if not gate.exists():
        raise ImportBusy


def _add_vendors(rows: Sequence[StoredRow], duplicates: Duplicates, by: Membership) -> int:
    reasons = duplicates.reasons([(row["number"], row["values"]) for row in rows])
    new = [row for row, reason in zip(rows, reasons, strict=True) if not reason]
    vendors = [_vendor(row["values"], by) for row in new]
    Vendor.objects.bulk_create(vendors)
    Contact.objects.bulk_create(
        Contact(organization=by.organization, vendor=vendor, is_main=True, **row["contact"])
        for vendor, row in zip(vendors, new, strict=True)
        if row["contact"]["name"]
    )
    LogEntry.objects.bulk_create(
        _added_line(vendor, row, by) for vendor, row in zip(vendors, new, strict=True)
    )
    return len(vendors)


def _vendor(values: Mapping[str, Any], by: Membership) -> Vendor:
    fields = dict(values)
    owner_id = fields.pop("inside_owner", None)
    status = fields.pop("status", "") or Vendor.Status.PROSPECT
    vendor = Vendor(organization=by.organization, inside_owner_id=owner_id, status=status, **fields)
    vendor.refresh_keys()
    return vendor


def _added_line(vendor: Vendor, row: StoredRow, by: Membership) -> LogEntry:
    """The same line that log.record would write, for writing many at once."""
    contact = filled(row["contact"])
    return LogEntry(
        organization=by.organization,
        actor=by,
        actor_name=by.name,
        verb="vendor.imported",
        target_type=Vendor._meta.label_lower,
        target_id=vendor.pk,
        target_name=str(vendor),
        after={
            **filled(
                {name: value for name, value in row["values"].items() if name != "inside_owner"}
            ),
            **({"contact": contact} if contact else {}),
        },
    )


@transaction.atomic
def fail_import(*, vendor_import: VendorImport, message: str, by: Membership) -> None:
    """Say that an import did not happen, and let it be started again."""
    waiting = Job.objects.filter(pk=vendor_import.job_id, state=Job.State.WAITING)
    if waiting.update(state=Job.State.FAILED, message=message[:300], ended_at=timezone.now()):
        log.record(
            by=by,
            verb="vendor_list.import_failed",
            target=vendor_import,
            after={"reason": message},
        )
