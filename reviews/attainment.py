"""What a measured value says about its promise, and what a miss gives back. Pure.

A value is rounded to four decimals towards the worse, as the limits of a promise have four at most: so
99.49999 stays 99.4999 and is never rounded into a promise that was kept. Money is rounded half up to
cents, once for the price of the window and once for the credit on it.
"""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

from contracts import money
from contracts.level_credits import BELOW, credit_for, measure_of
from contracts.level_shape import MOST
from contracts.level_words import PERCENT, SCORE, Level, amount, number
from core.money import cents
from core.periods import A_DAY, Period

PLACES = Decimal("0.0001")
LARGEST = Decimal("999999999999")
BETTER, WORSE, SAME = "better", "worse", "same"
NOT_COUNTED = "Here the value itself is measured; write one number."


# Values ---------------------------------------------------------------------------------------------


def is_counted(level: Level) -> bool:
    """Can the value be computed from two numbers: cases kept of all cases, or points of answers?"""
    return level.share is not None or level.unit in (PERCENT, SCORE)


def computed(level: Level, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The value from two numbers: percent of cases, or points an answer; None for 0 of 0, no cases.

    Raises:
        ValueError: they can't be; the message may be read by a person.
    """
    if not is_counted(level):
        raise ValueError(NOT_COUNTED)
    for one in (numerator, denominator):
        _check_size(one)
    if denominator == 0:
        if numerator:
            raise ValueError("Of 0 there can be none. If there were no cases, write 0 of 0.")
        return None
    in_percent = measure_of(level).unit == PERCENT
    if in_percent and numerator > denominator:
        raise ValueError(f"{number(numerator)} of {number(denominator)} is more than all of them.")
    exact = Fraction(numerator) / Fraction(denominator) * (100 if in_percent else 1)
    value = rounded(level, exact)
    check(level, value)
    return value


def rounded(level: Level, exact: Fraction) -> Decimal:
    """To four decimals, towards the worse: on the same side of every limit as the exact number."""
    down = measure_of(level).side == BELOW
    with localcontext(prec=60):
        units = exact * 10_000
        whole = units.numerator // units.denominator
        if not down and units.denominator != 1:
            whole += 1
        return Decimal(whole).scaleb(-4)


def check(level: Level, value: Decimal) -> None:
    """Raises ValueError, in words, for what can't have been measured in this unit."""
    _check_size(value)
    unit = measure_of(level).unit
    if unit in (PERCENT, SCORE) and value > MOST[unit]:
        raise ValueError(f"More than {amount(MOST[unit], unit)} can’t be measured.")


def _check_size(value: Decimal) -> None:
    if value < 0:
        raise ValueError("This can’t be less than 0.")
    if value > LARGEST:
        raise ValueError("This number is too large to be right.")
    if value != value.quantize(PLACES, ROUND_FLOOR):
        raise ValueError("At most four decimals, please.")


def is_kept(level: Level, value: Decimal | None) -> bool | None:
    """Was the promise kept? None without cases."""
    if value is None:
        return None
    measure = measure_of(level)
    return not measure.is_worse(value, measure.promised)


# Over several windows -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attainment:
    """In how many windows the promise was kept, of those in which that can be told."""

    kept: int
    measured: int

    @property
    def missed(self) -> int:
        return self.measured - self.kept

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1; None while nothing is measured."""
        return Decimal(self.kept) / self.measured if self.measured else None


def attainment(kept: Sequence[bool | None]) -> Attainment:
    """Of one answer a window; None for a window that is not measured, or had no cases."""
    told = [one for one in kept if one is not None]
    return Attainment(sum(told), len(told))


def trend(level: Level, values: Sequence[Decimal | None]) -> str:
    """How the latest value stands to the one before it: better, worse or same; "" while there are
    fewer than two. `values` oldest first; windows without a value are passed over."""
    told = [value for value in values if value is not None]
    if len(told) < 2:
        return ""
    before, latest = told[-2:]
    if latest == before:
        return SAME
    return WORSE if measure_of(level).is_worse(latest, before) else BETTER


# Credits --------------------------------------------------------------------------------------------


def credit_percent(level: Level, value: Decimal | None) -> Decimal:
    """How many percent of the window's price the contract gives back for this value; 0 for none."""
    return Decimal(0) if value is None else credit_for(level, value)


def window_price(versions: Sequence[money.Prices], counts: Period) -> Decimal | None:
    """What these days cost, in cents, without one-off fees; None if a price is not said.

    A whole month costs one monthly price, a part of it the share of its days; where a price rises or an
    amendment brings another, each counts for its days. `versions` as they follow each other; the first
    one also counts before its day.
    """
    total, day, end = Fraction(0), counts.first_on, counts.last_on + A_DAY
    while day < end:
        at = _version_at(versions, day)
        if at is None:
            return None
        month = _monthly(versions[at], day)
        if month is None:
            return None
        step = _next_change(versions, at, day, end)
        length = calendar.monthrange(day.year, day.month)[1]
        total += month * Fraction((step - day).days, length)
        day = step
    return cents(total)


def _version_at(versions: Sequence[money.Prices], day: dt.date) -> int | None:
    begun = [at for at, prices in enumerate(versions) if prices.from_on <= day]
    return begun[-1] if begun else (0 if versions else None)


def _monthly(prices: money.Prices, day: dt.date) -> Fraction | None:
    lines = [line for line in prices.lines if line.kind != money.ONE_OFF]
    if not lines or not all(money.is_complete(line) for line in lines):
        return None
    each = (money.yearly_of(prices, line, day) for line in lines)
    return sum((one for one in each if one is not None), Fraction(0)) / 12


def _next_change(versions: Sequence[money.Prices], at: int, day: dt.date, end: dt.date) -> dt.date:
    """The first day after `day` from which something else may count: another month, price or version."""
    length = calendar.monthrange(day.year, day.month)[1]
    days = [end, day.replace(day=length) + A_DAY]
    days += [prices.from_on for prices in versions if prices.from_on > day]
    rise = money.next_rise(versions[at], day)
    return min([*days, rise] if rise else days)


def credit_amount(price: Decimal | None, percent: Decimal) -> Decimal | None:
    """So many percent of the window's price, half up to cents; None while the price is not known."""
    return None if price is None else cents(Fraction(price) * Fraction(percent) / 100)


def claim_by(last_on: dt.date, claim_days: int | None) -> dt.date | None:
    """The last day for a claim: so many days after the window's last one, the earliest reading of such
    a clause; None if the contract sets none."""
    return None if claim_days is None else last_on + dt.timedelta(days=claim_days)
