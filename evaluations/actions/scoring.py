"""What an evaluator does: declares, marks, submits, takes back. And reminding one of it.

Each action locks the evaluation and then the evaluator's scorecard, so that nothing is written beside
a closing, and a second sending of the same thing changes nothing.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.models import OutgoingMail
from core.errors import Refused
from core.versions import Stale
from evaluations import scorecards, scoring_mail
from evaluations.marks import BadMark, Scale, mark_text, read_mark
from evaluations.models import (
    AssignedCriterion,
    Candidate,
    Evaluation,
    EvaluationCriterion,
    Score,
    Scorecard,
)

Key = tuple[int, int]
# The few columns that saving a cell reads: the commonest write is kept lean.
NEEDED_TO_SAVE = (
    "organization_id",
    "criterion__organization_id",
    "criterion__name",
    "criterion__kind",
    "criterion__worst",
    "criterion__best",
    "scorecard__organization_id",
    "scorecard__has_conflict",
    "scorecard__submitted_at",
    "scorecard__evaluation__organization_id",
    "scorecard__evaluation__title",
    "scorecard__evaluation__state",
)


class CannotScore(Refused):
    """The scorecard can't be changed now."""


class NotOnScorecard(Refused):
    """No such cell for this person: another's scorecard, evaluation, candidate or criterion."""

    def __init__(self) -> None:
        super().__init__(
            "This cell is not on your scorecard. Reload the page; "
            "are you signed in as somebody else by now?"
        )


class WrongMark(Refused):
    """What was typed is no mark on this criterion."""


class ConflictAfterMarking(Refused):
    """Marks stand already; declaring a conflict has to be confirmed."""


class NotComplete(Refused):
    """Cells are missing; `.scorecard` is the one to look at."""


class CannotRemind(Refused):
    """No reminder was sent."""


@dataclass(frozen=True)
class CellInput:
    """What a form says about one cell. `version` is what it showed (0: nothing was stored).

    None for evidence or comment leaves that as it is.
    """

    candidate_id: int
    criterion_id: int
    version: int
    mark: str
    evidence: str | None = None
    comment: str | None = None

    @property
    def key(self) -> Key:
        return self.candidate_id, self.criterion_id


@dataclass(frozen=True)
class Outcome:
    """How saving a whole scorecard went: cells written, and what was refused, by cell."""

    saved: int = 0
    refused: dict[Key, Refused] = field(default_factory=dict)


# Marks --------------------------------------------------------------------------------------------


@transaction.atomic
def save_score(*, evaluation_id: int, scorecard_id: int, cell: CellInput, by: Membership) -> Score:
    """Store one cell of one's own scorecard. Saving what is stored already changes nothing.

    Raises NotOnScorecard, CannotScore, WrongMark, or Stale with the stored Score as `.current`.
    """
    assigned = (
        AssignedCriterion.objects.select_related("criterion", "scorecard__evaluation")
        .select_for_update(of=("scorecard__evaluation", "scorecard"), no_key=True)
        .filter(
            criterion_id=cell.criterion_id,
            scorecard_id=scorecard_id,
            scorecard__evaluator=by,
            scorecard__evaluation_id=evaluation_id,
            scorecard__evaluation__candidates=cell.candidate_id,
        )
        .annotate(candidate_name=F("scorecard__evaluation__candidates__name"))
        .only(*NEEDED_TO_SAVE)
        .first()
    )
    if assigned is None:
        raise NotOnScorecard
    _refuse_unless_open(assigned.scorecard)
    # Joined above, so that a cell costs one question less; enough to point at and to name.
    candidate = Candidate(
        pk=cell.candidate_id,
        organization_id=assigned.organization_id,
        evaluation_id=evaluation_id,
        name=assigned.candidate_name,
    )
    stored = Score.objects.filter(
        scorecard_id=scorecard_id, candidate_id=candidate.pk, criterion_id=cell.criterion_id
    ).first()
    score = _cell(stored, assigned.scorecard, candidate, assigned.criterion)
    before, after = _write(score, cell)
    if after:
        score.save()
        name = f"{candidate} · {assigned.criterion}"
        log.record(
            by=by,
            verb="score.saved",
            target=assigned.scorecard.evaluation,
            before={"cell": name, **before},
            after={"cell": name, **after},
            sealed=True,
        )
    return score


