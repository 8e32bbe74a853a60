"""A quote as it is entered: what holds for all of it, and its price lines as rows of one form."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from core.fields import AmountField, DayField
from core.forms import LineField, VersionForm, differences, line_differences
from core.tiers import EXAMPLE, parse_tiers, write_tiers
from evaluations import costing
from evaluations.models import Quote, QuoteLine
from planning.costs import (
    FLAT,
    HOURLY_BANK,
    LICENCE,
    LONGEST,
    ONE_OFF,
    OUT_OF_SCOPE,
    PER_DEVICE,
    PER_UNIT,
    PER_USER,
    TIERED,
)
from planning.forms.lists import ListEditor, RowForm

MOST_MONEY = Decimal("999999999999.99")
NEEDED = {
    "amount": "What does it cost?",
    "period": "A month, a quarter or a year?",
    "counts": "For each of what: users, devices, volume or hours?",
    "tiers": f"Write the tiers, for example: {EXAMPLE}.",
    "included_hours": "How many hours are included?",
}
IDLE = {
    "amount": "Tiers say what it costs. Empty this.",
    "period": "A one-off fee has no period. Empty this.",
    "counts": "Only tiers and licences need this said. Empty this.",
    "quantity": "A flat or one-off price has no quantity. Empty this.",
    "tiers": "Only a tiered price has tiers. Empty this, or choose Tiered.",
    "included_hours": "Only a bank of hours includes hours. Empty this.",
    "extra_amount": "Only a bank of hours has a price for further hours. Empty this.",
    "to_month": "A one-off fee is paid in one month. Empty this.",
}
_NEEDED_BY = {
    FLAT: {"amount", "period"},
    PER_USER: {"amount", "period"},
    PER_DEVICE: {"amount", "period"},
    PER_UNIT: {"amount"},
    TIERED: {"tiers", "period", "counts"},
    HOURLY_BANK: {"amount", "period", "included_hours"},
    ONE_OFF: {"amount"},
    LICENCE: {"amount", "period", "counts"},
    OUT_OF_SCOPE: {"amount"},
}
_MAY_SAY = {
    FLAT: set[str](),
    ONE_OFF: set[str](),
    PER_UNIT: {"period", "quantity"},
    OUT_OF_SCOPE: {"period", "quantity"},
    HOURLY_BANK: {"extra_amount", "quantity"},
}


def _month(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=help_text,
        error_messages={"invalid": "Write a whole number like 12."},
    )


class PriceRow(RowForm):
    """One price line; left empty it is none. Says all that can be missing at once."""

    names = "label"
    quiet = ("rises",)
    FURTHER = ("tiers", "included_hours", "extra_amount", "from_month", "to_month", "rises")

    label = LineField(label="What for", max_length=200, required=False)
    kind = forms.ChoiceField(
        label="Priced", required=False, choices=[("", "Choose"), *QuoteLine.Kind.choices]
    )
    amount = AmountField("Amount", MOST_MONEY, 2, "For each, if there are several.")
    period = forms.ChoiceField(
        label="Period", required=False, choices=[("", "–"), *QuoteLine.Period.choices]
    )
    counts = forms.ChoiceField(
        label="For each of",
        required=False,
        choices=[("", "–"), *QuoteLine.Counts.choices],
        help_text="For tiers and licences.",
    )
    quantity = AmountField("How many", 9_999_999, 2, "Empty: as many as there are then.")
    tiers = forms.CharField(
        label="Tiers", required=False, max_length=1000, help_text=f"Like {EXAMPLE}."
    )
    included_hours = AmountField("Included hours", 99_999)
    extra_amount = AmountField("Further hours, each", MOST_MONEY)
    from_month = _month("From month", "Empty: from the first.")
    to_month = _month("Until month", "Empty: to the last.")
    rises = forms.TypedChoiceField(
        label="Rises each year",
        required=False,
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda value: value == "True",
    )

    @property
    def usual(self) -> list[forms.BoundField]:
        """What nearly every line needs."""
        return [field for field in self.visible_fields() if field.name not in self.FURTHER]

    @property
    def further(self) -> list[forms.BoundField]:
        """What few lines need."""
        return [field for field in self.visible_fields() if field.name in self.FURTHER]

    @property
    def says_more(self) -> bool:
        """Something of it is said, or wrong: then it is to be seen."""
        return any(
            field.errors or (field.name != "rises" and field.value()) or field.value() == "False"
            for field in self.further
        )

    def clean_tiers(self) -> list[dict[str, Any]]:
        try:
            return costing.tiers_kept(parse_tiers(self.cleaned_data["tiers"]))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["rises"] = data.get("rises") is not False
        if not data.get("label") and "label" in data:
            self.add_error("label", "What is it for?")
        kind = data.get("kind")
        if not kind:
            self.add_error("kind", "Choose how it is priced.")
            return data
        needed = set(_NEEDED_BY[kind])
        if kind == OUT_OF_SCOPE and data.get("quantity") is not None:
            needed.add("period")
        may = needed | _MAY_SAY.get(kind, {"quantity"})
        may |= set() if kind == ONE_OFF else {"to_month"}
        self._check(data, needed, may)
        first, last = data.get("from_month"), data.get("to_month")
        if first and last and last < first:
            self.add_error("to_month", "Not before the month it begins in.")
        return data

    def _check(self, data: dict[str, Any], needed: set[str], may: set[str]) -> None:
        for name in needed:
            if name in data and data[name] in (None, "", []):
                self.add_error(name, NEEDED[name])
        for name in IDLE.keys() - may:
            if data.get(name) not in (None, "", []):
                self.add_error(name, IDLE[name])


class QuoteForm(VersionForm):
    """What holds for all lines of a quote. `version` 0: there is none yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    currency = LineField(
        label="Currency of the quote",
        max_length=3,
        min_length=3,
        help_text="Three letters, for example EUR.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 4}),
    )
    rate = AmountField("Exchange rate", 99_999_999, 8)
    rate_on = DayField(label="Rate of which day", required=False)
    rise_percent = AmountField("Prices rise each year by, %", 100, 3, "No rise: 0.")
    exit_fee = AmountField("Leaving costs", MOST_MONEY, 2, "At the end of the term. Nothing: 0.")
    quoted_on = DayField(label="Quoted on", required=False)
    valid_until_on = DayField(
        label="Valid until", required=False, help_text="You are reminded before it."
    )
    note = forms.CharField(
        label="Note", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, compared_in: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compared_in = compared_in
        words = f"What one unit of it is in {compared_in}; not needed if it is {compared_in}."
        self.fields["rate"].help_text = words

    def clean_currency(self) -> str:
        text: str = self.cleaned_data["currency"].upper()
        if not (text.isascii() and text.isalpha()):
            raise ValidationError("Three letters, for example EUR.")
        return text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("currency") == self.compared_in:
            data["rate"] = data["rate_on"] = None
        elif data.get("rate") is not None and data.get("rate_on") is None:
            self.add_error("rate_on", "Of which day is the rate?")
        if data.get("rate") == 0:
            self.add_error("rate", "A rate is more than 0.")
        return data


class QuoteEditor(ListEditor):
    """A quote and its price lines as one form."""

    def __init__(
        self,
        *,
        data: QueryDict | None,
        quote: Quote | None,
        lines: Sequence[QuoteLine],
        compared_in: str,
    ) -> None:
        version = quote.version if quote else 0
        super().__init__(
            PriceRow, data=data, stored=[shown_line(r) for r in lines], version=version
        )
        shown = {"currency": compared_in, **_shown(quote), "version": version}
        if self.saving:
            self.form = QuoteForm(data, compared_in=compared_in)
        else:
            sent = data.dict() if data is not None else {}
            self.form = QuoteForm(initial={**shown, **sent}, compared_in=compared_in)


def shown_line(row: QuoteLine) -> dict[str, Any]:
    """A stored line as the form shows it."""
    values = {name: getattr(row, name) for name in costing.LINE_FIELDS}
    return {**values, "tiers": write_tiers(costing.tiers_of(row.tiers)), "rises": str(row.rises)}


def _shown(quote: Quote | None) -> dict[str, Any]:
    if quote is None:
        return {}
    values = {name: getattr(quote, name) for name in costing.QUOTE_FIELDS}
    return {
        name: f"{value.normalize():f}" if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def differing(editor: QuoteEditor, form: QuoteForm, stored: Quote) -> list[tuple[str, str, str]]:
    """What somebody else saved meanwhile, line by line."""
    lines = costing.sorted_lines(stored.lines.all()) if stored.pk else []
    theirs = [costing.line_words(costing.line_of(line), stored.currency) for line in lines]
    mine = [
        costing.line_words(costing.line_of(QuoteLine(**line)), form.cleaned_data["currency"])
        for line in editor.lines
    ]
    return [*differences(form, stored), *line_differences(theirs, mine)]
