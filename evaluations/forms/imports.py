"""Uploading a scorecard: the file is read here, once, so that what is wrong with it stands at the form."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import CreateOnceForm, LineField, VersionForm
from core.forms import one_line as one_line_only
from core.spreadsheets import EXTENSIONS, MAX_BYTES
from evaluations.import_sheet import read_upload, shown, title_from

SCALES = [
    ("", "Recognise it from the file"),
    ("0-5", "0–5"),
    ("1-5", "1–5"),
    ("0-10", "0–10"),
    ("1-10", "1–10"),
    ("0-100", "0–100"),
]


def _scale(help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Scale of the marks",
        choices=SCALES,
        required=False,
        help_text=help_text,
        error_messages={"invalid_choice": "Choose one of the scales in the list."},
    )


class ScoreUploadForm(CreateOnceForm):
    """A CSV or XLSX file with marks."""

    file = forms.FileField(
        label="Spreadsheet",
        help_text="CSV or XLSX, at most 5 MB, 200 vendors and 50 criteria.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
        max_length=200,
        allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
    )
    title = LineField(
        label="Title of the evaluation",
        required=False,
        max_length=200,
        help_text="Left empty, it is the name of the file.",
    )
    scale = _scale("You see what was recognised before you confirm.")

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise ValidationError(
                "The file is larger than 5 MB. Leave out pictures and sheets that aren't needed."
            )
        one_line_only(upload.name)
        return upload

    def clean(self) -> dict[str, Any]:
        """Read the file; what nothing can be made of is refused, all else is for the preview."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        if upload is None or "scale" not in cleaned:
            return cleaned
        cleaned["data"] = upload.read()
        cleaned["read"] = read_upload(cleaned["data"], upload.name, cleaned["scale"])
        if cleaned["read"].layout is None:
            self.add_error("file", " ".join(shown(str(p)) for p in cleaned["read"].errors))
        elif PurePath(upload.name).suffix.lower() not in EXTENSIONS:
            self.add_error("file", "Save it as .xlsx or .csv: the name must end so.")
        cleaned["title"] = cleaned.get("title") or title_from(upload.name)
        return cleaned


class ScaleForm(VersionForm):
    """Reads the same file again, on another scale."""

    scale = _scale()
    scale.widget.attrs["class"] = "form-select"


class ConfirmForm(VersionForm):
    """For the button that acts on what the preview showed."""
