"""Are we using all that we pay for (product.md M9): paid by number against used, per review.

What is paid comes from the price lines of the terms that count in the period; what is used is typed in
the review. A line that is not said yet stays empty: nothing is taken for zero.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from zlib import crc32

from django.utils import timezone

from contracts import money
from contracts.models import ContractTerms, PriceLine
from contracts.versions import line_of, prices_of, sorted_lines
from core.money import cents
from reviews.history import History, history_of
from reviews.models import Review, UsageCount

COUNTED = {
    PriceLine.Kind.PER_USER: "users",
    PriceLine.Kind.PER_DEVICE: "devices",
    PriceLine.Kind.TIERED: "units",
    PriceLine.Kind.HOURLY_BANK: "hours",
}


def _text(number: Decimal | None) -> str:
    """As a person writes it: 40, not 40.00; nothing for what is not said."""
    return "" if number is None else f"{number.normalize():f}"


@dataclass(frozen=True)
class UsageLine:
    """One thing that is paid by number. `version` 0: nothing is stored about it yet.

    `is_priced`: the number paid for stands in the terms, so it is not typed. `unused_cost` is what the
    part that nobody uses costs a year at the prices of the period's end, None where that is not known.
    """

    label: str
    unit: str = ""
    paid: Decimal | None = None
    used: Decimal | None = None
    before: Decimal | None = None
    version: int = 0
    is_priced: bool = False
    unused_cost: Decimal | None = None
    # What a person typed that can't be kept as it is, and why.
    typed: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def used_text(self) -> str:
        return self.typed.get("used", _text(self.used))

    @property
    def paid_text(self) -> str:
        return self.typed.get("paid", _text(self.paid))

    @property
    def before_text(self) -> str:
        return _text(self.before)

    @property
    def unused_text(self) -> str:
        return _text(self.unused)

    @property
    def beyond_text(self) -> str:
        return _text(self.beyond)

    @property
    def key(self) -> str:
        """Names the line's fields in the form, whatever other lines there are by then."""
        return f"{crc32(self.label.encode()):08x}"

    @property
    def unused(self) -> Decimal | None:
        if self.paid is None or self.used is None:
            return None
        return max(self.paid - self.used, Decimal(0))

    @property
    def beyond(self) -> Decimal | None:
        """How many more are used than paid for."""
        if self.paid is None or self.used is None or self.used <= self.paid:
            return None
        return self.used - self.paid

    @property
    def share(self) -> Decimal | None:
        """How much of what is paid for is used, 0 to 1 and above."""
        return self.used / self.paid if self.paid and self.used is not None else None


