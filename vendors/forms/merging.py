"""Which of two vendors' values stays, field by field."""

from typing import Any

from django import forms

from core.forms import PlainForm
from vendors.models import Vendor
from vendors.queries import LIST_FIELDS, PROFILE_FIELDS
from vendors.words import LABELS, shown

KEEP, OTHER, BOTH = "keep", "other", "both"
CAN_JOIN = {*LIST_FIELDS, "notes"}
LONGEST_NOTES = 10_000
MOST_ENTRIES = 50


class MergeForm(PlainForm):
    """One choice for each field in which the two differ.

    Where only one has something, that is chosen beforehand; lists and notes are joined; else the kept
    vendor's value stays.
    """

    keep_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    other_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, keep: Vendor, other: Vendor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep, self.other = keep, other
        self.fields["keep_version"].initial = keep.version
        self.fields["other_version"].initial = other.version
        self.same: list[tuple[str, str]] = []
        self.differing: list[str] = []
        for name in PROFILE_FIELDS:
            mine, theirs = getattr(keep, name), getattr(other, name)
            if mine != theirs:
                self._ask(name, mine, theirs)
            elif shown(name, mine):
                self.same.append((LABELS[name], shown(name, mine)))

    def _ask(self, name: str, mine: Any, theirs: Any) -> None:
        choices = [
            (KEEP, shown(name, mine) or "nothing"),
            (OTHER, shown(name, theirs) or "nothing"),
        ]
        chosen = KEEP if shown(name, mine) else OTHER
        if name in CAN_JOIN and shown(name, mine) and shown(name, theirs):
            joined = _joined(name, mine, theirs)
            if joined is not None:
                choices.append((BOTH, shown(name, joined)))
                chosen = BOTH
        if name == "trading_name":
            chosen = KEEP
        self.fields[name] = forms.ChoiceField(
            label=LABELS[name],
            choices=choices,
            initial=chosen,
            widget=forms.RadioSelect,
        )
        self.differing.append(name)

    def rows(self) -> list[tuple[Any, str, list[tuple[str, str, bool]]]]:
        """For the page: (field, its name, [(choice, text, chosen)])."""
        return [
            (
                self[name],
                name,
                [
                    (value, str(label), str(self[name].value()) == value)
                    for value, label in self.fields[name].choices  # type: ignore[attr-defined]
                ],
            )
            for name in self.differing
        ]

    def values(self) -> dict[str, Any]:
        """What the kept vendor shall hold in the fields that differ."""
        return {name: self._value(name) for name in self.differing}

    def _value(self, name: str) -> Any:
        mine, theirs = getattr(self.keep, name), getattr(self.other, name)
        choice = self.cleaned_data[name]
        if choice == BOTH:
            return _joined(name, mine, theirs)
        return mine if choice == KEEP else theirs

    def versions(self) -> dict[int, int]:
        """The versions of both that the person compared."""
        data = self.cleaned_data
        return {self.keep.pk: data["keep_version"], self.other.pk: data["other_version"]}


def _joined(name: str, mine: Any, theirs: Any) -> Any:
    """Both together, or None if that is too much."""
    if name == "notes":
        notes = f"{mine}\n\n{theirs}"
        return notes if len(notes) <= LONGEST_NOTES else None
    entries = [*mine, *(entry for entry in theirs if entry not in mine)]
    return entries if len(entries) <= MOST_ENTRIES else None
