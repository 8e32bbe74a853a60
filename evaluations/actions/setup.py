"""Setting up an evaluation: what it is about, its criteria; opening the scoring."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from activity import actions as activity
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from evaluations import criteria, queries
from evaluations.actions.candidates import Frozen
from evaluations.actions.criteria import change_log, checked, criterion_values
from evaluations.actions.due_day import watch_due_day
from evaluations.actions.evaluators import mail_evaluator
from evaluations.actions.quote_days import unwatch_quotes
from evaluations.actions.requests import refuse_asked
from evaluations.criteria import CriterionDraft
from evaluations.models import (
    AssignedCriterion,
    CriteriaSet,
    Evaluation,
    EvaluationCriterion,
)


class NotReady(Refused):
    """Something is missing before scoring can be opened; `.missing` are the checks that failed."""

    def __init__(self, missing: Sequence[queries.Check]) -> None:
        words = " ".join(f"{check.title}: {check.words}" for check in missing)
        super().__init__(f"Scoring can't be opened yet. {words}")
        self.missing = missing


@transaction.atomic
def create_evaluation(
    *,
    title: str,
    criteria_set: CriteriaSet,
    by: Membership,
    service: str = "",
    reason: str = "",
    due_on: dt.date | None = None,
    creation_key: uuid.UUID | None = None,
) -> Evaluation:
    """Start an evaluation with its own copy of the set's criteria. Sent twice, it is made once."""
    key = creation_key or uuid.uuid4()
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    again: Evaluation | None = Evaluation.objects.filter(creation_key=key).first()
    if again:
        return again
    chosen = lock(CriteriaSet.objects.current(), criteria_set.pk)
    version = chosen.versions.get(number=chosen.version)
    evaluation = Evaluation.objects.create(
        organization=by.organization,
        title=title,
        service=service,
        reason=reason,
        due_on=due_on,
        criteria_from=version,
        creation_key=key,
        created_by=by,
    )
    _add_criteria(evaluation, enumerate(version.drafts))
    if due_on:
        watch_due_day(evaluation, by)
    log.record(
        by=by,
        verb="evaluation.created",
        target=evaluation,
        after={"title": title, "service": service, "due on": due_on, "criteria from": version},
    )
    return evaluation


def _add_criteria(evaluation: Evaluation, places: Any) -> list[EvaluationCriterion]:
    """Copy drafts in at their places ((position, draft) pairs)."""
    rows = [
        EvaluationCriterion(
            organization=evaluation.organization,
            evaluation=evaluation,
            position=position,
            **criterion_values(draft),
        )
        for position, draft in places
    ]
    EvaluationCriterion.objects.bulk_create(rows)
    return rows


@transaction.atomic
def change_evaluation(
    *, evaluation: Evaluation, values: dict[str, Any], version: int, by: Membership
) -> Evaluation:
    """Change title, service, reason, due date, or whether names are hidden while moderating; after
    opening only the due date.

    Raises Stale with what is stored now.
    """
    row = lock(Evaluation.objects.all(), evaluation.pk, version)
    if row.is_closed:
        raise Refused("Scoring is closed; nothing about this evaluation can be changed.")
    before, after = log.apply_changes(row, values)
    if not row.in_setup and set(after) - {"due_on"}:
        raise Frozen("only the due date")
    if after:
        row.version += 1
        row.save()
        if set(after) & {"due_on", "title"}:
            watch_due_day(row, by)
        log.record(by=by, verb="evaluation.changed", target=row, before=before, after=after)
    return row


@transaction.atomic
def change_evaluation_criteria(
    *,
    evaluation: Evaluation,
    drafts: Sequence[CriterionDraft],
    version: int,
    by: Membership,
) -> Evaluation:
    """Adjust this evaluation's own criteria before scoring opens. The set they came from stays as it is.

    A draft's `row` says which criterion it continues; a new criterion is judged by everybody.
    """
    row = lock(Evaluation.objects.all(), evaluation.pk, version)
    if not row.in_setup:
        raise Frozen("criteria and weights")
    drafts = checked(drafts)
    stored = list(row.criteria.order_by("position", "pk"))
    changes = criteria.changes([old.draft for old in stored], drafts)
    if not changes:
        return row
    _replace_criteria(row, stored, drafts)
    row.version += 1
    row.save()
    before, after = change_log(changes)
    log.record(by=by, verb="evaluation.criteria_changed", target=row, before=before, after=after)
    return row


def _replace_criteria(
    evaluation: Evaluation, stored: list[EvaluationCriterion], drafts: Sequence[CriterionDraft]
) -> None:
    by_id = {old.pk: old for old in stored}
    kept: dict[int, EvaluationCriterion] = {}
    for position, draft in enumerate(drafts):
        if draft.row in by_id:
            kept[position] = by_id.pop(draft.row)
    evaluation.criteria.filter(pk__in=list(by_id)).delete()
    # Names are unique at every moment: two that swap theirs need a name between.
    for old in kept.values():
        old.name = uuid.uuid4().hex
    EvaluationCriterion.objects.bulk_update(kept.values(), ["name"])
    for position, old in kept.items():
        for name, value in {"position": position, **criterion_values(drafts[position])}.items():
            setattr(old, name, value)
    EvaluationCriterion.objects.bulk_update(
        kept.values(), ["position", *criterion_values(drafts[0])]
    )
    new = [(position, draft) for position, draft in enumerate(drafts) if position not in kept]
    rows = _add_criteria(evaluation, new)
    AssignedCriterion.objects.bulk_create(
        AssignedCriterion(organization=evaluation.organization, scorecard=card, criterion=criterion)
        for card in evaluation.scorecards.all()
        for criterion in rows
    )


# Opening and deleting -----------------------------------------------------------------------------


@transaction.atomic
def open_scoring(
    *, evaluation: Evaluation, by: Membership, version: int | None = None
) -> Evaluation:
    """Freeze criteria, weights and candidates, and ask every evaluator by mail. Opening twice is opening once.

    Raises NotReady naming what is missing, Stale if it changed since `version` was shown.
    """
    row = lock(Evaluation.objects.select_related("organization"), evaluation.pk)
    if not row.in_setup:
        return row
    if version is not None and row.version != version:
        raise Stale(row)
    found = queries.read_set_up(row, timezone.localdate())
    if found.missing:
        raise NotReady(found.missing)
    row.state = Evaluation.State.SCORING
    row.opened_at = timezone.now()
    row.version += 1
    row.save()
    for line in found.evaluators:
        if line.able:
            mail_evaluator(line.scorecard, row, by)
    if row.due_on:
        watch_due_day(row, by)
    log.record(
        by=by,
        verb="evaluation.scoring_opened",
        target=row,
        before={"state": Evaluation.State.SETUP.label},
        after={
            "state": Evaluation.State.SCORING.label,
            "weights": {old.name: criteria.weight_words(old.draft) for old in found.criteria},
            "candidates": [candidate.name for candidate in found.candidates],
        },
    )
    return row


@transaction.atomic
def delete_evaluation(*, evaluation: Evaluation, by: Membership) -> None:
    """Throw away an evaluation in which scoring was never opened."""
    row = (
        Evaluation.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=evaluation.pk)
        .first()
    )
    if row is None:
        return
    if not row.in_setup:
        raise Refused(
            "Scoring has been opened; what people marked is kept, so this can't be deleted."
        )
    refuse_asked(row)
    log.record(by=by, verb="evaluation.deleted", target=row, before={"title": row.title})
    activity.unwatch(target=row)
    unwatch_quotes(row.candidates.all())
    row.delete()
