"""Evaluations in any state, for the tests of everything that happens after set-up."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.permissions import Role
from core.tenancy import ALL, organization_scope
from evaluations.models import (
    AssignedCriterion,
    Award,
    Candidate,
    Evaluation,
    EvaluationCriterion,
    Score,
    Scorecard,
)
from vendors.models import Vendor

ANCHORS = [
    "Refuses to answer",
    "Answers late and wrongly",
    "Answers late",
    "Answers within a day",
    "Answers within hours",
    "Answers at once, in writing",
]


@organization_scope(ALL)
def make_evaluation(
    org: Organization,
    *,
    criteria: Iterable[str | Mapping[str, Any]] = ("Quality", "Cost"),
    candidates: Iterable[str] = ("Northwind", "Contoso"),
    evaluators: Iterable[Membership] = (),
    state: str = Evaluation.State.SCORING,
    declared: bool = True,
    **fields: Any,
) -> Evaluation:
    """An evaluation whose evaluators judge every criterion; “Stay in-house” has no vendor.

    A criterion is a name, or a dict of EvaluationCriterion's fields. With `declared` everybody has
    said that they have no conflict of interest.
    """
    evaluators = list(evaluators)
    evaluation = Evaluation.objects.create(
        organization=org,
        state=state,
        created_by=evaluators[0] if evaluators else _somebody(org),
        **{"title": "Help desk", **fields},
    )
    _add_criteria(evaluation, list(criteria))
    _add_candidates(evaluation, candidates)
    for member in evaluators:
        add_evaluator(evaluation, member, declared=declared)
    return evaluation


def _somebody(org: Organization) -> Membership:
    member = org.memberships.filter(role__in=[Role.MANAGER, Role.OWNER, Role.ADMIN]).first()
    assert member is not None, "an evaluation needs somebody who set it up"
    return member


def _add_criteria(evaluation: Evaluation, criteria: list[str | Mapping[str, Any]]) -> None:
    rows = [{"name": row} if isinstance(row, str) else dict(row) for row in criteria]
    weighted = [row for row in rows if row.get("kind") != "gate"]
    share = (Decimal(100) / len(weighted)).quantize(Decimal("0.001")) if weighted else Decimal(0)
    for position, row in enumerate(rows, start=1):
        weight = Decimal(0) if row.get("kind") == "gate" else share
        EvaluationCriterion.objects.create(
            organization=evaluation.organization,
            evaluation=evaluation,
            **{"position": position, "weight": weight, "anchors": ANCHORS, **row},
        )


def _add_candidates(evaluation: Evaluation, names: Iterable[str]) -> None:
    for position, name in enumerate(names, start=1):
        vendor = None
        if name != "Stay in-house":
            vendor, _ = Vendor.objects.get_or_create(
                organization=evaluation.organization, name=name, defaults={"legal_name": name}
            )
        Candidate.objects.create(
            organization=evaluation.organization,
            evaluation=evaluation,
            vendor=vendor,
            name=name,
            position=position,
        )


@organization_scope(ALL)
def add_evaluator(
    evaluation: Evaluation,
    member: Membership,
    *,
    criteria: Iterable[str] | None = None,
    declared: bool = True,
) -> Scorecard:
    """Ask one more member to score all criteria, or the named ones."""
    scorecard = Scorecard.objects.create(
        organization=evaluation.organization,
        evaluation=evaluation,
        evaluator=member,
        evaluator_name=member.name,
        has_conflict=False if declared else None,
        declared_at=timezone.now() if declared else None,
    )
    rows = evaluation.criteria.all()
    if criteria is not None:
        rows = rows.filter(name__in=list(criteria))
    AssignedCriterion.objects.bulk_create(
        AssignedCriterion(
            organization=evaluation.organization, scorecard=scorecard, criterion=criterion
        )
        for criterion in rows
    )
    return scorecard


@organization_scope(ALL)
def give_mark(
    scorecard: Scorecard,
    candidate: str,
    criterion: str,
    mark: Any = None,
    *,
    evidence: str = "",
    comment: str = "",
    not_applicable: bool = False,
) -> Score:
    """Store a mark as if it had been typed."""
    evaluation = scorecard.evaluation
    return Score.objects.create(
        organization=evaluation.organization,
        scorecard=scorecard,
        candidate=evaluation.candidates.get(name=candidate),
        criterion=evaluation.criteria.get(name=criterion),
        mark=None if mark is None else Decimal(str(mark)),
        not_applicable=not_applicable,
        evidence=evidence,
        comment=comment,
        version=1,
    )


@organization_scope(ALL)
def fill(scorecard: Scorecard, mark: int = 3, **kwargs: Any) -> None:
    """Give the same mark to every cell that is still empty."""
    evaluation = scorecard.evaluation
    done = set(scorecard.scores.values_list("candidate_id", "criterion_id"))
    Score.objects.bulk_create(
        Score(
            organization=evaluation.organization,
            scorecard=scorecard,
            candidate=candidate,
            criterion=criterion,
            mark=Decimal(1) if criterion.is_gate else Decimal(mark),
            version=1,
            **kwargs,
        )
        for candidate in evaluation.candidates.all()
        for criterion in scorecard.criteria.all()
        if (candidate.pk, criterion.pk) not in done
    )


@organization_scope(ALL)
def make_award(
    evaluation: Evaluation,
    by: Membership,
    winner: str,
    runner_up: str = "",
    *,
    state: str = Award.State.DRAFT,
    **fields: Any,
) -> Award:
    """An award in any state; from "proposed" on, the same person has done every step. Nothing is frozen."""
    states = Award.State
    now = timezone.now()
    if state in {states.PROPOSED, states.APPROVED, states.ANNOUNCED}:
        fields = {"proposed_by": by, "proposed_at": now, **fields}
    if state in {states.APPROVED, states.ANNOUNCED}:
        fields = {"decided_by": by, "decided_at": now, **fields}
    award: Award = Award.objects.create(
        organization=evaluation.organization,
        evaluation=evaluation,
        round=evaluation.round,
        state=state,
        winner=evaluation.candidates.get(name=winner),
        runner_up=evaluation.candidates.get(name=runner_up) if runner_up else None,
        currency=evaluation.organization.currency,
        created_by=by,
        **fields,
    )
    return award
