"""Price lines as rows of a form: those that are there, some empty ones, more by a button. No script needed."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from contracts.actions.terms import FIELDS, MOST_LINES
from contracts.forms.terms import MOST_MONEY, TermsForm, number
from contracts.models import ContractTerms, PriceLine
from contracts.money import HOURLY_BANK, ONE_OFF, PER_DEVICE, PER_USER, TIERED, is_complete
from contracts.terms_words import tiers_text
from contracts.versions import line_of, tiers_kept
from core.fields import DayField
from core.forms import LineField
from core.tiers import EXAMPLE, parse_tiers

MORE, REMOVE = "more", "remove"
EMPTY_ROWS = 2
MOST_QUANTITY = 9_999_999
PER_UNIT = (PER_USER, PER_DEVICE)
NEEDED = {
    "amount": "What does it cost?",
    "period": "A month, a quarter or a year?",
    "quantity": "How many?",
    "tiers": f"Write the tiers, for example: {EXAMPLE}.",
    "included_hours": "How many hours are included?",
}
IDLE = {
    "amount": "Tiers say what it costs. Empty this.",
    "period": "A one-off fee has no period. Empty this.",
    "quantity": "Only prices per user, per device and in tiers have a quantity. Empty this.",
    "tiers": "Only a tiered price has tiers. Empty this, or choose Tiered.",
    "included_hours": "Only a bank of hours includes hours. Empty this.",
    "extra_amount": "Only a bank of hours has a price for more hours. Empty this.",
    "due_on": "Only a one-off fee is due on one day. Empty this.",
}
LEFT_OUT = f"Not every price line arrived: there can be {MOST_LINES} at most. Look at them, then save again."

UNFINISHED = "A price line is not complete; it says below what is missing."


def needed_by(kind: str) -> set[str]:
    """What a line of this kind has to say."""
    needed = set() if kind == ONE_OFF else {"period"}
    needed |= {"tiers"} if kind == TIERED else {"amount"}
    if kind in (*PER_UNIT, TIERED):
        needed.add("quantity")
    return needed | ({"included_hours"} if kind == HOURLY_BANK else set())


def allowed_by(kind: str) -> set[str]:
    """What it may say besides."""
    more = {ONE_OFF: {"due_on"}, HOURLY_BANK: {"extra_amount"}}
    return needed_by(kind) | more.get(kind, set())


class PriceRow(forms.Form):
    """One price line; left empty it is none."""

    label = LineField(label="What for", max_length=200, required=False)
    kind = forms.ChoiceField(
        label="Priced", required=False, choices=[("", "–"), *PriceLine.Kind.choices]
    )
    amount = number("Amount", MOST_MONEY)
    period = forms.ChoiceField(
        label="Period", required=False, choices=[("", "–"), *PriceLine.Period.choices]
    )
    quantity = number("Quantity", MOST_QUANTITY, "Users, devices or units.")
    tiers = forms.CharField(
        label="Tiers", required=False, max_length=1000, help_text=f"Like {EXAMPLE}."
    )
    included_hours = number("Included hours", 99_999)
    extra_amount = number("Further hours, each", MOST_MONEY)
    due_on = DayField(label="Due on", required=False, help_text="Empty: on the first day.")
    escalates = forms.BooleanField(label="Rises each year", required=False)

    @property
    def heading(self) -> str:
        return str(self["label"].value() or "New price line")

    def clean_tiers(self) -> list[dict[str, Any]]:
        try:
            return tiers_kept(parse_tiers(self.cleaned_data["tiers"]))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("label") and "label" in data:
            self.add_error("label", "What is it for?")
        kind = data.get("kind")
        if not kind:
            self.add_error("kind", "Choose how it is priced.")
            return data
        for name in needed_by(kind):
            if name in data and data[name] in (None, "", []):
                self.add_error(name, NEEDED[name])
        for name in IDLE.keys() - allowed_by(kind):
            if data.get(name) not in (None, "", []):
                self.add_error(name, IDLE[name])
        if not self.errors and not is_complete(line_of(PriceLine(**data))):
            self.add_error("tiers", "There are more units than tiers. Let the last one be “more”.")
        return data


class TermsEditor:
    """The terms and their price lines, as one form. `saving`: it was sent to be kept, else a button asked
    for more lines or for one less."""

    def __init__(
        self,
        *,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
        lines: Sequence[PriceLine] = (),
    ) -> None:
        command, _, place = (data.get("do", "") if data is not None else "").partition("-")
        self.saving = data is not None and command not in {MORE, REMOVE}
        self.left_out = False
        stored = initial or {}
        if data is None:
            self.form = TermsForm(initial=stored)
            self.rows = _shown([shown_line(row) for row in lines])
            return
        typed = _typed(data)
        self.left_out = _counted(data) > MOST_LINES
        if self.saving:
            self.form = TermsForm(data)
            self.rows = _bound(typed)
        else:
            self.form = TermsForm(initial={**stored, **data.dict()})
            if command == REMOVE and place.isascii() and place.isdigit() and len(place) < 4:
                del typed[int(place) : int(place) + 1]
            empty = EMPTY_ROWS + (
                sum(not any(_words(row)) for row in typed) if command == MORE else 0
            )
            self.rows = _shown([row for row in typed if any(_words(row))], empty=empty)

    @property
    def filled(self) -> list[PriceRow]:
        """The rows in which something stands."""
        return [row for row in self.rows if row.is_bound]

    @property
    def may_add(self) -> bool:
        return len(self.rows) < MOST_LINES

    def is_valid(self) -> bool:
        """Something was sent to be kept, and all of it is good."""
        if not self.saving:
            return False
        good, rows_good = self.form.is_valid(), all(row.is_valid() for row in self.filled)
        if not rows_good:
            self.form.add_error(None, UNFINISHED)
        if self.left_out:
            self.form.add_error(None, LEFT_OUT)
        return good and rows_good and not self.left_out

    @property
    def refused(self) -> bool:
        return bool(self.form.errors or any(row.errors for row in self.filled))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [row.cleaned_data for row in self.filled]


def shown_terms(terms: ContractTerms) -> dict[str, Any]:
    """Stored terms as the form shows them."""
    said = {None: "", True: "yes", False: "no"}[terms.convenience]
    values = {name: _short(getattr(terms, name)) for name in FIELDS}
    return {**values, "convenience": said, "version": terms.version}


def shown_line(row: PriceLine) -> dict[str, Any]:
    """A stored line as the form shows it."""
    names = [name for name in PriceRow.base_fields if name != "tiers"]
    return {**{name: _short(getattr(row, name)) for name in names}, "tiers": tiers_text(row)}


def _short(value: Any) -> Any:
    """Numbers as a person writes them: 52, 10.5."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _shown(values: Sequence[dict[str, Any]], empty: int = EMPTY_ROWS) -> list[PriceRow]:
    rows = [*values, *[{"escalates": True}] * empty][:MOST_LINES]
    return [PriceRow(initial=row, prefix=f"p{at}") for at, row in enumerate(rows)]


def _bound(typed: Sequence[dict[str, str]]) -> list[PriceRow]:
    """What was filled in, and empty rows after it."""
    kept = [row for row in typed if any(_words(row))]
    bound = [
        PriceRow({f"p{at}-{name}": value for name, value in row.items()}, prefix=f"p{at}")
        for at, row in enumerate(kept)
    ]
    return [*bound, *_shown([{}] * len(kept))[len(kept) :]]


def _words(row: dict[str, str]) -> list[str]:
    """What a person wrote into a row; the tick box alone is nothing."""
    return [value.strip() for name, value in row.items() if name != "escalates"]


def _typed(data: QueryDict) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    while len(found) < MOST_LINES and f"p{len(found)}-label" in data:
        prefix = f"p{len(found)}-"
        row = {name: str(data.get(prefix + name, "")) for name in PriceRow.base_fields}
        found.append(row)
    return found


def _counted(data: QueryDict) -> int:
    """How many lines were sent; more than are kept must not get lost in silence."""
    places = {re.sub(r"\D", "", name) for name in data if re.fullmatch(r"p[0-9]+-label", name)}
    return len(places)
