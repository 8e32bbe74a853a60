"""When a vendor's people work."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.service_hours import days_in_words
from core.versions import lock
from vendors.models import Vendor

WORK_HOURS = ("work_round_clock", "work_days", "work_from", "work_to")
HOURS = ("time_zone", *WORK_HOURS)


@transaction.atomic
def set_hours(*, vendor: Vendor, values: Mapping[str, Any], version: int, by: Membership) -> Vendor:
    """Say when the vendor's people work, on the clock of their time zone.

    `values`: time_zone, work_round_clock, work_days (0 is Monday), work_from, work_to; days and hours are
    empty with round the clock.
    """
    rows = Vendor.objects.select_related("organization", "inside_owner__user")
    row: Vendor = lock(rows, vendor.pk, version)
    if row.merged_into_id is not None:
        raise Refused("This entry was merged into another one. Change that one instead.")
    before, after = log.apply_changes(row, {name: values[name] for name in HOURS})
    if after:
        row.version += 1
        row.updated_at = timezone.now()
        row.save()
        log.record(
            by=by,
            verb="vendor.hours_changed",
            target=row,
            before=_worded(before),
            after=_worded(after),
        )
    return row


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Days by their names."""
    return {
        name: days_in_words(value) if name == "work_days" else value
        for name, value in values.items()
    }
