"""What the actions share that note what was found out about a vendor."""

from typing import Any

from core.versions import lock
from vendors.actions.profile import IsMerged
from vendors.models import Vendor


def hold_vendor(vendor: Vendor) -> Vendor:
    """The vendor with its organization and inside owner, locked: whoever changes what hangs on it takes turns."""
    rows = Vendor.objects.select_related("organization", "merged_into", "inside_owner__user")
    row: Vendor = lock(rows, vendor.pk)
    if row.merged_into is not None:
        raise IsMerged(row)
    return row


def filled_in(values: dict[str, Any]) -> dict[str, Any]:
    """For the audit trail: what is not empty."""
    return {name: value for name, value in values.items() if value not in ("", None, False, {})}
