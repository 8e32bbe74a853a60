"""What candidates cost: their quotes, and how all of them are reckoned."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import actions as activity
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from evaluations import costing
from evaluations.actions.quote_days import watch_quote
from evaluations.models import Candidate, CostModel, Evaluation, Kind, Quote, QuoteLine

CLOSED = "Scoring is closed, so what was reckoned stays as it is. Reopen the scoring to change it."
SCALE = ("worst", "best", "criterion")
MODEL_FIELDS = (
    "term_months",
    "currency",
    "discount_percent",
    "today",
    "growth",
    "volume_unit",
    *SCALE,
)
FROZEN = (
    "Scoring has been opened and the totals are marked on a fixed scale, so how they are reckoned can't"
    " be changed any more."
)


# Quotes -------------------------------------------------------------------------------------------


@transaction.atomic
def put_quote(
    *,
    candidate: Candidate,
    values: Mapping[str, Any],
    by: Membership | None,
    version: int | None = None,
) -> Quote:
    """Keep what a candidate would be paid, in place of any earlier quote of theirs; the same again changes
    nothing.

    `values`: fields of Quote (currency is needed; the rest is empty if it is not there) and `lines`, dicts with the
    fields of QuoteLine, in order; see evaluations/costing.py, which also makes them from a proposal
    (values_from_answer) and planning/baseline.py from a plan (quote_values). `version`: what the form showed,
    0 for none. Raises core.versions.Stale, Refused once scoring is closed.
    """
    evaluation = lock(Evaluation.objects.select_related("organization"), candidate.evaluation_id)
    if evaluation.is_closed:
        raise Refused(CLOSED)
    row = Quote.objects.select_for_update(of=("self",)).filter(candidate=candidate).first()
    if version is not None and version != (row.version if row else 0):
        raise Stale(row or Quote(candidate=candidate, version=1))
    quote = row or Quote(organization_id=evaluation.organization_id, candidate=candidate)
    stored = costing.sorted_lines(quote.lines.all()) if row else []
    wanted = _new_lines(quote, values.get("lines") or ())
    was = quote.currency
    before, after = log.apply_changes(quote, _quote_values(values))
    if _said(stored) != _said(wanted):
        before["prices"], after["prices"] = _words(stored, was), _words(wanted, quote.currency)
    if row and not after:
        return quote
    quote.version += 1 if row else 0
    quote.save()
    if "prices" in after:
        quote.lines.all().delete()
        QuoteLine.objects.bulk_create(wanted)
    watch_quote(quote, candidate, evaluation)
    log.record(
        by=by,
        verb="evaluation.quote_changed" if row else "evaluation.quote_entered",
        target=evaluation,
        before={"candidate": candidate.name, **before} if row else {},
        after={"candidate": candidate.name, **after},
    )
    return quote


@transaction.atomic
def remove_quote(*, quote: Quote, by: Membership) -> None:
    """Take a quote away, as if it had never been entered. Raises Refused once scoring is closed."""
    evaluation = lock(
        Evaluation.objects.select_related("organization"), quote.candidate.evaluation_id
    )
    if evaluation.is_closed:
        raise Refused(CLOSED)
    row = Quote.objects.select_for_update(of=("self",)).filter(pk=quote.pk).first()
    if row is None:
        return
    lines = costing.sorted_lines(row.lines.all())
    before = {"candidate": quote.candidate.name, "prices": _words(lines, row.currency)}
    log.record(by=by, verb="evaluation.quote_removed", target=evaluation, before=before)
    activity.unwatch(target=row)
    row.delete()


def _quote_values(values: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: values.get(name) for name in costing.QUOTE_FIELDS}
    found["note"] = found["note"] or ""
    found["source"] = found["source"] or Quote.Source.TYPED
    return found


def _new_lines(quote: Quote, lines: Sequence[Mapping[str, Any]]) -> list[QuoteLine]:
    if len(lines) > costing.MOST_LINES:
        raise Refused(
            f"A quote has {costing.MOST_LINES} price lines at most; this has {len(lines)}."
        )
    return [
        QuoteLine(
            organization_id=quote.organization_id,
            quote=quote,
            position=place,
            **{**costing.EMPTY_LINE, **{n: line[n] for n in costing.LINE_FIELDS if n in line}},
        )
        for place, line in enumerate(lines)
    ]


def _said(rows: Sequence[QuoteLine]) -> list[Any]:
    return [costing.line_of(row) for row in rows]


def _words(rows: Sequence[QuoteLine], currency: str) -> list[str]:
    return [costing.line_words(costing.line_of(row), currency) for row in rows]


# How it is reckoned -------------------------------------------------------------------------------


@transaction.atomic
def put_cost_model(
    *,
    evaluation: Evaluation,
    values: Mapping[str, Any],
    by: Membership | None,
    version: int | None = None,
) -> CostModel:
    """Say how all quotes of the evaluation are reckoned; the same again changes nothing.

    `values`: fields of CostModel, and `measured`: the Cost criterion is marked by the total itself from
    now on, on the scale from `worst` to `best`. The scale is fixed before scoring opens; a model with a scale
    stays as it is from then on. Raises core.versions.Stale, Refused.
    """
    held = lock(Evaluation.objects.select_related("organization"), evaluation.pk)
    row = CostModel.objects.select_for_update(of=("self",)).filter(evaluation=held).first()
    if version is not None and version != (row.version if row else 0):
        raise Stale(row or CostModel(evaluation=held, version=1))
    wanted = {name: values[name] for name in MODEL_FIELDS if name in values}
    _refuse_unless_open(held, row, wanted)
    _refuse_upside_down(wanted)
    model = row or CostModel(organization_id=held.organization_id, evaluation=held)
    criterion = wanted.get("criterion", model.criterion)
    if criterion and criterion.evaluation_id != held.pk:
        raise Refused("Choose a criterion of this evaluation.", field="criterion")
    before, after = log.apply_changes(model, wanted)
    if row is None or after:
        model.version += 1 if row else 0
        model.save()
        log.record(
            by=by, verb="evaluation.cost_model_changed", target=held, before=before, after=after
        )
    if held.in_setup and criterion and model.worst is not None and model.best is not None:
        _measure(held, model, measured=bool(values.get("measured")), by=by)
    return model


def _refuse_unless_open(
    evaluation: Evaluation, row: CostModel | None, wanted: dict[str, Any]
) -> None:
    if evaluation.is_closed:
        raise Refused(CLOSED)
    if evaluation.in_setup:
        return
    if row and row.worst is not None:
        raise Refused(FROZEN)
    for name in SCALE:
        wanted.pop(name, None)


def _refuse_upside_down(wanted: Mapping[str, Any]) -> None:
    worst, best = wanted.get("worst"), wanted.get("best")
    if worst is not None and best is not None and best >= worst:
        raise Refused("The total that earns everything must be less than the other.", field="best")


def _measure(
    evaluation: Evaluation, model: CostModel, *, measured: bool, by: Membership | None
) -> None:
    """The criterion's own scale is that of the totals, if it is marked by them."""
    row = model.criterion
    if row is None or row.kind == Kind.GATE or not (measured or row.kind == Kind.MEASURED):
        return
    before, after = log.apply_changes(
        row,
        {
            "kind": Kind.MEASURED,
            "worst": Decimal(model.worst or 0),
            "best": Decimal(model.best or 0),
            "unit": model.currency,
            "anchors": [],
        },
    )
    if not after:
        return
    row.save()
    evaluation.version += 1
    evaluation.save()
    log.record(
        by=by,
        verb="evaluation.criteria_changed",
        target=evaluation,
        before={row.name: before},
        after={row.name: after},
    )
