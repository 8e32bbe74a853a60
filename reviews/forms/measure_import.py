"""Uploading a table of measured values."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import CreateOnceForm
from core.spreadsheets import MAX_BYTES, SpreadsheetProblem, read_grid
from reviews.measure_file import MOST_ROWS, read_rows
from reviews.measured import Measures

MAX_COLUMNS = 50


class MeasureUploadForm(CreateOnceForm):
    """A CSV or XLSX file; what is wrong with it as a whole stands at the field."""

    file = forms.FileField(
        label="Spreadsheet",
        help_text="CSV or XLSX, at most 5 MB. The columns may stand in any order.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
        max_length=200,
        allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
    )

    def __init__(self, *args: Any, measures: Measures, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = measures

    def clean_file(self) -> dict[str, Any]:
        """`filename`, and the `rows` as measure_file.read_rows gives them."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise ValidationError("The file is larger than 5 MB. Split it, or leave out pictures.")
        try:
            grid = read_grid(
                upload.read(), upload.name, max_rows=MOST_ROWS + 100, max_columns=MAX_COLUMNS
            )
            rows = read_rows(grid, self.measures)
        except SpreadsheetProblem as problem:
            where = f"{problem.cell}: " if problem.cell else ""
            raise ValidationError(f"{where}{problem.message}") from None
        return {"filename": upload.name.replace("\0", ""), "rows": rows}
