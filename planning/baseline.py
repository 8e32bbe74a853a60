"""What a service costs in-house today, as prices like those of a vendor (product.md P9). Pure.

Each part is its amount x quantity x share, each month, quarter, year, or once. The price of a period is rounded
half up to cents, so that it can be read in a quote; everything else follows planning/costs.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from core.money import cents
from planning.costs import FLAT, MONTHS_OF, ONE_OFF, Assumptions, Cost, Line, Quote, cost_of

ONCE = "once"
YEAR = 12
LONGEST_LABEL = 200


class Part(Protocol):
    """A part of the in-house cost, such as a planning.BaselineLine."""

    label: str
    amount: Decimal
    quantity: Decimal
    share_percent: Decimal
    period: str


@dataclass(frozen=True)
class Baseline:
    """The whole: what a year costs now, what is paid once, and all over the term (None: no term, or
    nothing was entered)."""

    yearly: Decimal
    once: Decimal
    over_term: Cost | None

    @property
    def total(self) -> Decimal | None:
        return self.over_term.total if self.over_term else None


def price_of(part: Part) -> Decimal:
    """What the part costs each period, or once."""
    share = Fraction(part.share_percent) / 100
    return cents(Fraction(part.amount) * Fraction(part.quantity) * share)


def yearly_of(part: Part) -> Decimal | None:
    """What it costs in twelve months; None for what is paid once."""
    return None if part.period == ONCE else price_of(part) * (YEAR // MONTHS_OF[part.period])


def formula_of(part: Part) -> str:
    """“52,000 × 2 × 35 %”; what makes no difference is left out."""
    text = number(part.amount)
    if part.quantity != 1:
        text += f" × {number(part.quantity)}"
    if part.share_percent != 100:
        text += f" × {number(part.share_percent)} %"
    return text


def number(value: Decimal) -> str:
    """52,000 or 12.5: no zeros that say nothing."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def line_of(part: Part) -> Line:
    """The part as a line of a quote; how its price came about stands in its label."""
    formula = formula_of(part)
    label = part.label
    if formula != number(part.amount) and len(label) + len(formula) + 3 <= LONGEST_LABEL:
        label += f" ({formula})"
    if part.period == ONCE:
        return Line(ONE_OFF, label, price_of(part), rises=False)
    return Line(FLAT, label, price_of(part), part.period)


def quote_of(parts: Iterable[Part], rise_percent: Decimal | None) -> Quote:
    """All parts together; leaving oneself costs nothing."""
    return Quote(tuple(map(line_of, parts)), Decimal(1), rise_percent, Decimal(0))


def reckon(
    parts: Sequence[Part],
    *,
    term_months: int | None,
    rise_percent: Decimal | None = None,
    discount_percent: Decimal | None = None,
) -> Baseline:
    """The sums of the parts."""
    yearly = sum((yearly_of(part) or Decimal(0) for part in parts), Decimal(0))
    once = sum((price_of(part) for part in parts if part.period == ONCE), Decimal(0))
    over = None
    if parts and term_months:
        assumptions = Assumptions(term_months, discount_percent or Decimal(0))
        over = cost_of(quote_of(parts, rise_percent), assumptions)
    return Baseline(yearly, once, over)


def quote_values(
    parts: Sequence[Part], *, currency: str, rise_percent: Decimal | None, note: str = ""
) -> dict[str, Any]:
    """The in-house cost as evaluations.actions.costing.put_quote takes it."""
    lines = [line_of(part) for part in parts]
    return {
        "currency": currency,
        "source": "baseline",
        "rise_percent": rise_percent,
        "exit_fee": Decimal(0),
        "note": note,
        "lines": [
            {
                "kind": line.kind,
                "label": line.label,
                "amount": line.amount,
                "period": line.period,
                "rises": line.rises,
            }
            for line in lines
        ],
    }
