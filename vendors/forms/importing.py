"""Uploading a vendor list."""

from typing import Any

from django.utils import timezone

from accounts.models import Organization
from core.imports.forms import ListUploadForm
from core.spreadsheets import Grid
from vendors.list_file import Setting, VendorList, read_vendor_list
from vendors.models import Vendor
from vendors.queries import members_by_word


class UploadForm(ListUploadForm):
    """A CSV or XLSX file with vendors."""

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def read(self, grid: Grid) -> VendorList:
        setting = Setting(
            this_year=timezone.localdate().year,
            statuses=Vendor.Status.choices,
            members=members_by_word(self.organization),
        )
        return read_vendor_list(grid, setting)
