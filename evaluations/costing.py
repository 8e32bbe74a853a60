"""Quotes as planning/costs.py takes them, and the mark that a total gets. Pure: rows are only read.

A quote as values (of a form, of a proposal, of the in-house cost) is a dict with the fields of Quote and `lines`,
a list of dicts with those of QuoteLine; what is not in it was not said.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from core.tiers import Tier, write_tiers
from planning.cost_words import PERIOD_WORDS, number
from planning.costs import HOURLY_BANK, ONE_OFF, TIERED, Assumptions, Line, Quote

QUOTE_FIELDS = (
    "currency",
    "rate",
    "rate_on",
    "source",
    "quoted_on",
    "valid_until_on",
    "rise_percent",
    "exit_fee",
    "note",
)
EACH_WORDS = {"users": "user", "devices": "device", "volume": "unit", "hours": "hour"}
LINE_FIELDS = (
    "kind",
    "label",
    "amount",
    "period",
    "counts",
    "quantity",
    "tiers",
    "included_hours",
    "extra_amount",
    "from_month",
    "to_month",
    "rises",
)
EMPTY_LINE: dict[str, Any] = {
    **dict.fromkeys(LINE_FIELDS),
    "kind": "",
    "label": "",
    "period": "",
    "counts": "",
    "tiers": [],
    "rises": True,
}
MOST_LINES = 40
MOST_POINTS = Decimal(100)
_DECIMALS = ("amount", "quantity", "included_hours", "extra_amount")
_MONTHS = ("from_month", "to_month")


# Rows in the shape of the pure modules ------------------------------------------------------------


def assumptions_of(model: Any) -> Assumptions:
    """A CostModel as costs.py takes it."""
    return Assumptions(
        term_months=model.term_months,
        discount_percent=model.discount_percent or Decimal(0),
        today={name: Decimal(text) for name, text in model.today.items()},
        growth={
            name: {case: Decimal(text) for case, text in cases.items()}
            for name, cases in model.growth.items()
        },
    )


def quote_of(row: Any, lines: Iterable[Any], currency: str) -> Quote:
    """A Quote row with its lines; `currency` is the one of the comparison."""
    return Quote(
        lines=tuple(line_of(line) for line in sorted_lines(lines)),
        rate=Decimal(1) if row.currency == currency else row.rate,
        rise_percent=row.rise_percent,
        exit_fee=row.exit_fee,
    )


def sorted_lines(rows: Iterable[Any]) -> list[Any]:
    """In the order in which a person put them."""
    return sorted(rows, key=lambda row: (row.position, row.pk or 0))


def line_of(row: Any) -> Line:
    """A QuoteLine row."""
    values = {name: getattr(row, name) for name in LINE_FIELDS if name != "tiers"}
    return Line(**values, tiers=tuple(tiers_of(row.tiers)))


def tiers_of(stored: Sequence[Mapping[str, Any]]) -> list[Tier]:
    """As kept: [{"up_to": 10 or null, "amount": "40.00"}]."""
    return [
        Tier(None if t["up_to"] is None else Decimal(str(t["up_to"])), Decimal(str(t["amount"])))
        for t in stored
    ]


def tiers_kept(tiers: Sequence[Tier]) -> list[dict[str, Any]]:
    """The other way round; numbers as text, so that nothing is lost."""
    return [
        {"up_to": None if t.up_to is None else f"{t.up_to.normalize():f}", "amount": f"{t.amount}"}
        for t in tiers
    ]


def line_words(line: Line, currency: str) -> str:
    """One price in words: “Help desk: EUR 40 for each user a month, from month 4”."""
    per = PERIOD_WORDS.get(line.period, "")
    amount = "price not said" if line.amount is None else f"{currency} {_price(line.amount)}"
    if line.kind == TIERED:
        amount = f"{write_tiers(line.tiers)} ({currency})"
    if line.kind == ONE_OFF:
        per = " once"
    many = f" × {number(line.quantity)}" if line.quantity is not None else ""
    if not many and line.counted_by and line.kind != HOURLY_BANK:
        many = f" for each {EACH_WORDS[line.counted_by]}"
    if line.included_hours is not None:
        hours = "hour" if line.included_hours == 1 else "hours"
        many += f" for {number(line.included_hours)} {hours}"
    if line.extra_amount is not None:
        many += f", further ones {currency} {_price(line.extra_amount)} each"
    months = f", from month {line.from_month}" if line.from_month and line.kind != ONE_OFF else ""
    months += f", until month {line.to_month}" if line.to_month else ""
    return f"{line.label}: {amount}{many}{per}{months}"


def _price(amount: Decimal) -> str:
    """Whole, with cents, or as precise as it was said: 40, 11.50, 0.0035."""
    cents = amount.quantize(Decimal("0.01"))
    whole = amount == amount.to_integral_value()
    return number(amount) if whole or cents != amount else f"{cents:,}"


# Values from a proposal ---------------------------------------------------------------------------


def values_from_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A price table as a proposal keeps it (ProposalAnswer.value, all text) as put_quote takes it.

    Raises:
        ValueError: naming what can't be read.
    """
    return {
        "currency": str(answer.get("currency") or "")[:3].upper(),
        "source": "proposal",
        "rise_percent": _decimal(answer, "rise_percent"),
        "exit_fee": _decimal(answer, "exit_fee"),
        "quoted_on": _day(answer, "quoted_on"),
        "valid_until_on": _day(answer, "valid_until_on"),
        "note": str(answer.get("note") or "")[:4000],
        "lines": [_line_values(line) for line in answer.get("lines") or []],
    }


