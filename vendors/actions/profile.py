"""A vendor's profile: made, changed, put away, brought back."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import lock
from vendors.models import Vendor
from vendors.queries import MOST_SHOWN, PROFILE_FIELDS, like_company
from vendors.vendor_days import watch_again
from vendors.words import all_worded

BATCH = 500


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
    again, alike = _there_already(values, key, by)
    if again:
        return again
    if alike and not another:
        raise AlreadyThere(alike)
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


def _there_already(
    values: Mapping[str, Any], key: uuid.UUID, by: Membership
) -> tuple[Vendor | None, list[Vendor]]:
    """What the same form made when it was sent before; and vendors that look the same. One query."""
    names = [values.get("trading_name", ""), values["legal_name"]]
    looks = values.get("website", ""), values.get("registration_number", "")
    sent_before = Q(creation_key=key)
    rows = by.organization.vendor_set.filter(like_company(names, *looks) | sent_before)
    found = list(
        rows.order_by(Case(When(sent_before, 0), default=1), "name_key", "pk")[:MOST_SHOWN]
    )
    again = next((vendor for vendor in found if vendor.creation_key == key), None)
    return again, found


@transaction.atomic
def create_vendors(*, rows: Sequence[Mapping[str, Any]], by: Membership) -> list[Vendor]:
    """Put many vendors into the register, each with its line in the audit trail, in a few queries.

    For lists whose rows were compared with the register before (queries.Duplicates): it does not ask
    whether they are there.
    """
    fields = [{name: row[name] for name in PROFILE_FIELDS if name in row} for row in rows]
    vendors = [Vendor(organization=by.organization, **values) for values in fields]
    for vendor in vendors:
        vendor.refresh_keys()
    Vendor.objects.bulk_create(vendors, batch_size=BATCH)
    log.record_many(
        by=by,
        verb="vendor.added",
        targets=[(vendor, filled(values)) for vendor, values in zip(vendors, fields, strict=True)],
    )
    return vendors


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
    was = row.name
    before, after = log.apply_changes(row, wanted)
    if after:
        _save_next_version(row)
        if row.name != was:
            find_by_new_name(row)
        watch_again(row)
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
        watch_again(row)
        log.record(by=by, verb="vendor.archived", target=row)
    return row


@transaction.atomic
def restore_vendor(*, vendor: Vendor, by: Membership) -> Vendor:
    """Bring an archived vendor back into the list."""
    row = _lock_unmerged(vendor)
    if row.archived_at is not None:
        row.archived_at = None
        _save_next_version(row)
        watch_again(row)
        log.record(by=by, verb="vendor.restored", target=row)
    return row


def find_by_new_name(vendor: Vendor) -> None:
    """Rows of apps above that are searched by their vendor's name too: they are found by the new one."""
    for relation in Vendor._meta.related_objects:
        if hasattr(relation.related_model, "refresh_search"):
            rows: Any = relation.related_model._default_manager
            for row in rows.filter(**{relation.field.name: vendor}).order_by("pk"):
                setattr(row, relation.field.name, vendor)
                row.save(update_fields=["search_text"])


@transaction.atomic
def begin_with_vendor(*, vendor: Vendor, by: Membership) -> Vendor:
    """A contract is signed: a prospect or candidate becomes active; any other status stays."""
    row: Vendor = lock(Vendor.objects.select_related("organization"), vendor.pk)
    if row.status in {Vendor.Status.PROSPECT, Vendor.Status.CANDIDATE}:
        before, after = log.apply_changes(row, {"status": Vendor.Status.ACTIVE.value})
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
def begin_with_vendors(*, vendors: Sequence[Vendor], by: Membership) -> None:
    """The same for many at once, in a few queries: contracts with all of them are signed."""
    pks = sorted(vendor.pk for vendor in vendors)
    for start in range(0, len(pks), BATCH):
        for was in (Vendor.Status.PROSPECT, Vendor.Status.CANDIDATE):
            begun = Vendor.objects.filter(pk__in=pks[start : start + BATCH], status=was)
            rows = list(begun.select_for_update(of=("self",)).order_by("pk"))
            Vendor.objects.filter(pk__in=[row.pk for row in rows]).update(
                status=Vendor.Status.ACTIVE, version=F("version") + 1, updated_at=timezone.now()
            )
            log.record_many(
                by=by,
                verb="vendor.changed",
                before=all_worded({"status": was}),
                targets=[(row, all_worded({"status": Vendor.Status.ACTIVE})) for row in rows],
            )


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
