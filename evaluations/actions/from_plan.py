"""Starting an evaluation from an approved outsourcing plan: nothing of the plan is typed again."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from evaluations.actions.candidates import add_in_house
from evaluations.actions.costing import put_cost_model, put_quote
from evaluations.actions.setup import change_evaluation_criteria, create_evaluation
from evaluations.models import CriteriaSet, Evaluation, EvaluationCriterion, GateCredential
from evaluations.plan_criteria import Gate, GoalOffer, gates_of, is_cost, joined, offers_of
from planning.baseline import quote_values
from planning.locking import lock_plan
from planning.models import OutsourcingPlan
from planning.plan_words import service_counts


@transaction.atomic
def start_evaluation(
    *,
    plan: OutsourcingPlan,
    criteria_set: CriteriaSet,
    by: Membership,
    title: str = "",
    due_on: dt.date | None = None,
    goals: Sequence[int] = (),
    measure_cost: bool = False,
    creation_key: uuid.UUID | None = None,
) -> Evaluation:
    """An evaluation with the set's criteria, a gate for each must, the chosen `goals` (ids) as measured
    criteria without a weight, staying in-house as a candidate with its cost, and how cost is reckoned.

    `measure_cost`: the Cost criterion is marked by the total itself. Sent twice, it is started once.
    Raises Refused unless the plan is approved.
    """
    row = lock_plan(plan)
    if not row.is_approved:
        raise Refused("Only an approved plan starts an evaluation. Approve it first.")
    evaluation = create_evaluation(
        title=title or row.title,
        criteria_set=criteria_set,
        by=by,
        service=row.service.name,
        reason=row.why,
        due_on=due_on,
        creation_key=creation_key,
    )
    if evaluation.plan_id:
        return evaluation
    evaluation.plan = row
    evaluation.save()
    gates = gates_of(row.requirements.order_by("position", "pk"))
    offers = offers_of(row.goals.order_by("position", "pk"))
    chosen = [offer for offer in offers if offer.key in set(goals) and offer.draft is not None]
    evaluation = _add_criteria(evaluation, gates, chosen, by)
    _reckon(evaluation, row, by, measure_cost=measure_cost)
    log.record(
        by=by,
        verb="evaluation.started_from_plan",
        target=evaluation,
        after={
            "plan": row.title,
            "plan number": row.number,
            "gates": [gate.draft.name for gate in gates],
            "goals as criteria": [offer.text for offer in chosen],
        },
    )
    return Evaluation.objects.get(pk=evaluation.pk)


def _add_criteria(
    evaluation: Evaluation, gates: Sequence[Gate], chosen: Sequence[GoalOffer], by: Membership
) -> Evaluation:
    standard = [row.draft for row in evaluation.criteria.order_by("position", "pk")]
    goals = [offer.draft for offer in chosen if offer.draft is not None]
    drafts = joined(standard, [*goals, *(gate.draft for gate in gates)])
    evaluation = change_evaluation_criteria(
        evaluation=evaluation, drafts=drafts, version=evaluation.version, by=by
    )
    # The gates stand last, in their order.
    rows = list(evaluation.criteria.order_by("position", "pk"))[len(drafts) - len(gates) :]
    GateCredential.objects.bulk_create(
        GateCredential(
            organization_id=evaluation.organization_id,
            criterion=row,
            kind=gate.credential,
            name=gate.credential_name,
        )
        for row, gate in zip(rows, gates, strict=True)
        if gate.credential
    )
    return evaluation


def _reckon(
    evaluation: Evaluation, plan: OutsourcingPlan, by: Membership, *, measure_cost: bool
) -> None:
    """How cost is compared, and what staying in-house costs."""
    values: dict[str, Any] = {
        "currency": plan.currency,
        "discount_percent": plan.discount_percent,
        "today": {
            name: f"{value.normalize():f}"
            for name, value in service_counts(plan.service).items()
            if value is not None
        },
        "growth": plan.growth,
        "volume_unit": plan.service.volume_unit,
        "criterion": _cost_criterion(evaluation),
        "measured": measure_cost,
    }
    if plan.term_months:
        values["term_months"] = plan.term_months
    if plan.budget is not None and plan.hoped_cost is not None:
        values |= {"worst": plan.budget, "best": plan.hoped_cost}
    put_cost_model(evaluation=evaluation, values=values, by=by)
    candidates = add_in_house(evaluation=evaluation, by=by)
    parts = list(plan.baseline.order_by("position", "pk"))
    if parts:
        quote = quote_values(
            parts,
            currency=plan.currency,
            rise_percent=plan.baseline_rise_percent,
            note=plan.baseline_note,
        )
        put_quote(candidate=candidates[0], values=quote, by=by)


def _cost_criterion(evaluation: Evaluation) -> EvaluationCriterion | None:
    rows: Sequence[EvaluationCriterion] = list(evaluation.criteria.order_by("position", "pk"))
    return next((row for row in rows if is_cost(row.name, is_gate=row.is_gate)), None)
