"""Every write about vendors. Each function is one thing a person can be said to have done."""

from vendors.actions.contacts import add_contact, edit_contact, remove_contact
from vendors.actions.importing import VendorImporter, start_import, upload_vendors
from vendors.actions.merging import CannotMerge, merge_vendors
from vendors.actions.profile import (
    AlreadyThere,
    IsMerged,
    archive_vendor,
    begin_with_vendor,
    begin_with_vendors,
    create_vendor,
    create_vendors,
    edit_vendor,
    restore_vendor,
)

__all__ = [
    "AlreadyThere",
    "CannotMerge",
    "IsMerged",
    "VendorImporter",
    "add_contact",
    "archive_vendor",
    "begin_with_vendor",
    "begin_with_vendors",
    "create_vendor",
    "create_vendors",
    "edit_contact",
    "edit_vendor",
    "merge_vendors",
    "remove_contact",
    "restore_vendor",
    "start_import",
    "upload_vendors",
]
