"""What a contract's reviews begin with: the criteria that chose the vendor, and what the vendor promised.

Without an evaluation they are those of the organization's first criteria set.
"""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from activity.models import FrozenRecord
from contracts.models import Contract
from evaluations.criteria import CriterionDraft
from evaluations.models import Award, CriteriaSetVersion, EvaluationCriterion, Evidence
from evaluations.standard_set import STANDARD_SET
from reviews.models import ReviewCriterion, ReviewPlan

FINEST = Decimal("0.0001")
FIRMNESS = {grade: place for place, grade in enumerate(Evidence.values)}


def first_criteria(plans: Sequence[ReviewPlan]) -> list[ReviewCriterion]:
    """The criteria of these new plans of one organization, not saved yet; in a few queries for any number.

    The plans need their `contract` in memory.
    """
    awards = _awards([plan.contract for plan in plans])
    chosen_by = _evaluation_criteria(awards.values())
    standard: list[CriterionDraft] | None = None
    found: list[ReviewCriterion] = []
    for plan in plans:
        award = awards.get(plan.contract.award_id or 0)
        rows = chosen_by.get(award.evaluation_id, []) if award else []
        if award and rows:
            found += _chosen(plan, award, rows)
            continue
        if standard is None:
            standard = standard_criteria(plan.organization_id)
        found += [criterion(plan, at, draft) for at, draft in enumerate(standard, 1)]
    return found


def standard_criteria(organization_id: int) -> list[CriterionDraft]:
    """The newest version of the organization's first criteria set; without one, the usual five."""
    sets = CriteriaSetVersion.objects.filter(
        organization_id=organization_id, criteria_set__archived_at=None
    )
    version = sets.order_by("criteria_set__created_at", "criteria_set", "-number").first()
    return (version.drafts if version else []) or list(STANDARD_SET)


def criterion(plan: ReviewPlan, position: int, draft: CriterionDraft) -> ReviewCriterion:
    """A criterion of the plan that says what the draft says; not saved."""
    return ReviewCriterion(
        organization_id=plan.organization_id,
        plan=plan,
        position=position,
        name=draft.name,
        question=draft.question,
        kind=draft.kind,
        weight=draft.weight,
        worst=draft.worst,
        best=draft.best,
        unit=draft.unit,
        anchors=list(draft.anchors),
    )


# Promised -------------------------------------------------------------------------------------------


def _awards(contracts: Iterable[Contract]) -> dict[int, Award]:
    """The awards that these contracts follow, with their frozen records."""
    ids = [contract.award_id for contract in contracts if contract.award_id]
    rows = Award.objects.filter(pk__in=ids).select_related("record") if ids else []
    return {award.pk: award for award in rows}


def _evaluation_criteria(awards: Iterable[Award]) -> dict[int, list[EvaluationCriterion]]:
    evaluations = {award.evaluation_id for award in awards}
    if not evaluations:
        return {}
    rows = EvaluationCriterion.objects.filter(evaluation__in=evaluations)
    found: dict[int, list[EvaluationCriterion]] = {}
    for row in rows.order_by("position", "pk"):
        found.setdefault(row.evaluation_id, []).append(row)
    return found


def _chosen(
    plan: ReviewPlan, award: Award, rows: Iterable[EvaluationCriterion]
) -> list[ReviewCriterion]:
    """The evaluation's criteria with what the winner's marks promised."""
    promised = promises(award.record, award.winner_id)
    found = []
    for position, row in enumerate(rows, 1):
        new = criterion(plan, position, row.draft)
        new.chosen_by = row
        new.promised, new.promised_evidence = promised.get(row.pk, (None, ""))
        found.append(new)
    return found


def promises(record: FrozenRecord | None, winner: int) -> dict[int, tuple[Decimal, str]]:
    """By criterion, the mark that counted for the winner when the award was approved, and the firmest
    thing that it rested on; from the award's record, which nothing changes any more."""
    if record is None:
        return {}
    content = json.loads(record.content)
    evidence = _evidence(content["inputs"], winner)
    results = content["results"]["candidates"]
    own = next((line for line in results if line["candidate"] == winner), None)
    cells = [*own["cells"], *own["gates"]] if own else []
    marks = {cell["criterion"]: _decimal(cell["mark"]) for cell in cells}
    return {pk: (mark, evidence.get(pk, "")) for pk, mark in marks.items() if mark is not None}


def _evidence(inputs: Any, winner: int) -> dict[int, str]:
    recused = {person["id"] for person in inputs["evaluators"] if person["recused"]}
    found: dict[int, str] = {}
    for mark in inputs["marks"]:
        if mark["candidate"] != winner or mark["evaluator"] in recused or not mark["evidence"]:
            continue
        there = found.get(mark["criterion"])
        if there is None or FIRMNESS[mark["evidence"]] < FIRMNESS[there]:
            found[mark["criterion"]] = mark["evidence"]
    return found


def _decimal(mark: float | None) -> Decimal | None:
    try:
        return None if mark is None else Decimal(repr(mark)).quantize(FINEST)
    except InvalidOperation:
        return None
