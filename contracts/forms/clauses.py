"""The checklist of clauses as one form: for each clause its state, its place and a note."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from contracts.clauses import BY_KEY, StandardClause
from contracts.models import Clause
from core.forms import LineField, PlainForm

STATES = Clause.State.choices
BADGES = {
    Clause.State.UNCHECKED: "neutral",
    Clause.State.PRESENT: "ok",
    Clause.State.NEGOTIATED: "info",
    Clause.State.ABSENT: "bad",
    Clause.State.NOT_NEEDED: "neutral",
}


@dataclass(frozen=True)
class Line:
    """A clause with its fields, for the template, and how it is stored."""

    clause: StandardClause
    state: Any
    place: Any
    note: Any
    seen: Any
    stored: Clause | None

    @property
    def label(self) -> str:
        return Clause.State(self.stored.state).label if self.stored else "Not looked at yet"

    @property
    def badge(self) -> str:
        return BADGES[Clause.State(self.stored.state)] if self.stored else "neutral"


class ClausesForm(PlainForm):
    """Each row posts `seen`: the version it showed, and a digest of what stood in it. A row that reads as
    it was shown was not touched by this person, whatever others did to it meanwhile.

    `cleaned_data` is {"answers": {key: {"state", "place", "note", "version"}}} of the rows touched.
    """

    def __init__(
        self, data: Any = None, *, keys: Sequence[str], stored: Mapping[str, Clause]
    ) -> None:
        super().__init__(data)
        self.keys, self.stored = keys, stored
        for key in keys:
            self._add(key)

    def _add(self, key: str) -> None:
        row, name = self.stored.get(key), BY_KEY[key].name
        shown = _values(row)
        small = {"class": "form-control form-control-sm"}
        self.fields[f"{key}-state"] = forms.ChoiceField(
            label=f"{name}: state",
            choices=STATES,
            initial=shown["state"],
            widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
        )
        self.fields[f"{key}-place"] = LineField(
            label=f"{name}: where it stands",
            max_length=200,
            required=False,
            initial=shown["place"],
            widget=forms.TextInput(attrs={**small, "placeholder": "§ 7.2, page 4"}),
        )
        self.fields[f"{key}-note"] = forms.CharField(
            label=f"{name}: note",
            max_length=2000,
            required=False,
            initial=shown["note"],
            widget=forms.Textarea(attrs={**small, "rows": 1}),
        )
        self.fields[f"{key}-seen"] = forms.CharField(
            widget=forms.HiddenInput, initial=_seen(row), max_length=100
        )

    def clean(self) -> dict[str, Any]:
        """Of all rows only those that this person touched."""
        if self.errors:
            return self.cleaned_data
        answers = {}
        for key in self.keys:
            note = f"{key}-note"
            self.cleaned_data[note] = self.cleaned_data[note].replace("\r\n", "\n")
            version, _, digest = self.cleaned_data[f"{key}-seen"].partition(":")
            values = {
                name: self.cleaned_data[f"{key}-{name}"] for name in ("state", "place", "note")
            }
            if not version.isdecimal() or len(version) > 9:
                raise ValidationError("Something in this form is missing. Load the page again.")
            if _digest(values) != digest:
                answers[key] = {**values, "version": int(version)}
        return {"answers": answers}

    def lines(self) -> list[Line]:
        """The rows of the table."""
        return [
            Line(
                clause=BY_KEY[key],
                state=self[f"{key}-state"],
                place=self[f"{key}-place"],
                note=self[f"{key}-note"],
                seen=self[f"{key}-seen"],
                stored=self.stored.get(key),
            )
            for key in self.keys
        ]

    def merge(self, stored: Mapping[str, Clause]) -> None:
        """After somebody was quicker: what this person wrote stays, all else is as it is stored now; the
        next saving goes over that."""
        touched = self.cleaned_data["answers"]
        self.stored = stored
        data: Any = dict(self.data.items())
        for key in self.keys:
            row = stored.get(key)
            data[f"{key}-seen"] = _seen(row)
            if key not in touched:
                data |= {f"{key}-{name}": value for name, value in _values(row).items()}
        self.data = data


def differing(form: ClausesForm, changed: Any) -> list[tuple[str, str, str]]:
    """For a stale form: (clause, what is stored now, what this person wrote)."""
    answers = form.cleaned_data["answers"]
    return [
        (BY_KEY[key].name, _words(_values(row)), _words(answers[key]))
        for key, row in changed.rows.items()
    ]


def _values(row: Clause | None) -> dict[str, str]:
    if row is None:
        return {"state": Clause.State.UNCHECKED.value, "place": "", "note": ""}
    return {"state": row.state, "place": row.place, "note": row.note}


def _seen(row: Clause | None) -> str:
    return f"{row.version if row else 0}:{_digest(_values(row))}"


def _digest(values: Mapping[str, Any]) -> str:
    """Of what a row shows."""
    text = "\0".join([values["state"], values["place"], values["note"]])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _words(values: Mapping[str, Any]) -> str:
    parts = [Clause.State(values["state"]).label, values["place"], values["note"]]
    return ", ".join(part for part in parts if part)
