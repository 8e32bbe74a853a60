"""Where one quote becomes dearer than another as a number grows. Pure; reckoned as planning/costs.py does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planning.costs import HOURLY_BANK, PER_MONTH, TIERED, Assumptions, Quote, cost_of


@dataclass(frozen=True)
class Crossing:
    """Up to `at` the one costs as much or less, above it more: exact."""

    at: Fraction
    first_is_dearer: bool  # above it


@dataclass(frozen=True)
class BreakEven:
    """Two quotes as one number goes from `low` to `high`: where they change places. `dearer` says which
    is the dearer one at `low` (1, 2, or 0: neither anywhere); `high` may be less than what was asked if
    the tiers end before."""

    low: Fraction
    high: Fraction
    dearer: int
    crossings: tuple[Crossing, ...]


def break_even(
    one: Quote, two: Quote, assumptions: Assumptions, counts: str, low: Decimal, high: Decimal
) -> BreakEven | None:
    """Where one quote becomes dearer than the other if that many are held in every month of the term.

    Between the ends of tiers and banks of hours the totals are straight lines, so the crossings are exact.
    The other numbers are the expected ones. None if either can't be reckoned.
    """
    still = [_total(quote, assumptions, counts, moving=False) for quote in (one, two)]
    if still[0] is None or still[1] is None:
        return None
    found: list[tuple[Fraction, Fraction]] = []
    for at in _corners([one, two], counts, Fraction(low), Fraction(high)):
        held = replace(assumptions, held={**assumptions.held, counts: at})
        first, second = (_total(quote, held, counts, moving=True) for quote in (one, two))
        if first is None or second is None:
            break
        found.append((at, still[0] + first - still[1] - second))
    if not found:
        return None
    signs = [difference for _, difference in found if difference]
    dearer = 0 if not signs else 1 if signs[0] > 0 else 2
    return BreakEven(found[0][0], found[-1][0], dearer, tuple(_crossings(found)))


def _total(quote: Quote, assumptions: Assumptions, counts: str, *, moving: bool) -> Fraction | None:
    """Of the lines that follow that number, or of all others with the exit fee; None if it is not known."""
    lines = tuple(line for line in quote.lines if (line.counted_by == counts) == moving)
    if not lines and quote.lines:
        return Fraction(0) if moving else Fraction(quote.exit_fee or 0) * Fraction(quote.rate or 0)
    cost = cost_of(
        replace(quote, lines=lines, exit_fee=None if moving else quote.exit_fee), assumptions
    )
    return sum(cost.exact_months, Fraction(0)) if cost.is_complete else None


def _corners(quotes: Iterable[Quote], counts: str, low: Fraction, high: Fraction) -> list[Fraction]:
    """Where the slope of a total may change, with both ends."""
    found = {low, high}
    for line in (line for quote in quotes for line in quote.lines):
        if line.counted_by != counts:
            continue
        size = line.months_of_period if counts in PER_MONTH else 1
        ends = [tier.up_to for tier in line.tiers] if line.kind == TIERED else []
        ends += [line.included_hours] if line.kind == HOURLY_BANK else []
        found |= {Fraction(end) / size for end in ends if end is not None}
    return sorted(at for at in found if low <= at <= high)


def _crossings(found: Sequence[tuple[Fraction, Fraction]]) -> Iterable[Crossing]:
    """From the differences at the corners; where both cost the same for a while, it ends there."""
    sign, same_at = Fraction(0), None
    last = found[0]
    for at, difference in found:
        if not difference:
            same_at = at
        else:
            if sign * difference < 0:
                share = last[1] / (last[1] - difference)
                between = last[0] + (at - last[0]) * share
                yield Crossing(between if same_at is None else same_at, difference > 0)
            sign, same_at = difference, None
        last = at, difference