@transaction.atomic
def save_scores(
    *, evaluation_id: int, scorecard_id: int, cells: list[CellInput], by: Membership
) -> Outcome:
    """Store many cells of one's own scorecard at once. What is refused is told by cell; the rest is kept."""
    scorecard = _lock_scorecard(evaluation_id, by, scorecard_id)
    _refuse_unless_open(scorecard)
    criteria = {row.pk: row for row in scorecard.criteria.all()}
    candidates = {row.pk: row for row in scorecard.evaluation.candidates.all()}
    stored = {(row.candidate_id, row.criterion_id): row for row in scorecard.scores.all()}
    changed: list[Score] = []
    refused: dict[Key, Refused] = {}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for cell in cells:
        candidate, criterion = candidates.get(cell.candidate_id), criteria.get(cell.criterion_id)
        if candidate is None or criterion is None:
            refused[cell.key] = NotOnScorecard()
            continue
        score = _cell(stored.get(cell.key), scorecard, candidate, criterion)
        try:
            old, new = _write(score, cell)
        except Refused as error:
            refused[cell.key] = error
            continue
        if new:
            changed.append(score)
            before[f"{candidate} · {criterion}"] = old
            after[f"{candidate} · {criterion}"] = new
    _store(changed)
    if changed:
        log.record(
            by=by,
            verb="scores.saved",
            target=scorecard.evaluation,
            before=before,
            after=after,
            sealed=True,
        )
    return Outcome(len(changed), refused)


def _store(scores: list[Score]) -> None:
    now = timezone.now()
    for score in scores:
        score.updated_at = now
    Score.objects.bulk_create([score for score in scores if score.pk is None])
    Score.objects.bulk_update(
        [score for score in scores if score.pk is not None],
        ["mark", "not_applicable", "evidence", "comment", "version", "updated_at"],
        batch_size=500,
    )


def _cell(
    stored: Score | None,
    scorecard: Scorecard,
    candidate: Candidate,
    criterion: EvaluationCriterion,
) -> Score:
    """The stored row, or a new one at version 0, with what it points at already loaded."""
    score = stored or Score(organization_id=scorecard.organization_id, version=0)
    score.scorecard, score.candidate, score.criterion = scorecard, candidate, criterion
    return score


def _write(score: Score, cell: CellInput) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put the input on the row, one version further; ({}, {}) if that is what it holds already."""
    criterion = score.criterion
    try:
        mark, not_applicable = read_mark(
            cell.mark, Scale(criterion.kind, criterion.worst, criterion.best)
        )
    except BadMark as error:
        raise WrongMark(str(error)) from error
    evidence = score.evidence if cell.evidence is None else cell.evidence
    comment = score.comment if cell.comment is None else cell.comment
    old = _content(score)
    new = {"mark": mark_text(mark, not_applicable), "evidence": evidence, "comment": comment}
    if old == new:
        return {}, {}
    if score.version != cell.version:
        raise Stale(score)
    score.mark, score.not_applicable = mark, not_applicable
    score.evidence, score.comment = evidence, comment
    score.version += 1
    differs = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in differs}, {name: new[name] for name in differs}


def _content(score: Score) -> dict[str, str]:
    return {
        "mark": mark_text(score.mark, score.not_applicable),
        "evidence": score.evidence,
        "comment": score.comment,
    }


# The scorecard as a whole -------------------------------------------------------------------------


@transaction.atomic
def declare_conflict(
    *, evaluation_id: int, has_conflict: bool, note: str, confirmed: bool, by: Membership
) -> Scorecard:
    """Say before scoring that one has a conflict of interest, and which, or none.

    With a conflict one is recused: marks given before stay stored but do not count, which has to be
    confirmed. May be changed until the scorecard is submitted.
    """
    scorecard = _lock_scorecard(evaluation_id, by)
    note = note if has_conflict else ""
    if (scorecard.has_conflict, scorecard.conflict_note) == (has_conflict, note):
        return scorecard
    _refuse_unless_scoring(scorecard.evaluation)
    if scorecard.submitted_at:
        raise CannotScore("Your scorecard is submitted. Take it back first.")
    if has_conflict and not confirmed and scorecards.has_marks(scorecard):
        raise ConflictAfterMarking(
            "You have given marks already. They stay stored, but will not count. "
            "Tick the box below to confirm."
        )
    before = _declaration(scorecard)
    scorecard.has_conflict, scorecard.conflict_note = has_conflict, note
    scorecard.declared_at = timezone.now()
    scorecard.save()
    log.record(
        by=by,
        verb="scorecard.declared",
        target=scorecard.evaluation,
        before=before,
        after={"evaluator": scorecard.evaluator_name, **_declaration(scorecard)},
    )
    return scorecard


def _declaration(scorecard: Scorecard) -> dict[str, str]:
    words = {None: "not declared", False: "none", True: "yes"}
    # The note itself is for those who manage the evaluation; the trail is read by more people.
    return {"conflict of interest": words[scorecard.has_conflict]}


@transaction.atomic
def submit_scorecard(*, evaluation_id: int, by: Membership) -> Scorecard:
    """Hand in a complete scorecard; nobody changes it until it is taken back."""
    scorecard = _lock_scorecard(evaluation_id, by)
    if scorecard.submitted_at:
        return scorecard
    _refuse_unless_open(scorecard)
    missing = scorecards.read_scorecard(scorecard).missing_count
    if missing:
        cells = "cell is" if missing == 1 else "cells are"
        raise NotComplete(f"Not submitted yet: {missing} {cells} still empty.")
    scorecard.submitted_at = timezone.now()
    scorecard.save()
    _record_submission(scorecard, "scorecard.submitted", by)
    return scorecard


@transaction.atomic
def reopen_scorecard(*, evaluation_id: int, by: Membership) -> Scorecard:
    """Take one's submitted scorecard back to change it, while scoring is open."""
    scorecard = _lock_scorecard(evaluation_id, by)
    if not scorecard.submitted_at:
        return scorecard
    _refuse_unless_scoring(scorecard.evaluation)
    scorecard.submitted_at = None
    scorecard.save()
    _record_submission(scorecard, "scorecard.taken_back", by)
    return scorecard


