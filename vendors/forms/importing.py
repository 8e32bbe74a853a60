"""Uploading a vendor list: the file is read here, so that what is wrong with it stands at the form."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Organization
from core.forms import CreateOnceForm
from core.spreadsheets import MAX_BYTES, SpreadsheetProblem, read_grid
from vendors.folding import fold
from vendors.list_file import MAX_COLUMNS, MAX_ROWS, Setting, VendorList, read_vendor_list
from vendors.models import Vendor


class UploadForm(CreateOnceForm):
    """A CSV or XLSX file with vendors."""

    file = forms.FileField(
        label="Spreadsheet",
        help_text="CSV or XLSX, at most 5 MB and 20,000 rows. The columns may stand in any order.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
        max_length=200,
        allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def clean_file(self) -> dict[str, Any]:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise ValidationError("The file is larger than 5 MB. Split it, or leave out pictures.")
        data = upload.read()
        try:
            vendor_list = self._read(data, upload.name)
        except SpreadsheetProblem as problem:
            where = f"{problem.cell}: " if problem.cell else ""
            raise ValidationError(f"{where}{problem.message}") from None
        return {
            "vendor_list": vendor_list,
            "filename": upload.name.replace("\0", ""),
            "fingerprint": hashlib.sha256(data).hexdigest(),
        }

    def _read(self, data: bytes, filename: str) -> VendorList:
        grid = read_grid(data, filename, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
        setting = Setting(
            this_year=timezone.localdate().year,
            statuses=Vendor.Status.choices,
            members=_members(self.organization),
        )
        return read_vendor_list(grid, setting)


def _members(organization: Organization) -> dict[str, int]:
    """Current members by name and by e-mail; a name that two people have means nobody."""
    found: dict[str, int] = {}
    doubtful: set[str] = set()
    for member in organization.memberships.current().by_name():
        for text in {fold(member.name), fold(member.user.email)}:
            if found.setdefault(text, member.pk) != member.pk:
                doubtful.add(text)
    return {text: pk for text, pk in found.items() if text not in doubtful}
