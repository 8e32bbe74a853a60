"""What a contract costs: price lines over any span of days. Pure; exact until rounded once at the end.

Months are those of the contract, counted from its start, so that a term of twelve months costs twelve
monthly prices whatever day it begins on. A part of a month counts by its days: 10 of 30 days are a third.
Amounts rise on each anniversary of the start after the day that they are of (`priced_on`), compounding, by
the agreed percentage or its cap, whichever is less. Money is rounded half up to cents, at the end only.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.terms import add_months
from core.money import cents
from core.tiers import Tier, price_of

FLAT, PER_USER, PER_DEVICE = "flat", "per_user", "per_device"
TIERED, HOURLY_BANK, ONE_OFF = "tiered", "hourly_bank", "one_off"
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
NO_FEE, FIXED_FEE, MONTHS_FEE, SHARE_FEE = "none", "fixed", "months", "remaining"
_YEAR = 12


@dataclass(frozen=True)
class Line:
    """One price line, as models.PriceLine describes it; what is None was not said."""

    kind: str
    label: str = ""
    amount: Decimal | None = None
    period: str = ""
    quantity: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    escalates: bool = True
    due_on: dt.date | None = None


@dataclass(frozen=True)
class Prices:
    """The price lines of one version of the terms, which count from `from_on` on.

    `rise_percent` a year, from the first anniversary of `start_on` after `priced_on`. One-off fees
    without a day are due on the day from which the version counts.
    """

    lines: tuple[Line, ...]
    start_on: dt.date
    from_on: dt.date
    priced_on: dt.date
    rise_percent: Decimal = Decimal(0)


def rise(escalator: Decimal | None, cap: Decimal | None) -> Decimal:
    """By how many percent a year the price rises: the agreed rise, its cap at most."""
    if escalator is None:
        return Decimal(0)
    return escalator if cap is None else min(escalator, cap)


def of_period(line: Line) -> Decimal | None:
    """The price of one period before any rise (of a one-off fee: the fee); None if something is missing."""
    if line.kind in (FLAT, HOURLY_BANK, ONE_OFF):
        return line.amount
    if line.quantity is None:
        return None
    if line.kind == TIERED:
        return price_of(line.tiers, line.quantity)
    return None if line.amount is None else line.amount * line.quantity


def is_complete(line: Line) -> bool:
    """Is all said that the line's price needs?"""
    return of_period(line) is not None and (line.kind == ONE_OFF or line.period in MONTHS_OF)


# On one day -------------------------------------------------------------------------------------


def rises(prices: Prices, day: dt.date) -> int:
    """How many times the price has risen until `day`."""
    return max(0, _years(prices.start_on, day) - _years(prices.start_on, prices.priced_on))


def factor(prices: Prices, line: Line, day: dt.date) -> Fraction:
    """By what the line's amounts are multiplied on `day`."""
    if not line.escalates or line.kind == ONE_OFF:
        return Fraction(1)
    return (1 + Fraction(prices.rise_percent) / 100) ** rises(prices, day)


def yearly_of(prices: Prices, line: Line, day: dt.date) -> Fraction | None:
    """What the line costs in twelve months at the price of `day`, before rounding; None for a one-off
    fee, and if something is missing."""
    month = _of_month(line)
    return None if month is None else month * _YEAR * factor(prices, line, day)


def yearly_cost(prices: Prices, day: dt.date) -> Decimal | None:
    """What all lines cost in twelve months at the prices of `day`; None if any of them is not complete,
    or there is none. One-off fees are not in it."""
    if not prices.lines or not all(is_complete(line) for line in prices.lines):
        return None
    each = (yearly_of(prices, line, day) for line in prices.lines)
    return cents(sum((one for one in each if one is not None), Fraction(0)))


# Over a span ------------------------------------------------------------------------------------


def cost(versions: Sequence[Prices], from_on: dt.date, to_on: dt.date) -> Decimal | None:
    """What the contract costs from `from_on` until the day before `to_on`, in cents.

    `versions` as they follow each other; each counts from its `from_on` until the next one's. None if a
    price that falls into the span is not complete, or there is no price.
    """
    exact = exact_cost(versions, from_on, to_on)
    return None if exact is None else cents(exact)


