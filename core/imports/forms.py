"""Uploading a list: the file is read at the form, so that what is wrong with it stands there."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import CreateOnceForm
from core.imports.reading import MAX_COLUMNS, MAX_ROWS, ReadList
from core.spreadsheets import MAX_BYTES, Grid, SpreadsheetProblem, read_grid


class ListUploadForm(CreateOnceForm):
    """A CSV or XLSX file. Each app says how its cells are read."""

    file = forms.FileField(
        label="Spreadsheet",
        help_text="CSV or XLSX, at most 5 MB and 20,000 rows. The columns may stand in any order.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
        max_length=200,
        allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
    )

    def clean_file(self) -> dict[str, Any]:
        """`found`, a ReadList, with `filename` and `fingerprint`."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise ValidationError("The file is larger than 5 MB. Split it, or leave out pictures.")
        data = upload.read()
        try:
            grid = read_grid(data, upload.name, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
            found = self.read(grid)
        except SpreadsheetProblem as problem:
            where = f"{problem.cell}: " if problem.cell else ""
            raise ValidationError(f"{where}{problem.message}") from None
        return {
            "found": found,
            "filename": upload.name.replace("\0", ""),
            "fingerprint": hashlib.sha256(data).hexdigest(),
        }

    def read(self, grid: Grid) -> ReadList:
        raise NotImplementedError
