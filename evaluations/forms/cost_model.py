"""How all quotes are reckoned, as it is entered: term, currency, discount, numbers, and the scale of Cost."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.fields import AmountField, NumberField
from core.forms import LineField, VersionForm
from evaluations.models import CostModel, EvaluationCriterion
from planning.costs import COUNTS, LONGEST, SHORTEST
from planning.plan_words import GROWTH, SCENARIOS, number_text

TODAY = "today"
MOST = 9_999_999
COLUMNS = {TODAY: "Today", **SCENARIOS}
BY_MARKS, BY_TOTAL = "marks", "total"


class CostModelForm(VersionForm):
    """`version` 0: nothing was said yet. A field for each number and case; `rows` has them by number."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    term_months = forms.IntegerField(
        label="Over how many months",
        min_value=SHORTEST,
        max_value=LONGEST,
        help_text=f"The whole term, {SHORTEST} to {LONGEST}; for three years: 36.",
    )
    currency = LineField(
        label="Compared in",
        max_length=3,
        min_length=3,
        help_text="Three letters, for example EUR.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 4}),
    )
    discount_percent = AmountField(
        "Discount rate, % a year",
        100,
        3,
        "What later money is worth less by. Empty: totals are only added up.",
    )
    volume_unit = LineField(
        label="Volume is counted in",
        max_length=40,
        required=False,
        help_text="For example tickets, orders, GB.",
    )
    criterion = forms.TypedChoiceField(
        label="Criterion that the totals feed", required=False, coerce=int, empty_value=None
    )
    worst = AmountField(
        "Total that earns nothing", Decimal("9999999999.99"), 2, "Your whole budget."
    )
    best = AmountField(
        "Total that earns everything", Decimal("9999999999.99"), 2, "What you hope for."
    )
    measured = forms.TypedChoiceField(
        label="How it is marked",
        required=False,
        choices=[
            (BY_MARKS, "By marks; what fits the total is offered to each evaluator"),
            (BY_TOTAL, "By the total itself, exactly"),
        ],
        coerce=lambda value: value == BY_TOTAL,
    )

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[EvaluationCriterion],
        model: CostModel | None,
        scale_open: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scale_open, self._criteria = scale_open, {row.pk: row for row in criteria}
        choices = [("", "None"), *((row.pk, row.name) for row in criteria)]
        self.fields["criterion"].choices = choices  # type: ignore[attr-defined]
        for counts in COUNTS:
            for column, label in COLUMNS.items():
                words = f"{GROWTH[counts]}, {label.lower()}"
                self.fields[f"{counts}_{column}"] = AmountField(words, MOST, 2)
        if not scale_open:
            for name in ("criterion", "worst", "best", "measured"):
                del self.fields[name]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """(what is counted, its fields with the words above each)."""
        return [
            (GROWTH[counts], [(label, self[f"{counts}_{c}"]) for c, label in COLUMNS.items()])
            for counts in COUNTS
        ]

    def clean_currency(self) -> str:
        text: str = self.cleaned_data["currency"].upper()
        if not (text.isascii() and text.isalpha()):
            raise ValidationError("Three letters, for example EUR.")
        return text

    def clean_criterion(self) -> EvaluationCriterion | None:
        chosen = self.cleaned_data["criterion"]
        return self._criteria[chosen] if chosen else None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        found = {name: value for name, value in data.items() if "_" not in name or name in KEPT}
        found["today"], found["growth"] = {}, {}
        for counts in COUNTS:
            self._clean_counts(counts, data, found)
        if self.scale_open:
            self._clean_scale(data)
        return found

    def _clean_counts(self, counts: str, data: dict[str, Any], found: dict[str, Any]) -> None:
        said = {name: data.get(f"{counts}_{name}") for name in COLUMNS}
        if said[TODAY] is not None:
            found["today"][counts] = format(said[TODAY], "f")
        before = None
        for name in SCENARIOS:
            value = said[name]
            if value is not None and before is not None and value < before:
                self.add_error(f"{counts}_{name}", "Not less than the number before it.")
            before = before if value is None else value
        growth = {name: format(said[name], "f") for name in SCENARIOS if said[name] is not None}
        if growth:
            found["growth"][counts] = growth
        if growth and "base" not in growth:
            self.add_error(f"{counts}_base", "Say what is most likely, too.")
        if growth and said[TODAY] is None:
            self.add_error(f"{counts}_{TODAY}", "Say how many there are today, too.")

    def _clean_scale(self, data: dict[str, Any]) -> None:
        worst, best = data.get("worst"), data.get("best")
        if worst is not None and best is not None and best >= worst:
            self.add_error("best", "The total that earns everything is less than the other one.")
        given = [data.get(name) is not None for name in ("criterion", "worst", "best")]
        if any(given) and not all(given) and not self.errors:
            for name in ("criterion", "worst", "best"):
                if data.get(name) is None:
                    self.add_error(name, "A scale needs the criterion and both totals.")


KEPT = {"version", "term_months", "discount_percent", "volume_unit"}


def initial_of(model: CostModel | None, currency: str) -> dict[str, Any]:
    """What is stored, as the form shows it; without anything only the currency."""
    if model is None:
        return {"currency": currency, "version": 0}
    row = model.criterion
    found: dict[str, Any] = {
        "version": model.version,
        "term_months": model.term_months,
        "currency": model.currency,
        "discount_percent": _plain(model.discount_percent),
        "volume_unit": model.volume_unit,
        "criterion": model.criterion_id,
        "worst": _plain(model.worst),
        "best": _plain(model.best),
        "measured": BY_TOTAL if row and row.kind == "measured" else BY_MARKS,
    }
    for counts in COUNTS:
        found[f"{counts}_{TODAY}"] = _plain(model.today.get(counts))
        said = model.growth.get(counts) or {}
        found |= {f"{counts}_{name}": _plain(said.get(name)) for name in SCENARIOS}
    return found


def _plain(value: Any) -> str:
    return "" if value in (None, "") else f"{Decimal(value).normalize():f}"


def differing(form: CostModelForm, stored: CostModel) -> list[tuple[str, str, str]]:
    """For a stale form: field by field what is stored now and what this person wrote."""
    rows = []
    theirs = initial_of(stored, stored.currency)
    for name, field in form.fields.items():
        if name in ("version", "measured"):
            continue
        was, mine = str(theirs.get(name) or ""), str(form.data.get(name) or "").strip()
        if was != mine:
            rows.append((str(field.label), _shown(field, was), _shown(field, mine)))
    return rows


def _shown(field: forms.Field, text: str) -> str:
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str({str(key): label for key, label in choices}.get(text, text))
    if isinstance(field, NumberField) and text.replace(".", "", 1).isdigit():
        return number_text(Decimal(text))
    return text