def exact_cost(versions: Sequence[Prices], from_on: dt.date, to_on: dt.date) -> Fraction | None:
    """The same before rounding: costs of adjacent spans add up exactly."""
    total = Fraction(0)
    for prices, low, high in _spans(versions, from_on, to_on):
        if not prices.lines or not all(is_complete(line) for line in prices.lines):
            return None
        for line in prices.lines:
            total += _line_cost(prices, line, low, high)
    return total if versions else None


def fee_of_leaving(
    rule: str,
    value: Decimal | None,
    *,
    versions: Sequence[Prices],
    leave_on: dt.date,
    term_ends_on: dt.date,
) -> Decimal | None:
    """What it costs to end the contract on `leave_on`, before its term ends; None if it is not known.

    By the rule: nothing, a fixed amount, so many months' price of that day, or a percentage of what the
    rest of the term would cost.
    """
    if rule == NO_FEE or (rule and leave_on >= term_ends_on):
        return Decimal("0.00")
    if value is None or not rule:
        return None
    if rule == FIXED_FEE:
        return cents(Fraction(value))
    if rule == MONTHS_FEE:
        now = _in_force(versions, leave_on)
        yearly = yearly_cost(now, leave_on) if now else None
        return None if yearly is None else cents(Fraction(yearly) / _YEAR * Fraction(value))
    rest = exact_cost(versions, leave_on, term_ends_on)
    return None if rest is None else cents(rest * Fraction(value) / 100)


def _in_force(versions: Sequence[Prices], day: dt.date) -> Prices | None:
    begun = [prices for prices in versions if prices.from_on <= day]
    return begun[-1] if begun else (versions[0] if versions else None)


def _spans(
    versions: Sequence[Prices], from_on: dt.date, to_on: dt.date
) -> Iterator[tuple[Prices, dt.date, dt.date]]:
    """Which version counts from when to when; fees due before the first one's day are still its own."""
    for at, prices in enumerate(versions):
        low = from_on if at == 0 else max(from_on, prices.from_on)
        high = to_on if at + 1 == len(versions) else min(to_on, versions[at + 1].from_on)
        if low < high:
            yield prices, low, high


def _line_cost(prices: Prices, line: Line, low: dt.date, high: dt.date) -> Fraction:
    if line.kind == ONE_OFF:
        due_on = line.due_on or prices.from_on
        return Fraction(line.amount or 0) if low <= due_on < high else Fraction(0)
    low = max(low, prices.from_on)
    month = _of_month(line)
    if month is None or low >= high:
        return Fraction(0)
    total = Fraction(0)
    while low < high:
        step = min(high, _next_anniversary(prices.start_on, low))
        months = position(prices.start_on, step) - position(prices.start_on, low)
        total += month * months * factor(prices, line, low)
        low = step
    return total


def _of_month(line: Line) -> Fraction | None:
    if line.kind == ONE_OFF or not is_complete(line):
        return None
    return Fraction(of_period(line) or 0) / MONTHS_OF[line.period]


# Counting -----------------------------------------------------------------------------------------


def position(start_on: dt.date, day: dt.date) -> Fraction:
    """How many months of the contract lie before `day`; negative before its start."""
    months = (day.year - start_on.year) * _YEAR + day.month - start_on.month
    if add_months(start_on, months) > day:
        months -= 1
    begins = add_months(start_on, months)
    length = (add_months(start_on, months + 1) - begins).days
    return months + Fraction((day - begins).days, length)


def _years(start_on: dt.date, day: dt.date) -> int:
    """How many anniversaries of the start there were until `day`; 0 before the first."""
    return max(0, int(position(start_on, day) // _YEAR))


def _next_anniversary(start_on: dt.date, day: dt.date) -> dt.date:
    return add_months(start_on, (int(position(start_on, day) // _YEAR) + 1) * _YEAR)


def next_rise(prices: Prices, day: dt.date) -> dt.date | None:
    """The first day after `day` on which prices rise; None if they don't."""
    if not prices.rise_percent or not any(
        line.escalates and line.kind != ONE_OFF for line in prices.lines
    ):
        return None
    return _next_anniversary(prices.start_on, max(day, prices.priced_on, prices.start_on))


def risen(amount: Decimal | None, times: Fraction) -> Decimal | None:
    """An amount after its rises, in cents; None stays None."""
    return amount if amount is None or times == 1 else cents(Fraction(amount) * times)
