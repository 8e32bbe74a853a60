"""What the service costs in-house today, as rows of one form, with what holds for all of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from core.fields import AmountField
from core.forms import LineField, VersionForm, differences, line_differences
from planning.baseline_lines import in_words, stored_lines
from planning.forms.lists import ListEditor, RowForm
from planning.models import BaselineLine, OutsourcingPlan

MOST_MONEY = Decimal("9999999999.99")
MOST_QUANTITY = Decimal("9999999.99")


class BaselineRow(RowForm):
    """One part of the cost; left empty it is none. Without a quantity it is one, without a share all of it."""

    names = "label"
    wide = ("label",)

    label = LineField(label="What", max_length=200, required=False)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Choose"), *BaselineLine.Kind.choices]
    )
    amount = AmountField("Amount", MOST_MONEY, 2, "Of one: a salary, a licence, an hour.")
    quantity = AmountField("How many", MOST_QUANTITY, 2, "Empty: one.")
    share_percent = AmountField("Share for this service, %", 100, 3, "Empty: all of it.")
    period = forms.ChoiceField(
        label="How often", required=False, choices=[("", "Choose"), *BaselineLine.Period.choices]
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        needed = {
            "label": "What is it?",
            "kind": "Choose what kind of cost it is.",
            "amount": "How much is it?",
            "period": "Each month, quarter or year, or once?",
        }
        for name, words in needed.items():
            if name in data and data[name] in (None, ""):
                self.add_error(name, words)
        for name, usual in (("quantity", Decimal(1)), ("share_percent", Decimal(100))):
            if name in data and data[name] is None:
                data[name] = usual
        if (data.get("amount") or 0) * (data.get("quantity") or 0) > MOST_MONEY:
            raise ValidationError("Amount times quantity is more than can be reckoned with.")
        return data


class BaselineForm(VersionForm):
    """What holds for all parts."""

    baseline_rise_percent = AmountField(
        "It rises each year by, %", 100, 3, "Pay rises and price rises. No rise: 0."
    )
    baseline_note = forms.CharField(
        label="What it rests on",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Where the numbers come from, and what is not in them.",
    )


class BaselineEditor(ListEditor):
    """The lines and what holds for all of them, as one form."""

    def __init__(self, *, data: QueryDict | None, plan: OutsourcingPlan) -> None:
        super().__init__(
            BaselineRow,
            data=data,
            stored=[_shown(x) for x in stored_lines(plan)],
            version=plan.version,
        )
        if self.saving:
            self.form = BaselineForm(data)
            return
        rise = plan.baseline_rise_percent
        stored = {
            "baseline_rise_percent": "" if rise is None else f"{rise.normalize():f}",
            "baseline_note": plan.baseline_note,
            "version": plan.version,
        }
        self.form = BaselineForm(initial={**stored, **(data.dict() if data is not None else {})})


def _shown(line: Mapping[str, Any]) -> dict[str, Any]:
    """What says nothing stays empty."""
    usual = {"quantity": 1, "share_percent": 100}
    return {name: None if usual.get(name) == value else value for name, value in line.items()}


def differing(
    editor: BaselineEditor, form: BaselineForm, stored: OutsourcingPlan
) -> list[tuple[str, str, str]]:
    """For a stale form: what is stored now, and what this person wrote."""
    theirs = [in_words(line, stored.currency) for line in stored_lines(stored)]
    mine = [in_words(line, stored.currency) for line in editor.lines]
    return [*differences(form, stored), *line_differences(theirs, mine)]
