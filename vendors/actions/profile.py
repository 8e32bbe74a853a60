"""A vendor's profile: made, changed, put away, brought back."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import lock
from vendors.models import Vendor
from vendors.queries import MOST_SHOWN, PROFILE_FIELDS, same_company
from vendors.words import all_worded


class AlreadyThere(Refused):
    """The register has this company already; `.vendors` are the ones that look like it."""

    def __init__(self, vendors: Sequence[Vendor]) -> None:
        super().__init__(
            "A vendor with this name, website or registration number is there already."
        )
        self.vendors = vendors


class IsMerged(Refused):
    """The vendor lives on in another one."""

    def __init__(self, vendor: Vendor) -> None:
        super().__init__(f"{vendor} was merged into {vendor.merged_into}. Change that one instead.")


@transaction.atomic
def create_vendor(
    *,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID | None = None,
    another: bool = False,
) -> Vendor:
    """Put a vendor into the register. Sent twice, it is there once.

    Raises AlreadyThere when a vendor of that name, website or registration number exists, unless the
    person says that it is `another` company.
    """
    key = creation_key or uuid.uuid4()
    register = by.organization.vendor_set
    again: Vendor | None = register.filter(creation_key=key).first()
    if again:
        return again
    if not another:
        _refuse_duplicates(values, by)
    fields = {name: values[name] for name in PROFILE_FIELDS if name in values}
    vendor: Vendor
    try:
        with transaction.atomic():
            vendor = register.create(organization=by.organization, creation_key=key, **fields)
    except IntegrityError:  # the same form, sent at the same moment
        vendor = register.get(creation_key=key)
        return vendor
    log.record(by=by, verb="vendor.added", target=vendor, after=filled(fields))
    return vendor


def _refuse_duplicates(values: Mapping[str, Any], by: Membership) -> None:
    names = [values.get("trading_name", ""), values["legal_name"]]
    alike = same_company(
        by.organization, names, values.get("website", ""), values.get("registration_number", "")
    )
    found = list(alike[:MOST_SHOWN])
    if found:
        raise AlreadyThere(found)


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit trail says of a new row: only what was filled in."""
    return all_worded(
        {name: value for name, value in fields.items() if value not in ("", None, [])}
    )


@transaction.atomic
def edit_vendor(
    *, vendor: Vendor, values: Mapping[str, Any], version: int, by: Membership
) -> Vendor:
    """Change the profile, unless somebody was quicker (core.versions.Stale)."""
    row = _lock_unmerged(vendor, version)
    wanted = {name: values[name] for name in PROFILE_FIELDS if name in values}
    before, after = log.apply_changes(row, wanted)
    if after:
        _save_next_version(row)
        log.record(
            by=by,
            verb="vendor.changed",
            target=row,
            before=all_worded(before),
            after=all_worded(after),
        )
    return row


@transaction.atomic
def archive_vendor(*, vendor: Vendor, by: Membership) -> Vendor:
    """Put a vendor out of the way: it leaves the list, keeps everything, and can be restored."""
    row = _lock_unmerged(vendor)
    if row.archived_at is None:
        row.archived_at = timezone.now()
        _save_next_version(row)
        log.record(by=by, verb="vendor.archived", target=row)
    return row


@transaction.atomic
def restore_vendor(*, vendor: Vendor, by: Membership) -> Vendor:
    """Bring an archived vendor back into the list."""
    row = _lock_unmerged(vendor)
    if row.archived_at is not None:
        row.archived_at = None
        _save_next_version(row)
        log.record(by=by, verb="vendor.restored", target=row)
    return row


def _lock_unmerged(vendor: Vendor, version: int | None = None) -> Vendor:
    rows = Vendor.objects.select_related("merged_into", "inside_owner__user", "organization")
    row: Vendor = lock(rows, vendor.pk, version)
    if row.merged_into is not None:
        raise IsMerged(row)
    return row


def _save_next_version(row: Vendor) -> None:
    row.version += 1
    row.updated_at = timezone.now()
    row.save()
