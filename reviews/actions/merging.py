"""What becomes of reviews when one vendor becomes part of another."""

from django.db import transaction

from accounts.models import Membership
from reviews.models import SeenReport
from vendors.models import Vendor


@transaction.atomic
def forget_paper(*, vendor: Vendor, by: Membership) -> None:
    """The paper about the one that goes is not moved: the one that stays has its own, or gets one when
    somebody asks for it (settings.VENDOR_MERGE_CLEANERS)."""
    SeenReport.objects.filter(organization=by.organization, vendor=vendor).delete()
