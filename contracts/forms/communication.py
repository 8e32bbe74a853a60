"""The communication plan: a few rows, with empty ones to add more. Works without script."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from contracts.models import Contract
from contracts.words import LINE_FIELDS, in_one_line
from core.forms import LineField, VersionForm

MOST_LINES, EMPTY_ROWS = 40, 3


def _line(label: str, longest: int) -> LineField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"})
    return LineField(label=label, max_length=longest, required=False, widget=widget)


class LineForm(forms.Form):
    """One line of the plan; one that is left empty is left out."""

    purpose = _line("About what", 200)
    roles = _line("Who with whom", 300)
    channel = _line("Channel", 120)
    frequency = _line("How often", 120)
    format = _line("Format", 120)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if any(found.values()) and not found.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", "Say what this line is about, or empty the whole line.")
        return found


LineFormSet = forms.formset_factory(
    LineForm, extra=EMPTY_ROWS, max_num=MOST_LINES, validate_max=True, absolute_max=MOST_LINES + 10
)


class CommunicationForm(VersionForm):
    """The whole plan; its rows are in `lines`. Valid only if all rows are."""

    def __init__(self, data: Any = None, *, stored: list[dict[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        # What was sent is never compared with what is stored: an equal row would count as empty.
        self.lines = LineFormSet(data, initial=stored if data is None else None, prefix="lines")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.lines.is_valid():
            too_many = self.lines.total_form_count() > MOST_LINES
            words = f"At most {MOST_LINES} lines fit." if too_many else "See the lines below."
            raise ValidationError(words)
        rows = [row.cleaned_data for row in self.lines.forms]
        found["lines"] = [
            {name: row.get(name, "") for name in LINE_FIELDS} for row in rows if row.get("purpose")
        ]
        return found


def stored_lines(contract: Contract) -> list[dict[str, str]]:
    """The plan as it is kept, in its order."""
    rows = contract.communication.order_by("position", "pk").values(*LINE_FIELDS)
    return [dict(row) for row in rows]


def differing(form: CommunicationForm, stored: Contract) -> list[tuple[str, str, str]]:
    """For a stale form: line by line what is stored now and what this person wrote, where they differ."""
    theirs = [in_one_line(line) for line in stored_lines(stored)]
    mine = [in_one_line(line) for line in form.cleaned_data.get("lines", [])]
    most = max(len(theirs), len(mine))
    pairs = zip(_filled(theirs, most), _filled(mine, most), strict=True)
    return [(f"Line {n}", a, b) for n, (a, b) in enumerate(pairs, start=1) if a != b]


def _filled(lines: list[str], most: int) -> list[str]:
    return lines + [""] * (most - len(lines))
