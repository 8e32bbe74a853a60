"""Every watched day of one vendor, for when the vendor itself changes: its name, owner, or place in the list."""

from activity.actions.watching import watch_days
from vendors import credential_days, diligence_days
from vendors.models import Vendor


def watch_again(vendor: Vendor) -> None:
    """Say anew what is due with this vendor. Called inside an action; `vendor` comes with its organization
    and inside owner."""
    days = [*credential_days.days_of(vendor), *diligence_days.days_of(vendor)]
    if days:
        watch_days(days=days)
