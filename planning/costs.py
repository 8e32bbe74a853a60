"""What a quote really costs over the term (product.md E4, P9): totals, months, present value. Where two of them
change places says planning/break_even.py.

How it is reckoned, so that everybody can do it by hand:

* Month 1 is the first of the term. A price of a quarter or a year is spread evenly over its months.
* Numbers of users, devices, volume and hours grow evenly from month 1 (today's number) to the last month (the
  expected one). Users and devices are whole in each month, volume and hours have two places; half up.
* Volume and hours are those of a month. A price that is said per quarter or year meets three or twelve times
  as many; a fixed `quantity` of a line is that of its period.
* Prices rise by the yearly percentage after each twelve months of the term, compounding. One-off fees and the
  exit fee, which falls into the last month, don't.
* A month's cost counts at its end in the present value: divided by (1 + rate) ^ (month / 12).

Everything is exact (fractions) and rounded half up to cents once, at the end; parts that are shown below each
other are rounded as they add up, so that their sum is the total. Pure: no Django, no clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property

from core.money import cents
from core.tiers import Tier

FLAT, PER_USER, PER_DEVICE, PER_UNIT = "flat", "per_user", "per_device", "per_unit"
TIERED, HOURLY_BANK, ONE_OFF = "tiered", "hourly_bank", "one_off"
LICENCE, OUT_OF_SCOPE = "licence", "out_of_scope"
USERS, DEVICES, VOLUME, HOURS = COUNTS = ("users", "devices", "volume", "hours")
LOW, BASE, HIGH = CASES = ("low", "base", "high")
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
COUNTED_BY = {
    PER_USER: USERS,
    PER_DEVICE: DEVICES,
    PER_UNIT: VOLUME,
    HOURLY_BANK: HOURS,
    OUT_OF_SCOPE: HOURS,
}
SHORTEST, LONGEST = 12, 60
LARGEST = 10**15  # for one line over the term
_YEAR = 12
PER_MONTH = (VOLUME, HOURS)
_WITHOUT_PERIOD = (ONE_OFF, PER_UNIT, OUT_OF_SCOPE)
_FINE = 60  # digits; far beyond what cents can show
_PLACES = {USERS: 1, DEVICES: 1, VOLUME: 100, HOURS: 100}


@dataclass(frozen=True)
class Assumptions:
    """What every quote is reckoned with. `today`: the numbers of month 1; `growth`: {counts: {case: number
    of the last month}}. `held`: numbers that stay the same in every month, whatever the others say."""

    term_months: int
    discount_percent: Decimal = Decimal(0)
    today: Mapping[str, Decimal] = field(default_factory=dict)
    growth: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    held: Mapping[str, Fraction] = field(default_factory=dict)
    _known: dict[tuple[str, int, str], Fraction | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def count(self, counts: str, month: int, case: str = BASE) -> Fraction | None:
        """How many there are in that month; None if it was not said. A case that was not said is the
        expected one; without any expectation today's number stays."""
        if counts in self.held:
            return self.held[counts]
        key = counts, month, case
        if key not in self._known:
            self._known[key] = self._count(counts, month, case)
        return self._known[key]

    def _count(self, counts: str, month: int, case: str) -> Fraction | None:
        first = self.today.get(counts)
        expected = self.growth.get(counts) or {}
        last = expected.get(case, expected.get(BASE)) if expected else first
        if first is None or last is None:
            return None
        share = Fraction(month - 1, self.term_months - 1) if self.term_months > 1 else Fraction(1)
        exact = Fraction(first) + (Fraction(last) - Fraction(first)) * share
        size = _PLACES[counts]
        return Fraction((exact * size * 2 + 1) // 2, size)


@dataclass(frozen=True)
class Line:
    """One line of a quote, as evaluations.QuoteLine describes it; what is None was not said."""

    kind: str
    label: str = ""
    amount: Decimal | None = None
    period: str = ""
    counts: str = ""
    quantity: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    included_hours: Decimal | None = None
    extra_amount: Decimal | None = None
    from_month: int | None = None
    to_month: int | None = None
    rises: bool = True

    @property
    def counted_by(self) -> str:
        """Which number its cost follows; empty: none."""
        if self.quantity is not None or self.kind in (FLAT, ONE_OFF):
            return ""
        return COUNTED_BY.get(self.kind, self.counts)

    @property
    def months_of_period(self) -> int:
        """1, 3 or 12; a price per unit or hour without a period is that of a month."""
        return MONTHS_OF.get(self.period, 1)


@dataclass(frozen=True)
class Quote:
    """A candidate's prices. `rate`: one unit of its currency in that of the comparison; None: not known."""

    lines: tuple[Line, ...] = ()
    rate: Decimal | None = Decimal(1)
    rise_percent: Decimal | None = None
    exit_fee: Decimal | None = None


# One month ----------------------------------------------------------------------------------------


def units(line: Line, assumptions: Assumptions, month: int, case: str = BASE) -> Fraction | None:
    """How many the line is paid for in one of its periods, at the numbers of that month."""
    if line.quantity is not None:
        return Fraction(line.quantity)
    if not line.counted_by:
        return None
    count = assumptions.count(line.counted_by, month, case)
    if count is None:
        return None
    return count * line.months_of_period if line.counted_by in PER_MONTH else count


def tier_price(tiers: Sequence[Tier], quantity: Fraction) -> Fraction | None:
    """Each unit at the price of its own tier; None if there are more units than tiers."""
    total, below = Fraction(0), Fraction(0)
    for tier in tiers:
        top = quantity if tier.up_to is None else min(Fraction(tier.up_to), quantity)
        total += max(top - below, Fraction(0)) * Fraction(tier.amount)
        below = max(below, top)
    return total if tiers and below >= quantity else None


def price(line: Line, quantity: Fraction | None) -> Fraction | None:
    """What one period costs for that many units (of a one-off: the fee), before any rise; None if
    something is missing. A bank of hours of which nobody said how many are needed costs its price."""
    if line.kind == TIERED:
        return None if quantity is None else tier_price(line.tiers, quantity)
    if line.amount is None:
        return None
    amount = Fraction(line.amount)
    if line.kind in (FLAT, ONE_OFF):
        return amount
    if line.kind == HOURLY_BANK:
        return _bank(line, amount, quantity)
    return None if quantity is None else amount * quantity


def _bank(line: Line, amount: Fraction, hours: Fraction | None) -> Fraction | None:
    if hours is None or (line.included_hours is not None and hours <= line.included_hours):
        return amount
    if line.included_hours is None or line.extra_amount is None:
        return None
    return amount + (hours - Fraction(line.included_hours)) * Fraction(line.extra_amount)


def months_paid(line: Line, term_months: int) -> range:
    """The months of the term in which the line costs something."""
    first = line.from_month or 1
    last = first if line.kind == ONE_OFF else line.to_month or term_months
    return range(first, min(last, term_months) + 1)


def factor(line: Line, rise_percent: Decimal | None, month: int) -> Fraction:
    """By what its amounts are multiplied in that month."""
    if line.kind == ONE_OFF or not line.rises or not rise_percent:
        return Fraction(1)
    return (1 + Fraction(rise_percent) / 100) ** ((month - 1) // _YEAR)


# Over the term ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineCost:
    """One line over the term: its cost in each month, exact, in the currency of the comparison; what is
    missing to reckon it."""

    line: Line
    months: tuple[Fraction, ...]
    missing: str = ""

    @property
    def exact(self) -> Fraction:
        return sum(self.months, Fraction(0))


@dataclass(frozen=True)
class Cost:
    """A quote over the term in one case. `missing`: why there is no total; `left_out`: what is not in it
    because nobody said it."""

    case: str
    lines: tuple[LineCost, ...]
    exit_fee: Fraction
    term_months: int
    discount_percent: Decimal
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @cached_property
    def exact_months(self) -> tuple[Fraction, ...]:
        """What each month costs, the exit fee in the last one."""
        sums = [
            sum(each, Fraction(0)) for each in zip(*(c.months for c in self.lines), strict=True)
        ]
        sums = sums or [Fraction(0)] * self.term_months
        return (*sums[:-1], sums[-1] + self.exit_fee)

    @cached_property
    def total(self) -> Decimal | None:
        """Over the whole term, in cents; None if something is missing."""
        return cents(sum(self.exact_months, Fraction(0))) if self.is_complete else None

    @property
    def months(self) -> list[Decimal]:
        """Each month in cents; they add up to the total."""
        return parts(self.exact_months) if self.is_complete else []

    @property
    def line_totals(self) -> list[Decimal]:
        """Each line over the term, and the exit fee last; they add up to the total."""
        return parts([*(each.exact for each in self.lines), self.exit_fee])

    @cached_property
    def present_value(self) -> Decimal | None:
        """The total in today's money, by the discount rate."""
        if not self.is_complete or not self.discount_percent:
            return self.total
        return present_value(self.exact_months, self.discount_percent)


def cost_of(quote: Quote, assumptions: Assumptions, case: str = BASE) -> Cost:
    """The quote over the term in one case."""
    lines = tuple(_line_cost(line, quote, assumptions, case) for line in quote.lines)
    missing = [each.missing for each in lines if each.missing]
    if not lines:
        missing.append("There are no prices yet.")
    if quote.rate is None:
        missing.append("The exchange rate is not said.")
    return Cost(
        case=case,
        lines=lines,
        exit_fee=Fraction(quote.exit_fee or 0) * Fraction(quote.rate or 0),
        term_months=assumptions.term_months,
        discount_percent=assumptions.discount_percent,
        missing=tuple(missing),
        left_out=tuple(_left_out(quote, assumptions)),
    )


def all_cases(quote: Quote, assumptions: Assumptions) -> dict[str, Cost]:
    """The same in the low, the expected (base) and the high case."""
    return {case: cost_of(quote, assumptions, case) for case in CASES}


def _line_cost(line: Line, quote: Quote, assumptions: Assumptions, case: str) -> LineCost:
    term, rate = assumptions.term_months, Fraction(quote.rate or 0)
    months = [Fraction(0)] * term
    known: dict[tuple[Fraction | None, int], Fraction] = {}
    for month in months_paid(line, term):
        quantity = units(line, assumptions, month, case)
        key = quantity, (month - 1) // _YEAR
        if key not in known:
            of_period = price(line, quantity)
            if of_period is None or (not line.period and line.kind not in _WITHOUT_PERIOD):
                return LineCost(line, tuple(months), lacks(line, assumptions, month, case))
            size = 1 if line.kind == ONE_OFF else line.months_of_period
            known[key] = of_period / size * factor(line, quote.rise_percent, month) * rate
        months[month - 1] = known[key]
    if max(months) * term > LARGEST:
        name = f"“{line.label}”" if line.label else "A price line"
        return LineCost(
            line, (Fraction(0),) * term, f"{name}: it comes to more than can be reckoned."
        )
    return LineCost(line, tuple(months))


def lacks(line: Line, assumptions: Assumptions, month: int, case: str = BASE) -> str:
    """Why the line can't be reckoned in that month, as a sentence."""
    name = f"“{line.label}”" if line.label else "A price line"
    quantity = units(line, assumptions, month, case)
    if line.kind == TIERED and not line.tiers:
        return f"{name}: its tiers are not said."
    if line.kind != TIERED and line.amount is None:
        return f"{name}: what it costs is not said."
    if line.kind not in (FLAT, ONE_OFF, HOURLY_BANK) and quantity is None:
        return f"{name}: how many {line.counted_by or 'it is for'} is not said."
    if line.kind == TIERED and quantity is not None and tier_price(line.tiers, quantity) is None:
        return f"{name}: its tiers end before {_plain(quantity)}."
    if line.kind == HOURLY_BANK and line.included_hours is None and quantity is not None:
        return f"{name}: how many hours are included is not said."
    if line.kind == HOURLY_BANK and price(line, quantity) is None:
        hours = _plain(quantity or Fraction(0))
        return f"{name}: {hours} hours are needed; what those beyond the bank cost is not said."
    return f"{name}: whether that is a month, a quarter or a year is not said."


def _left_out(quote: Quote, assumptions: Assumptions) -> Iterable[str]:
    if quote.rise_percent is None and assumptions.term_months > _YEAR:
        yield "Whether prices rise each year is not said; no rise is counted."
    if quote.exit_fee is None:
        yield "Whether leaving costs anything is not said; nothing is counted."
    for line in quote.lines:
        if line.kind == HOURLY_BANK and units(line, assumptions, 1) is None:
            yield f"“{line.label}”: how many hours we need is not said; only the bank itself is counted."


def _plain(number: Fraction) -> str:
    text = f"{cents(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parts(exact: Sequence[Fraction]) -> list[Decimal]:
    """Amounts in cents that add up to the rounded sum: each is what the running sum, rounded, grows by."""
    shown, running, before = [], Fraction(0), Decimal("0.00")
    for amount in exact:
        running += amount
        now = cents(running)
        shown.append(now - before)
        before = now
    return shown


def present_value(months: Sequence[Fraction], discount_percent: Decimal) -> Decimal:
    """What the months cost in today's money: each divided by (1 + rate) ^ (month / 12), in cents."""
    with localcontext() as context:
        context.prec = _FINE
        yearly = 1 + discount_percent / 100
        total = Decimal(0)
        for month, amount in enumerate(months, 1):
            value = Decimal(amount.numerator) / Decimal(amount.denominator)
            total += value / yearly ** (Decimal(month) / _YEAR)
        return cents(Fraction(total))


def saving(candidate: Cost, in_house: Cost) -> Decimal | None:
    """By how much the candidate is cheaper than staying in-house; negative: dearer; None: not known."""
    if candidate.total is None or in_house.total is None:
        return None
    return in_house.total - candidate.total
