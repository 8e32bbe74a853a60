"""What all candidates of an evaluation cost, read and reckoned for the pages; and a quote for its contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import prefetch_related_objects

from evaluations import costing
from evaluations.costing import CostScale
from evaluations.models import Candidate, CostModel, Evaluation, Evidence, Kind, Quote, QuoteLine
from planning import costs as pure
from planning.break_even import break_even
from planning.cost_words import Wording, crossing_sentences
from planning.costs import BASE, COUNTS, Assumptions, Cost

MOST_COMPARED = 5
LEAST_SPAN, TIMES_SPAN = Decimal(20), 3


@dataclass(frozen=True)
class CandidateCost:
    """One candidate: the quote (None: none yet) and what it comes to in each case (empty: it can't be
    reckoned before the assumptions are there)."""

    candidate: Candidate
    quote: Quote | None
    exact: pure.Quote | None = None
    cases: dict[str, Cost] = field(default_factory=dict)

    @property
    def base(self) -> Cost | None:
        return self.cases.get(BASE)

    @property
    def total(self) -> Decimal | None:
        return self.base.total if self.base else None

    @property
    def totals(self) -> list[Decimal | None]:
        """Low, expected, high."""
        return [cost.total for cost in self.cases.values()]

    @property
    def missing(self) -> Sequence[str]:
        """Why there is no total; what lacks in one case only is told as well."""
        if self.quote is None:
            return ["There is no quote yet."]
        return list(dict.fromkeys(words for cost in self.cases.values() for words in cost.missing))

    @property
    def left_out(self) -> Sequence[str]:
        """What is not in the total, and why another case has none."""
        return (*self.base.left_out, *self.missing) if self.base and self.base.is_complete else ()


@dataclass(frozen=True)
class Costs:
    """All candidates in their order, reckoned with the same assumptions."""

    model: CostModel | None
    scale: CostScale | None
    rows: list[CandidateCost]

    @cached_property
    def in_house(self) -> CandidateCost | None:
        return next((row for row in self.rows if row.candidate.in_house), None)

    @cached_property
    def reckoned(self) -> list[CandidateCost]:
        """Those with a total, the cheapest first."""
        return sorted(
            (row for row in self.rows if row.total is not None),
            key=lambda row: (row.total, row.candidate.pk),
        )

    def saving(self, row: CandidateCost) -> Decimal | None:
        """Against staying in-house, in the expected case; None for that itself and if it is not known."""
        home = self.in_house
        if row is home or home is None or home.base is None or row.base is None:
            return None
        return pure.saving(row.base, home.base)

    @property
    def left_out(self) -> list[CandidateCost]:
        """Those in whose total something is not counted, because nobody said it."""
        return [row for row in self.rows if row.left_out]

    @property
    def currency(self) -> str:
        """The one that is compared in; empty before it was said."""
        return self.model.currency if self.model else ""

    @property
    def wording(self) -> Wording:
        return wording_of(self.model)


def wording_of(model: CostModel | None, quote: Quote | None = None) -> Wording:
    """What the formulas call things."""
    currency = model.currency if model else ""
    own = quote.currency if quote else currency
    return Wording(currency, own, (model.volume_unit if model else "") or "units")


def cost_model_of(evaluation: Evaluation) -> CostModel | None:
    """How its costs are reckoned, with the criterion that they feed; one query."""
    found = CostModel.objects.select_related("criterion").filter(evaluation=evaluation)
    return found.first()


def scale_of(model: CostModel | None) -> CostScale | None:
    """Where a total stands on the Cost criterion; None if no scale was fixed."""
    if model is None or model.criterion is None or model.worst is None or model.best is None:
        return None
    row = model.criterion
    if row.kind == Kind.GATE:  # made one since: it is passed or not
        return None
    if row.kind == Kind.MEASURED:
        return CostScale(row.worst, row.best, measured=True)
    return CostScale(model.worst, model.best, row.worst, row.best)


def read_costs(evaluation: Evaluation) -> Costs:
    """Everything in two queries; three for an evaluation without candidates."""
    model, candidates = _read_candidates(evaluation)
    prefetch_related_objects(candidates, "quote__lines")
    assumptions = costing.assumptions_of(model) if model else None
    rows = [reckon(row, model, assumptions) for row in candidates]
    return Costs(model, scale_of(model), rows)


def _read_candidates(evaluation: Evaluation) -> tuple[CostModel | None, list[Candidate]]:
    """The model, and the candidates in their order with their quotes but without lines, in one query."""
    found = evaluation.candidates.select_related("quote", "evaluation__cost_model__criterion")
    candidates = list(found.order_by("position", "pk"))
    if not candidates:
        return cost_model_of(evaluation), []
    model = getattr(candidates[0].evaluation, "cost_model", None)
    for row in candidates:
        row.evaluation = evaluation
    return model, candidates


def quote_of(candidate: Candidate) -> Quote | None:
    """Its quote, if there is one."""
    try:
        found: Quote = candidate.quote
    except ObjectDoesNotExist:
        return None
    found.candidate = candidate
    return found


def reckon(
    candidate: Candidate, model: CostModel | None, assumptions: Assumptions | None = None
) -> CandidateCost:
    """One candidate, with the quote and its lines that were read; `assumptions` are those of the model."""
    quote = quote_of(candidate)
    if quote is None or model is None:
        return CandidateCost(candidate, quote)
    assumptions = assumptions or costing.assumptions_of(model)
    exact = costing.quote_of(quote, quote.lines.all(), model.currency)
    return CandidateCost(candidate, quote, exact, pure.all_cases(exact, assumptions))


# Break-even ---------------------------------------------------------------------------------------


def crossings(found: Costs) -> Iterator[str]:
    """Who becomes dearer than whom above how many, for the cheapest candidates, as sentences."""
    if found.model is None:
        return
    assumptions = costing.assumptions_of(found.model)
    for one, two in combinations(found.reckoned[:MOST_COMPARED], 2):
        if one.exact is None or two.exact is None:
            continue
        lines = (*one.exact.lines, *two.exact.lines)
        for counts in COUNTS:
            if not any(line.counted_by == counts for line in lines):
                continue
            high = _highest(assumptions, counts)
            even = break_even(one.exact, two.exact, assumptions, counts, Decimal(1), high)
            if even is None or not even.crossings:
                continue
            names, noun = (one.candidate.name, two.candidate.name), found.wording.noun(counts)
            yield from crossing_sentences(*names, even, counts, noun)


def _highest(assumptions: Assumptions, counts: str) -> Decimal:
    """As far as it is looked: three times the largest number that anybody expects."""
    expected = assumptions.growth.get(counts) or {}
    known = [*expected.values(), assumptions.today.get(counts) or Decimal(0)]
    return max(max(known) * TIMES_SPAN, LEAST_SPAN)


# For the scorecard --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CostMark:
    """What a candidate's total is on the Cost criterion: exactly (3.48), and what can be entered (3). Both None
    without a total; `words` is the comment, `evidence` what the mark rests on."""

    candidate: Candidate
    criterion_id: int
    total: Decimal | None
    exact: Decimal | None
    mark: Decimal | None
    evidence: str
    words: str


def mark_of(evaluation: Evaluation, candidate: Candidate) -> CostMark | None:
    """Of one candidate; None if no scale was fixed."""
    model = cost_model_of(evaluation)
    scale = scale_of(model)
    if model is None or scale is None:
        return None
    return _mark(reckon(candidate, model), model, scale)


def marks_for(evaluation: Evaluation, criteria: Sequence[Any]) -> list[CostMark]:
    """Of all candidates, for somebody who judges these criteria; empty without a scale, or if Cost is not
    one of them."""
    model, candidates = _read_candidates(evaluation)
    scale = scale_of(model)
    if model is None or scale is None or model.criterion_id not in {row.pk for row in criteria}:
        return []
    prefetch_related_objects(candidates, "quote__lines")
    assumptions = costing.assumptions_of(model)
    return [_mark(reckon(row, model, assumptions), model, scale) for row in candidates]


def totals_in_words(found: Costs) -> dict[int, str]:
    """“Over 36 months: EUR 48,200.” by candidate, of those with a total."""
    if found.model is None:
        return {}
    return {row.candidate.pk: _mark_words(row, found.model) for row in found.reckoned}


def _mark(one: CandidateCost, model: CostModel, scale: CostScale) -> CostMark:
    total, quote = one.total, one.quote
    known = total is not None and quote is not None
    claimed = quote is None or (quote.source == Quote.Source.TYPED and quote.quoted_on is None)
    return CostMark(
        candidate=one.candidate,
        criterion_id=model.criterion_id or 0,
        total=total,
        exact=scale.exact_mark(total) if known and total is not None else None,
        mark=scale.mark(total) if known and total is not None else None,
        evidence=Evidence.CLAIM if claimed else Evidence.DOCUMENT,
        words=_mark_words(one, model),
    )


def _mark_words(one: CandidateCost, model: CostModel) -> str:
    money = Wording(model.currency).money
    low, base, high = (*one.totals, None, None, None)[:3]
    if base is None:
        return ""
    text = f"Over {model.term_months} months: {money(base)}"
    if low is not None and high is not None and low != high:
        text += f" (from {money(low)} to {money(high)})"
    return f"{text}."


# For the contract ---------------------------------------------------------------------------------


def price_lines(candidate: Candidate) -> list[dict[str, Any]]:
    """The candidate's quote as fields of contracts.PriceLine, in order; empty without a quote.

    Numbers that grow are those of today. What a contract's price can't say (a price per unit of volume, a licence
    that is passed through, an hourly rate, months from and to) stands in the label.
    """
    quote = quote_of(candidate)
    if quote is None:
        return []
    model = cost_model_of(candidate.evaluation)
    today = costing.assumptions_of(model).today if model else {}
    unit = (model.volume_unit if model else "") or "units"
    rows = costing.sorted_lines(quote.lines.all())
    return [_price_line(row, today, unit) for row in rows]


def contract_terms(candidate: Candidate) -> dict[str, Any]:
    """What else of the quote belongs into a contract's terms: `initial_months`, `currency`,
    `escalator_percent`, `fee_note`; only what was said."""
    quote = quote_of(candidate)
    model = cost_model_of(candidate.evaluation)
    values: dict[str, Any] = {"initial_months": model.term_months} if model else {}
    if quote is None:
        return values
    values["currency"] = quote.currency
    if quote.rise_percent is not None:
        values["escalator_percent"] = quote.rise_percent
    if quote.exit_fee:
        fee = Wording(quote.currency).money(quote.exit_fee)
        values["fee_note"] = f"The quote names an exit fee of {fee}."
    return values


def _price_line(row: QuoteLine, today: Any, unit: str) -> dict[str, Any]:
    kinds = QuoteLine.Kind
    line = costing.line_of(row)
    quantity = row.quantity if row.quantity is not None else today.get(line.counted_by)
    months = line.months_of_period if line.counted_by in pure.PER_MONTH else 1
    if quantity is not None and row.quantity is None:
        quantity *= months
    values: dict[str, Any] = {
        "kind": row.kind,
        "label": row.label,
        "amount": row.amount,
        "period": row.period,
        "quantity": quantity,
        "tiers": [],
        "included_hours": None,
        "extra_amount": None,
        "escalates": row.rises,
        "due_on": None,
    }
    if row.kind in (kinds.FLAT, kinds.ONE_OFF):
        values["quantity"] = None
    elif row.kind == kinds.TIERED:
        values["tiers"] = row.tiers
    elif row.kind == kinds.HOURLY_BANK:
        values |= {"quantity": None, "included_hours": row.included_hours}
        values["extra_amount"] = row.extra_amount
    elif row.kind == kinds.PER_UNIT:
        values |= _each(row.amount, row.period)
        values["label"] = f"{row.label} (for each of {unit})"
    elif row.kind == kinds.LICENCE:
        values |= _licence(line, row.amount)
        values["label"] = f"{row.label} (licence, passed through)"
    elif row.kind == kinds.OUT_OF_SCOPE:
        values |= _each(row.amount, row.period)
        values["label"] = f"{row.label} (out of scope, by the hour)"
    values["label"] = _with_months(values["label"], row)
    return values


def _each(amount: Decimal | None, period: str) -> dict[str, Any]:
    """So much for each of them: one tier without an end."""
    tiers = [] if amount is None else [{"up_to": None, "amount": f"{amount}"}]
    return {"kind": "tiered", "amount": None, "tiers": tiers, "period": period or "month"}


def _licence(line: pure.Line, amount: Decimal | None) -> dict[str, Any]:
    kinds = {pure.USERS: pure.PER_USER, pure.DEVICES: pure.PER_DEVICE}
    if line.counts in kinds:
        return {"kind": kinds[line.counts]}
    return _each(amount, line.period)


def _with_months(label: str, row: QuoteLine) -> str:
    first, last = row.from_month, row.to_month
    if row.kind == QuoteLine.Kind.ONE_OFF:
        told = f"in month {first}" if first and first > 1 else ""
    elif last:
        told = f"months {first or 1} to {last}"
    else:
        told = f"from month {first}" if first and first > 1 else ""
    return f"{label[: 196 - len(told)]} ({told})" if told else label[:200]
