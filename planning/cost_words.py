"""The figures of planning/costs.py in words: the formula of each line with its numbers, and who becomes dearer.

Pure. A formula is a list of steps, one for each year of the term, which add up to the line's total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.money import cents
from core.tiers import write_tiers
from planning.break_even import BreakEven
from planning.costs import (
    BASE,
    DEVICES,
    FLAT,
    HOURLY_BANK,
    HOURS,
    ONE_OFF,
    TIERED,
    USERS,
    Assumptions,
    Line,
    LineCost,
    Quote,
    months_paid,
    parts,
    price,
    units,
)

YEAR = 12
PERIOD_WORDS = {"month": " a month", "quarter": " a quarter", "year": " a year"}
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Step:
    """One year of a line: which months, how it is reckoned, and what it comes to in cents."""

    when: str
    words: str
    amount: Decimal


@dataclass(frozen=True)
class Wording:
    """What things are called. `currency` is the comparison's, `own` that of the quote; `unit` counts
    the volume."""

    currency: str
    own: str = ""
    unit: str = "units"

    def money(self, amount: Decimal | Fraction) -> str:
        """EUR 12,400; cents only where there are any. In the quote's own currency."""
        exact = cents(Fraction(amount))
        text = f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,.2f}"
        return f"{self.own or self.currency}{NO_BREAK}{text}"

    def noun(self, counts: str) -> str:
        return {USERS: "users", DEVICES: "devices", HOURS: "hours"}.get(counts) or self.unit


def number(value: Decimal | Fraction) -> str:
    """14, 12.5, 1,520: two places at most, none that are zero."""
    text = f"{cents(Fraction(value)):,f}"
    return text.rstrip("0").rstrip(".")


