"""The last days of a vendor's credentials, as they are watched."""

from django.urls import reverse

from activity.watching import Day
from vendors.credential_queries import with_replaced
from vendors.models import Credential, Vendor

EXPIRES = "credential.expires"
SENTENCE = "Without a renewed one it proves nothing any more."


def days_of(vendor: Vendor) -> list[Day]:
    """One for each credential that is kept; nobody waits for those that are replaced, or of an archived
    vendor. `vendor` comes with its organization."""
    return [_day(vendor, row) for row in with_replaced(vendor.credentials.kept()).order_by("pk")]


def _day(vendor: Vendor, row: Credential) -> Day:
    is_over = vendor.archived_at is not None or row.replaced  # type: ignore[attr-defined]
    return Day(
        target=row,
        kind=EXPIRES,
        due_on=None if is_over else row.expires_on,
        title=f"{row.name} of {vendor.name} expires",
        sentence=SENTENCE,
        path=reverse("vendors:vendor_credentials", args=[vendor.organization.slug, vendor.pk]),
        responsible=vendor.inside_owner,
    )