def _line_values(line: Mapping[str, Any]) -> dict[str, Any]:
    values = {**EMPTY_LINE, **{name: line[name] for name in LINE_FIELDS if name in line}}
    values |= {name: _decimal(values, name) for name in _DECIMALS}
    for name in _MONTHS:
        values[name] = int(values[name]) if values[name] not in (None, "") else None
    values["tiers"] = values["tiers"] or []
    values["rises"] = values["rises"] is not False
    return values


def _decimal(values: Mapping[str, Any], name: str) -> Decimal | None:
    text = values.get(name)
    if text in (None, ""):
        return None
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        raise ValueError(f"{name}: “{text}” is no number.") from None
    if not found.is_finite():
        raise ValueError(f"{name}: “{text}” is no number.")
    return found


def _day(values: Mapping[str, Any], name: str) -> dt.date | None:
    text = values.get(name)
    return None if text in (None, "") else dt.date.fromisoformat(str(text))


# The mark -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CostScale:
    """The scale of the Cost criterion, fixed before scoring: the totals for 0 and for 100 points, and the
    marks between which a judged criterion runs. `measured`: the total itself is the mark."""

    worst: Decimal
    best: Decimal
    low_mark: Decimal = Decimal(0)
    high_mark: Decimal = Decimal(5)
    measured: bool = False

    def share(self, total: Decimal) -> Decimal:
        """0 at `worst` and beyond, 1 at `best` and beyond, evenly between."""
        share = (total - self.worst) / (self.best - self.worst)
        return min(max(share, Decimal(0)), Decimal(1))

    def points(self, total: Decimal) -> Decimal:
        return self.share(total) * MOST_POINTS

    def exact_mark(self, total: Decimal) -> Decimal:
        """On the criterion's scale, with two decimals: 3.48. Of a measured criterion the total."""
        return total if self.measured else self._judged(total, Decimal("0.01"))

    def mark(self, total: Decimal) -> Decimal:
        """What can be entered: from 0 to 5 whole marks, on another scale one decimal; half up."""
        if self.measured:
            return total
        by_hand = self.low_mark == 0 and self.high_mark == 5
        return self._judged(total, Decimal(1) if by_hand else Decimal("0.1"))

    def _judged(self, total: Decimal, step: Decimal) -> Decimal:
        exact = self.low_mark + (self.high_mark - self.low_mark) * self.share(total)
        return exact.quantize(step, ROUND_HALF_UP)
