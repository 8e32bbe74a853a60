"""Marks of vendors that templates use."""

from django import template
from django.utils.safestring import SafeString

from core.templatetags.ui import status
from vendors.models import Vendor
from vendors.words import STATUS_KINDS

register = template.Library()


@register.simple_tag
def vendor_status(vendor: Vendor) -> SafeString:
    """The badge of a vendor's status; of an archived one, that it is archived."""
    if vendor.archived_at:
        return status("neutral", "Merged" if vendor.merged_into_id else "Archived")
    return status(STATUS_KINDS[Vendor.Status(vendor.status)], vendor.get_status_display())
