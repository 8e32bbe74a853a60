"""What the pages of costs show: plain rows for the templates, out of what costing_queries reckoned."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, islice

from core.charts import Curve
from core.money import cents
from core.templatetags.ui import money
from evaluations.costing import assumptions_of
from evaluations.costing_queries import CandidateCost, Costs, crossings, wording_of
from evaluations.models import CostModel, Evaluation, QuoteLine
from planning.cost_words import Step, Wording, number, steps
from planning.costs import BASE, CASES, COUNTS, Assumptions, LineCost, Quote, months_paid, units
from planning.plan_words import GROWTH, SCENARIOS, number_text

MOST_SENTENCES = 30
MOST_CURVES = 6
YEAR = 12
SHARED_BY_ALL = 2
KINDS: dict[str, str] = {value: str(label) for value, label in QuoteLine.Kind.choices}


@dataclass(frozen=True)
class Row:
    """One candidate in the table of totals; `saving` in words, `mark` on the Cost criterion."""

    one: CandidateCost
    totals: list[Decimal | None]
    present_value: Decimal | None
    saving: Decimal | None
    mark: Decimal | None
    cheapest: bool
    expired: bool

    @property
    def loss(self) -> Decimal | None:
        return -self.saving if self.saving is not None and self.saving < 0 else None


def table(found: Costs, today: dt.date) -> list[Row]:
    """Every candidate, in the order of the evaluation; a quote expires after its last day."""
    first = found.reckoned[0].total if len(found.reckoned) >= SHARED_BY_ALL else None
    return [_row(found, one, first, today) for one in found.rows]


def _row(found: Costs, one: CandidateCost, first: Decimal | None, today: dt.date) -> Row:
    total = one.total
    until_on = one.quote.valid_until_on if one.quote else None
    scale = found.scale
    return Row(
        one=one,
        totals=one.totals or [None] * len(CASES),
        present_value=one.base.present_value if one.base else None,
        saving=found.saving(one),
        mark=scale.exact_mark(total) if scale and total is not None else None,
        cheapest=first is not None and total == first,
        expired=until_on is not None and until_on < today,
    )


@dataclass(frozen=True)
class CurvePage:
    """What is spent by the end of each month: the lines, and a table by year."""

    curves: list[Curve]
    periods: list[str]
    years: list[str]
    table: list[tuple[str, list[Decimal]]]
    top: str


def curve(found: Costs) -> CurvePage | None:
    """The cheapest six, in the expected case; None if nobody has a total."""
    rows = found.reckoned[:MOST_CURVES]
    if not rows or found.model is None:
        return None
    term = found.model.term_months
    sums = [(row.candidate.name, list(accumulate(row.base.months))) for row in rows if row.base]
    ends = [*range(YEAR, term, YEAR), term]
    return CurvePage(
        curves=[Curve(name, values) for name, values in sums],
        periods=[f"Month {month}" for month in range(1, term + 1)],
        years=[f"{month} months" for month in ends],
        table=[(name, [values[month - 1] for month in ends]) for name, values in sums],
        top=money(max(values[-1] for _, values in sums), found.model.currency),
    )


def sentences(found: Costs) -> list[str]:
    """Who becomes dearer than whom, and from how many on."""
    return list(islice(crossings(found), MOST_SENTENCES))


def facts(model: CostModel | None) -> list[tuple[str, str]]:
    """How it is reckoned: what is said, and what is not."""
    if model is None:
        return []
    rate = model.discount_percent
    found = [
        ("Term", f"{model.term_months} months"),
        ("Compared in", model.currency),
        ("Discount rate", f"{number_text(rate)} % a year" if rate else "none"),
    ]
    for counts in COUNTS:
        found += _growth(model, counts)
    return found


def _growth(model: CostModel, counts: str) -> list[tuple[str, str]]:
    today, growth = model.today.get(counts), model.growth.get(counts) or {}
    if today is None and not growth:
        return []
    name = GROWTH[counts]
    if counts == "volume" and model.volume_unit:
        name += f" ({model.volume_unit})"
    said = [f"{number_text(Decimal(today))} today" if today is not None else "today not said"]
    said += [
        f"{number_text(Decimal(growth[case]))} {label.lower()}"
        for case, label in SCENARIOS.items()
        if case in growth
    ]
    return [(name, ", ".join(said) + (" at the end" if growth else ", no growth"))]


def may_change_model(evaluation: Evaluation, model: CostModel | None) -> bool:
    """While it is set up; later only as long as no scale was fixed, and never once scoring is closed."""
    if evaluation.is_closed:
        return False
    return evaluation.in_setup or model is None or model.worst is None


# One quote ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenedLine:
    """A line with its formula. `amount` None: it can't be reckoned, `missing` says why."""

    label: str
    kind: str
    amount: Decimal | None
    steps: list[Step]
    missing: str
    counts: list[tuple[str, str]]


@dataclass(frozen=True)
class Opened:
    """A quote in one case, every figure with what it is made of."""

    case: str
    cases: list[tuple[str, str]]
    lines: list[OpenedLine]
    exit_fee: Decimal
    total: Decimal | None
    present_value: Decimal | None
    discounted: bool
    monthly: Decimal | None
    months: list[tuple[int, Decimal, Decimal]]


def opened(one: CandidateCost, model: CostModel | None, case: str) -> Opened | None:
    """The formulas in the case that was asked for (else the expected one); None before it can be reckoned."""
    if one.quote is None or one.exact is None or model is None:
        return None
    case = case if case in CASES else BASE
    cost = one.cases[case]
    assumptions, wording = assumptions_of(model), wording_of(model, one.quote)
    totals = cost.line_totals
    lines = [
        _opened_line(each, amount, one.exact, assumptions, wording, case)
        for each, amount in zip(cost.lines, totals, strict=False)
    ]
    months = cost.months
    return Opened(
        case=case,
        cases=[(key, SCENARIOS[key]) for key in CASES],
        lines=lines,
        exit_fee=totals[-1],
        total=cost.total,
        present_value=cost.present_value,
        discounted=bool(cost.discount_percent),
        monthly=None if cost.total is None else cents(Fraction(cost.total) / cost.term_months),
        months=[
            (at, month, running)
            for at, (month, running) in enumerate(zip(months, accumulate(months), strict=True), 1)
        ],
    )


def _opened_line(
    each: LineCost,
    amount: Decimal,
    quote: Quote,
    assumptions: Assumptions,
    wording: Wording,
    case: str,
) -> OpenedLine:
    line = each.line
    counts: list[tuple[str, str]] = []
    if line.counted_by and not each.missing:
        counts = [
            (f"Month {month}", number(units(line, assumptions, month, case) or Decimal(0)))
            for month in months_paid(line, assumptions.term_months)
        ]
    return OpenedLine(
        label=line.label,
        kind=KINDS.get(line.kind, line.kind),
        amount=None if each.missing else amount,
        steps=steps(each, quote, assumptions, wording, case),
        missing=each.missing,
        counts=counts,
    )