def _record_submission(scorecard: Scorecard, verb: str, by: Membership) -> None:
    log.record(
        by=by,
        verb=verb,
        target=scorecard.evaluation,
        after={"evaluator": scorecard.evaluator_name},
    )


@transaction.atomic
def remind_evaluator(*, scorecard: Scorecard, on: dt.date, by: Membership) -> bool:
    """Mail one evaluator that their scorecard is awaited; at most once a day. False: was sent today."""
    scorecard = (
        Scorecard.objects.select_related("evaluation__organization", "evaluator__user")
        .select_for_update(of=("self",))
        .get(pk=scorecard.pk)
    )
    _refuse_unless_scoring(scorecard.evaluation)
    evaluator = scorecard.evaluator
    if evaluator is None or not evaluator.can(Perm.SCORE):
        raise CannotRemind(f"{scorecard.evaluator_name} can't score here any more.")
    if scorecard.submitted_at or scorecard.has_conflict:
        raise CannotRemind(f"There is nothing to wait for from {scorecard.evaluator_name}.")
    key = f"scorecard-reminder:{scorecard.pk}:{on.isoformat()}"
    if OutgoingMail.objects.filter(key=key).exists():
        return False
    scoring_mail.queue_reminder(scorecard, evaluator, by, key)
    _record_submission(scorecard, "scorecard.reminded", by)
    return True


# Checks -------------------------------------------------------------------------------------------


def _lock_scorecard(
    evaluation_id: int, by: Membership, scorecard_id: int | None = None
) -> Scorecard:
    rows = (
        Scorecard.objects.select_related("evaluation")
        .select_for_update(of=("evaluation", "self"), no_key=True)
        .filter(evaluation_id=evaluation_id, evaluator=by)
    )
    if scorecard_id is not None:
        rows = rows.filter(pk=scorecard_id)
    scorecard: Scorecard | None = rows.first()
    if scorecard is None:
        raise NotOnScorecard
    return scorecard


def _refuse_unless_scoring(evaluation: Evaluation) -> None:
    if evaluation.is_closed:
        raise CannotScore("Scoring is closed; nothing can be changed any more.")
    if not evaluation.is_scoring:
        raise CannotScore("Scoring has not been opened yet.")


def _refuse_unless_open(scorecard: Scorecard) -> None:
    _refuse_unless_scoring(scorecard.evaluation)
    if scorecard.has_conflict is None:
        raise CannotScore("Say first whether you have a conflict of interest.")
    if scorecard.has_conflict:
        raise CannotScore("You declared a conflict of interest, so you do not mark here.")
    if scorecard.submitted_at:
        raise CannotScore("Your scorecard is submitted. Take it back to change it.")