@dataclass(frozen=True)
class Usage:
    """What the review says about use. `is_open`: it may still be typed."""

    lines: list[UsageLine]
    currency: str
    is_open: bool

    @property
    def unused_cost(self) -> Decimal | None:
        """A year's price of all that is paid and not used; None where nothing of it is known."""
        known = [line.unused_cost for line in self.lines if line.unused_cost is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def is_said(self) -> bool:
        return any(line.used is not None for line in self.lines)

    @property
    def is_all_said(self) -> bool:
        return bool(self.lines) and all(line.used is not None for line in self.lines)

    @property
    def has_problem(self) -> bool:
        """Something that was typed is not kept; what all lines come to is told again when it is."""
        return any(line.problem for line in self.lines)

    def with_line(self, line: UsageLine) -> "Usage":
        """The same with this line in the place of the one of its label."""
        lines = [line if row.label == line.label else row for row in self.lines]
        return replace(self, lines=lines)


def of_review(
    review: Review,
    history: History | None = None,
    versions: Sequence[ContractTerms] | None = None,
) -> Usage:
    """Paid and used in the period of this review: three queries, or one if its `history` and the agreed
    `versions` of the terms, in the order in which they count, are in memory."""
    day = _day(review)
    terms = _in_force(review, day) if versions is None else _begun(versions, day)
    rows = sorted_lines(terms.price_lines.all()) if terms else []
    prices = prices_of(terms, rows) if terms else None
    stored, before = _counts(history or history_of(review))
    lines = [
        _line(row, label, stored, before, day, prices, is_open=review.is_open)
        for row, label in _priced(rows)
    ]
    named = {line.label for line in lines}
    if not review.is_open:
        lines = [line for line in lines if line.label in stored]
    lines += [
        UsageLine(label, "", row.paid, row.used, before.get(label), row.version)
        for label, row in stored.items()
        if label not in named
    ]
    return Usage(lines, terms.currency if terms else "", review.is_open)


def _day(review: Review) -> dt.date:
    """The prices of this day are shown: the period's last one, or today while it runs."""
    return min(review.last_on, timezone.localdate())


def _in_force(review: Review, day: dt.date) -> ContractTerms | None:
    rows = ContractTerms.objects.filter(contract_id=review.contract_id)
    found: ContractTerms | None = rows.in_force_first(day).first()
    return found


def _begun(versions: Sequence[ContractTerms], day: dt.date) -> ContractTerms | None:
    """The latest of them that counts on `day`."""
    begun = (terms for terms in reversed(versions) if terms.from_on and terms.from_on <= day)
    return next(begun, None)


def _priced(rows: Iterable[PriceLine]) -> Iterable[tuple[PriceLine, str]]:
    """Price lines that count something, each with a label of its own."""
    seen: dict[str, int] = {}
    for row in rows:
        if row.kind not in COUNTED:
            continue
        seen[row.label] = seen.get(row.label, 0) + 1
        again = f" ({seen[row.label]})" if seen[row.label] > 1 else ""
        yield row, f"{row.label[: 200 - len(again)]}{again}"


def _line(
    row: PriceLine,
    label: str,
    stored: dict[str, UsageCount],
    before: dict[str, Decimal | None],
    day: dt.date,
    prices: money.Prices | None,
    *,
    is_open: bool,
) -> UsageLine:
    count = stored.get(label)
    quantity = row.included_hours if row.kind == PriceLine.Kind.HOURLY_BANK else row.quantity
    line = UsageLine(
        label=label,
        unit=COUNTED[PriceLine.Kind(row.kind)] + _per(row),
        # Terms may change, even those of days gone by; a closed review says what was paid for then.
        paid=count.paid if count and (quantity is None or not is_open) else quantity,
        used=count.used if count else None,
        before=before.get(label),
        version=count.version if count else 0,
        is_priced=quantity is not None,
    )
    return replace(line, unused_cost=_unused_cost(row, line, prices, day))


def _per(row: PriceLine) -> str:
    """Hours come anew each period; of users there are so many all the time."""
    is_bank = row.kind == PriceLine.Kind.HOURLY_BANK and row.period
    return f" {PriceLine.Period(row.period).label}" if is_bank else ""


def _unused_cost(
    row: PriceLine, line: UsageLine, prices: money.Prices | None, day: dt.date
) -> Decimal | None:
    """A year's price of what is not used: the price of what is paid less the price of what is used."""
    if prices is None or line.paid is None or line.used is None or not line.paid:
        return None
    whole = _yearly(row, line.paid, prices, day)
    used = min(line.used, line.paid)
    if whole is None:
        return None
    if row.kind == PriceLine.Kind.HOURLY_BANK:
        return cents(whole * Fraction(line.paid - used) / Fraction(line.paid))
    needed = _yearly(row, used, prices, day)
    return None if needed is None else max(cents(whole - needed), Decimal(0))


def _yearly(
    row: PriceLine, quantity: Decimal, prices: money.Prices, day: dt.date
) -> Fraction | None:
    return money.yearly_of(prices, replace(line_of(row), quantity=quantity), day)


def _counts(history: History) -> tuple[dict[str, UsageCount], dict[str, Decimal | None]]:
    """What is stored of this review; and what the latest closed review before it said, by label."""
    before: dict[str, Decimal | None] = {}
    for row in history.earlier:
        before.setdefault(row.label, row.used)
    return {row.label: row for row in history.counts}, before