def steps(
    cost: LineCost, quote: Quote, assumptions: Assumptions, wording: Wording, case: str = BASE
) -> list[Step]:
    """The line's formula, a step for each year in which it costs something; empty if something is missing."""
    if cost.missing:
        return []
    paid = months_paid(cost.line, assumptions.term_months)
    years = [
        [month for month in paid if (month - 1) // YEAR == year]
        for year in range((assumptions.term_months - 1) // YEAR + 1)
    ]
    years = [months for months in years if months]
    sums = parts([sum((cost.months[m - 1] for m in months), Fraction(0)) for months in years])
    rate = _rate_words(quote, wording)
    return [
        Step(
            _when(months),
            _Year(cost.line, quote, assumptions, wording, case, months).words + rate,
            amount,
        )
        for months, amount in zip(years, sums, strict=True)
    ]


def _when(months: Sequence[int]) -> str:
    if len(months) == 1:
        return f"Month {months[0]}"
    return f"Months {months[0]}–{months[-1]}"


def _rate_words(quote: Quote, wording: Wording) -> str:
    if quote.rate is None or wording.own in ("", wording.currency):
        return ""
    return f", × {quote.rate.normalize():f} {wording.currency} for 1 {wording.own}"


@dataclass(frozen=True)
class _Year:
    """The months of one year in which a line is paid."""

    line: Line
    quote: Quote
    assumptions: Assumptions
    wording: Wording
    case: str
    months: Sequence[int]

    @property
    def words(self) -> str:
        line = self.line
        if line.kind == ONE_OFF:
            return f"{self.amount} once"
        if line.kind == FLAT:
            return f"{self.amount}{self.per}{self.span}"
        if line.kind == TIERED:
            return self._tiered()
        if line.kind == HOURLY_BANK:
            return self._bank()
        return f"{self.amount}{self.rise}{self._counted()}"

    @property
    def amount(self) -> str:
        return self.wording.money(self.line.amount or Decimal(0))

    @property
    def rise(self) -> str:
        """× 1.03, and from the third year on × 1.03 ^ 2."""
        times = (self.months[0] - 1) // YEAR
        if not times or not self.line.rises or not self.quote.rise_percent:
            return ""
        yearly = (1 + self.quote.rise_percent / 100).normalize()
        return f" × {yearly:f}" + (f" ^ {times}" if times > 1 else "")

    @property
    def per(self) -> str:
        return PERIOD_WORDS.get(self.line.period, "") + self.rise

    @property
    def span(self) -> str:
        size = self.line.months_of_period
        share = f" ÷ {size}" if size > 1 else ""
        return f"{share} × {len(self.months)} month{'' if len(self.months) == 1 else 's'}"

    @property
    def counts(self) -> list[Fraction]:
        """How many in each month (of a fixed quantity: in each period)."""
        found = [
            units(self.line, self.assumptions, m, self.case) or Fraction(0) for m in self.months
        ]
        return found if self.line.quantity is not None else [n / self._size for n in found]

    @property
    def _size(self) -> int:
        """A number of a month stands for so many in a period of volume or hours."""
        of_month = self.line.counted_by not in ("", USERS, DEVICES)
        return self.line.months_of_period if of_month else 1

    @property
    def noun(self) -> str:
        counts = self.line.counted_by or self.line.counts
        return self.wording.noun(counts) if counts else "of them"

    def _counted(self) -> str:
        """× 10 users a month × 12 months; if the number changes, added up over the months."""
        counts, per = self.counts, PERIOD_WORDS.get(self.line.period, " a month")
        if self.line.quantity is not None:
            return f" × {number(counts[0])} {self.noun}{per}{self.span}"
        if self._size > 1:
            per = ""  # a price for each of them: the period makes no difference
        if len(set(counts)) == 1:
            span = f" × {len(self.months)} months" if self._size > 1 else self.span
            return f"{per} × {number(counts[0])} {self.noun}{span}"
        share = (
            f" ÷ {self.line.months_of_period}" if self.line.months_of_period > self._size else ""
        )
        return (
            f"{per}{share} × {number(sum(counts, Fraction(0)))} {self.noun}, the months added up"
            f" ({number(counts[0])} to {number(counts[-1])})"
        )

    def _priced(self) -> list[Fraction]:
        """What a period costs in each month, before any rise."""
        each = [units(self.line, self.assumptions, m, self.case) for m in self.months]
        return [price(self.line, quantity) or Fraction(0) for quantity in each]

    def _tiered(self) -> str:
        prices, counts = self._priced(), self.counts
        tiers, money = write_tiers(self.line.tiers), self.wording.money
        if len(set(counts)) == 1:
            many = f"{number(counts[0])} {self.noun}"
            return f"{many} at “{tiers}” are {money(prices[0])}{self.per}{self.span}"
        many = f"{number(counts[0])} to {number(counts[-1])} {self.noun}"
        between = f"from {money(prices[0])} to {money(prices[-1])}"
        return f"{many} at “{tiers}”, {between}{self.per}, {len(self.months)} months added up"

    def _bank(self) -> str:
        hours = [units(self.line, self.assumptions, m, self.case) for m in self.months]
        included = Fraction(self.line.included_hours or 0)
        further = [max(each - included, Fraction(0)) for each in hours if each is not None]
        bank = f"{self.amount}{self.per} for {number(included)} hours"
        extra = self.wording.money(self.line.extra_amount or Decimal(0))
        if not any(further):
            return bank + self.span
        if len(set(further)) == 1:
            return (
                f"({bank}, and {number(further[0])} further hours at {extra}{self.rise}){self.span}"
            )
        total = number(sum(further, Fraction(0)) / self.line.months_of_period)
        return f"{bank}{self.span}, and {total} further hours at {extra}{self.rise}"


# Break-even ---------------------------------------------------------------------------------------


def crossing_sentences(one: str, two: str, found: BreakEven, counts: str, noun: str) -> list[str]:
    """“Kestrel becomes dearer than Brightdesk above 14 users.”, one for each crossing, from below."""
    if not found.crossings:
        return [_never(one, two, found, noun)]
    said = []
    for crossing in found.crossings:
        dearer, other = (one, two) if crossing.first_is_dearer else (two, one)
        whole = counts in (USERS, DEVICES)
        at = Fraction(crossing.at.numerator // crossing.at.denominator) if whole else crossing.at
        things = noun[:-1] if at == 1 and whole else noun
        said.append(f"{dearer} becomes dearer than {other} above {number(at)} {things}.")
    return said


def _never(one: str, two: str, found: BreakEven, noun: str) -> str:
    span = f"from {number(found.low)} to {number(found.high)} {noun}"
    if not found.dearer:
        return f"{one} and {two} cost the same {span}."
    dearer, other = (one, two) if found.dearer == 1 else (two, one)
    return f"{dearer} is at no number cheaper than {other}, {span}."
