"""Values of service levels: many windows at once, or one with its note."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import LineField, PlainForm, VersionForm
from reviews.actions.measuring import Current, Entry
from reviews.measured import Cell, text_of
from reviews.models import Measurement
from reviews.value_text import example, read_value

LONGEST = 80


class ValuesForm(PlainForm):
    """One field for each window. What was not touched is not sent on: `cleaned_data["entries"]` holds
    what this person wrote, each with the version of the value that they saw."""

    def __init__(self, *args: Any, cells: Sequence[Cell], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells = {cell.key: cell for cell in cells}
        for key, cell in self.cells.items():
            text = text_of(cell.row)
            self.fields[key] = forms.CharField(
                label=f"{cell.window.level.full_name}, {cell.label}",
                required=False,
                max_length=LONGEST,
                initial=text,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "placeholder": example(cell.window.level)}
                ),
            )
            self.fields[f"seen-{key}"] = _hidden(text)
            self.fields[f"version-{key}"] = _hidden(str(cell.row.version) if cell.row else "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        entries = [self._entry(cell, data) for cell in self.cells.values()]
        data["entries"] = [entry for entry in entries if entry]
        return data

    def _entry(self, cell: Cell, data: dict[str, Any]) -> Entry | None:
        key = cell.key
        text, seen = data.get(key, "").strip(), data.get(f"seen-{key}", "")
        if text == seen:
            return None
        if not text:
            self.add_error(key, "To take a value back, open it in the table and remove it.")
            return None
        try:
            found = read_value(cell.window.level, text)
        except ValueError as error:
            self.add_error(key, str(error))
            return None
        version = data.get(f"version-{key}", "")
        return Entry(
            lineage=cell.lineage,
            first_on=cell.window.first_on,
            value=found.value,
            numerator=found.numerator,
            denominator=found.denominator,
            version=int(version) if version.isdecimal() else None,
        )


def _hidden(initial: str) -> forms.CharField:
    return forms.CharField(
        required=False, max_length=LONGEST, initial=initial, widget=forms.HiddenInput
    )


def compare_values(form: ValuesForm, stored: Current) -> list[tuple[str, str, str]]:
    """For values that somebody else wrote first: (window, now stored, yours). The next sending saves
    yours over them."""
    rows = []
    data: Any = form.data
    data = form.data = data.copy()
    for row in stored.rows:
        key = f"{row.lineage.hex}-{row.first_on:%Y%m%d}"
        text = text_of(row)
        rows.append((str(form.fields[key].label), text, form.cleaned_data[key]))
        data[f"seen-{key}"] = text
        data[f"version-{key}"] = str(row.version)
    return rows


class EditMeasurementForm(VersionForm):
    """One value with its note."""

    value = LineField(label="Value", max_length=LONGEST, strip=True)
    note = LineField(
        label="Note",
        max_length=500,
        required=False,
        help_text="For example what was left out, and why.",
    )

    def __init__(self, *args: Any, cell: Cell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cell = cell
        self.fields["value"].help_text = f"For example {example(cell.window.level)}."

    def clean_value(self) -> str:
        text = str(self.cleaned_data["value"])
        try:
            self.cleaned_data["reading"] = read_value(self.cell.window.level, text)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return text


def compare_one(form: EditMeasurementForm, row: Measurement) -> list[tuple[str, str, str]]:
    """The same for one value and its note."""
    sides = [("Value", text_of(row), form.cleaned_data["value"])]
    sides.append(("Note", row.note, form.cleaned_data["note"]))
    return [(label, theirs, mine) for label, theirs, mine in sides if theirs != mine]
