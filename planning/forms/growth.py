"""What is expected at the end of the term: low, most likely and high of each count."""

from decimal import Decimal
from typing import Any

from django import forms

from core.fields import AmountField
from core.forms import VersionForm
from planning.models import OutsourcingPlan
from planning.plan_words import GROWTH, SCENARIOS, Growth, growth_rows, number_text, service_counts

MOST = 9_999_999


class GrowthForm(VersionForm):
    """A field for each count and scenario; `rows` has them by count, with today's number beside them."""

    growth_note = forms.CharField(
        label="What it rests on",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, *args: Any, plan: OutsourcingPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = growth_rows(plan.growth, service_counts(plan.service))
        for key, label in GROWTH.items():
            for name, scenario in SCENARIOS.items():
                self.fields[f"{key}_{name}"] = AmountField(f"{label}, {scenario.lower()}", MOST)

    @property
    def rows(self) -> list[tuple[Growth, list[forms.BoundField]]]:
        """(what is known of the count, its fields from low to high)."""
        return [(row, [self[f"{row.key}_{name}"] for name in SCENARIOS]) for row in self._known]

    def clean(self) -> dict[str, Any]:
        """As the action takes it. A middle may be missing; what is said rises from low to high."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        growth: dict[str, dict[str, Decimal | None]] = {}
        for key in GROWTH:
            said = {name: data.get(f"{key}_{name}") for name in SCENARIOS}
            growth[key] = said
            before = None
            for name, value in said.items():
                if value is not None and before is not None and value < before:
                    self.add_error(f"{key}_{name}", "Not less than the number before it.")
                before = before if value is None else value
        found: dict[str, Any] = {"growth": growth}
        return found | {name: data[name] for name in ("growth_note", "version") if name in data}


def initial_of(plan: OutsourcingPlan) -> dict[str, Any]:
    """What is stored, as the form shows it."""
    found: dict[str, Any] = {"growth_note": plan.growth_note, "version": plan.version}
    for key, said in plan.growth.items():
        found |= {f"{key}_{name}": _plain(value) for name, value in said.items()}
    return found


def _plain(value: str) -> str:
    return f"{Decimal(value).normalize():f}"


def differing(form: GrowthForm, stored: OutsourcingPlan) -> list[tuple[str, str, str]]:
    """For a stale form: number by number what is stored now and what this person wrote."""
    rows = []
    theirs = growth_rows(stored.growth, {})
    for row in theirs:
        for name, scenario in SCENARIOS.items():
            was = getattr(row, name)
            mine = form.cleaned_data["growth"][row.key][name]
            if was != mine:
                rows.append(
                    (f"{row.label}, {scenario.lower()}", number_text(was), number_text(mine))
                )
    if stored.growth_note != form.cleaned_data["growth_note"]:
        rows.append(("What it rests on", stored.growth_note, form.cleaned_data["growth_note"]))
    return rows
