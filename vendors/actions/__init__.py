"""Every write about vendors. Each function is one thing a person can be said to have done."""

from vendors.actions.contacts import add_contact, edit_contact, remove_contact
from vendors.actions.importing import (
    CHUNK,
    CannotImport,
    ImportBusy,
    fail_import,
    run_import,
    start_import,
    upload_vendors,
)
from vendors.actions.merging import CannotMerge, merge_vendors
from vendors.actions.profile import (
    AlreadyThere,
    IsMerged,
    archive_vendor,
    create_vendor,
    create_vendors,
    edit_vendor,
    restore_vendor,
)

__all__ = [
    "CHUNK",
    "AlreadyThere",
    "CannotImport",
    "CannotMerge",
    "ImportBusy",
    "IsMerged",
    "add_contact",
    "archive_vendor",
    "create_vendor",
    "create_vendors",
    "edit_contact",
    "edit_vendor",
    "fail_import",
    "merge_vendors",
    "remove_contact",
    "restore_vendor",
    "run_import",
    "start_import",
    "upload_vendors",
]
