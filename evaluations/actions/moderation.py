"""Agreeing on one mark where the evaluators differ, and taking that back. The marks themselves stay.

Both lock the evaluation and then the moderated mark, so that two people at one cell go one after the
other and nothing changes beside a closing, a reopening or an award.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import Gone, Stale, lock
from evaluations.actions.analysis import keep_analysis
from evaluations.actions.scoring import WrongMark
from evaluations.marks import BadMark, Scale, expected, read_mark
from evaluations.models import (
    Award,
    Candidate,
    Evaluation,
    EvaluationCriterion,
    MeasuredMark,
    ModeratedMark,
)
from evaluations.moderation import stored_words

MOST_REASON = 2000
WAITING = (
    "An award waits for approval, so the marks stand still. Return or withdraw the award first."
)
DECIDED = (
    "The award is decided on these marks. To change one, withdraw the award or reopen the scoring."
)

MEASURED = "A pilot measured this, so there is nothing to agree on. The measured mark counts."


class CannotModerate(Refused):
    """No mark can be agreed on now."""


class NoSuchCell(Refused):
    """The candidate or the criterion is of another evaluation."""

    def __init__(self) -> None:
        super().__init__("This evaluation has no such cell.")


class NoReason(Refused):
    """A moderated mark needs its reason."""


@dataclass(frozen=True)
class Agreement:
    """What was agreed on for one cell. `version` is the one that the form showed; 0: there was none."""

    candidate_id: int
    criterion_id: int
    version: int
    mark: str
    reason: str


def refusal(evaluation: Evaluation) -> str:
    """Why no mark of this evaluation can be moderated now; empty if one can."""
    if not evaluation.is_closed:
        return "Scoring is not closed. Agree on marks when everybody has given theirs."
    states = set(
        Award.objects.filter(evaluation=evaluation, round=evaluation.round).values_list(
            "state", flat=True
        )
    )
    if states & {Award.State.APPROVED, Award.State.ANNOUNCED}:
        return DECIDED
    return WAITING if Award.State.PROPOSED in states else ""


@transaction.atomic
def moderate(
    *, evaluation_id: int, agreed: Agreement, by: Membership
) -> tuple[ModeratedMark, bool]:
    """Let one mark count for a cell instead of the evaluators' mean. (mark, whether anything changed)

    Raises NoSuchCell, CannotModerate, WrongMark, NoReason, or Stale with what somebody else agreed on
    as `.current`. Sent again, the same changes nothing.
    """
    evaluation, candidate, criterion = _lock_cell(
        evaluation_id, agreed.candidate_id, agreed.criterion_id
    )
    mark, not_applicable = _read(agreed.mark, criterion)
    reason = agreed.reason.strip()
    if not reason:
        raise NoReason("Say in a few words why this mark.")
    if len(reason) > MOST_REASON:
        raise NoReason(f"A reason may have {MOST_REASON} characters; this one has {len(reason)}.")
    row = _stored(candidate, criterion) or ModeratedMark(
        organization_id=evaluation.organization_id,
        evaluation=evaluation,
        candidate=candidate,
        criterion=criterion,
        version=0,
    )
    new = (mark, not_applicable, reason)
    if _stands(row) and (row.mark, row.not_applicable, row.reason) == new:
        return row, False
    if row.version != agreed.version:
        raise Stale(row)
    before = _content(row, criterion)
    row.mark, row.not_applicable, row.reason = new
    row.by, row.by_name = by, by.name
    row.moderated_at, row.withdrawn_at = timezone.now(), None
    _store(row, evaluation, candidate, criterion, "mark.moderated", before, by)
    return row, True


@transaction.atomic
def withdraw(
    *, evaluation_id: int, candidate_id: int, criterion_id: int, version: int, by: Membership
) -> bool:
    """Let the evaluators' own marks count again. False if no moderated mark stood.

    Raises NoSuchCell, CannotModerate, or Stale if somebody agreed on another mark meanwhile.
    """
    evaluation, candidate, criterion = _lock_cell(evaluation_id, candidate_id, criterion_id)
    row = _stored(candidate, criterion)
    if row is None or not _stands(row):
        return False
    if row.version != version:
        raise Stale(row)
    before = _content(row, criterion)
    row.withdrawn_at = timezone.now()
    _store(row, evaluation, candidate, criterion, "mark.moderation_withdrawn", before, by)
    return True


def _lock_cell(
    evaluation_id: int, candidate_id: int, criterion_id: int
) -> tuple[Evaluation, Candidate, EvaluationCriterion]:
    try:
        evaluation = lock(Evaluation.objects.select_related("organization"), evaluation_id)
        candidate = evaluation.candidates.get(pk=candidate_id)
        criterion = evaluation.criteria.get(pk=criterion_id)
    except (Gone, Candidate.DoesNotExist, EvaluationCriterion.DoesNotExist):
        raise NoSuchCell from None
    measured = MeasuredMark.objects.standing(evaluation)
    if measured.filter(candidate=candidate, criterion=criterion).exists():
        raise CannotModerate(MEASURED)
    why = refusal(evaluation)
    if why:
        raise CannotModerate(why)
    return evaluation, candidate, criterion


def _stored(candidate: Candidate, criterion: EvaluationCriterion) -> ModeratedMark | None:
    rows = ModeratedMark.objects.select_for_update(of=("self",))
    found: ModeratedMark | None = rows.filter(candidate=candidate, criterion=criterion).first()
    return found


def _stands(row: ModeratedMark) -> bool:
    return row.version > 0 and row.withdrawn_at is None


def _read(text: str, criterion: EvaluationCriterion) -> tuple[Any, bool]:
    scale = Scale(criterion.kind, criterion.worst, criterion.best)
    try:
        mark, not_applicable = read_mark(text, scale)
    except BadMark as error:
        raise WrongMark(str(error)) from error
    if mark is None and not not_applicable:
        raise WrongMark(expected(scale))
    return mark, not_applicable


def _content(row: ModeratedMark, criterion: EvaluationCriterion) -> dict[str, str]:
    if not _stands(row):
        return {"moderated mark": ""}
    words = stored_words(row.mark, row.not_applicable, criterion.is_gate)
    return {"moderated mark": words, "reason": row.reason}


def _store(
    row: ModeratedMark,
    evaluation: Evaluation,
    candidate: Candidate,
    criterion: EvaluationCriterion,
    verb: str,
    before: dict[str, str],
    by: Membership,
) -> None:
    row.version += 1
    row.save()
    cell = {"cell": f"{candidate} · {criterion}"}
    log.record(
        by=by,
        verb=verb,
        target=evaluation,
        before={**cell, **before},
        after={**cell, **_content(row, criterion)},
    )
    keep_analysis(evaluation=evaluation)
