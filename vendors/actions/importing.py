"""Vendor lists on their way in: uploaded, looked at, imported as a whole or not at all."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction

from accounts.models import Membership
from accounts.permissions import Perm
from activity.actions import imports
from activity.actions.imports import Importer, StoredRow
from activity.models import LogEntry
from vendors.actions.profile import filled
from vendors.list_file import VendorList, VendorRow
from vendors.models import Contact, Vendor, VendorImport
from vendors.queries import Duplicates


class VendorImporter(Importer):
    """What a vendor list brings."""

    model: ClassVar[Any] = VendorImport
    task = "vendors.tasks.import_vendors"
    job_kind = "vendor_import"
    perm = Perm.VENDOR_EDIT
    noun = "vendor_list"
    things = "vendors"

    def __init__(self, upload: VendorImport, by: Membership) -> None:
        super().__init__(upload, by)
        self.duplicates = Duplicates(by.organization)

    def stored(self, rows: Sequence[VendorRow]) -> list[StoredRow]:
        reasons = self.duplicates.reasons([(row.number, row.values) for row in rows])
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

    def add(self, rows: Sequence[StoredRow]) -> int:
        return _add_vendors(rows, self.duplicates, self.by)


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
    kept: VendorImport = imports.upload_list(
        importer=VendorImporter,
        found=vendor_list,
        fields={"filename": filename[:200], "fingerprint": fingerprint},
        by=by,
        creation_key=creation_key,
    )
    return kept


@transaction.atomic
def start_import(*, vendor_import: VendorImport, by: Membership) -> VendorImport:
    """Import a list that was looked at: a short one at once, a long one by a job. Confirmed twice, it
    is imported once."""
    row: VendorImport = imports.start_list(importer=VendorImporter, upload=vendor_import, by=by)
    return row


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
