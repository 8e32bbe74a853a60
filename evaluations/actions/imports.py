"""Scorecards made in a spreadsheet: uploaded, looked at, made into an evaluation with its ranking."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from evaluations.actions.analysis import keep_analysis
from evaluations.import_sheet import marks_of, summary_of, title_from
from evaluations.import_vendors import Place, clashes, places
from evaluations.models import (
    AssignedCriterion,
    Candidate,
    Evaluation,
    EvaluationCriterion,
    Kind,
    Score,
    Scorecard,
    ScoreImport,
)
from evaluations.scorecard_file import ScorecardFile
from vendors.actions import create_vendors
from vendors.models import Vendor

UNNAMED = "Imported sheet"


class CannotImport(Refused):
    """Nothing was imported; the message says why."""


# Upload -------------------------------------------------------------------------------------------


@transaction.atomic
def upload_scores(
    *,
    file: ScorecardFile,
    data: bytes,
    title: str,
    scale: str,
    by: Membership,
    creation_key: uuid.UUID | None = None,
) -> ScoreImport:
    """Keep an uploaded scorecard for the preview; nothing is evaluated yet. Sent twice, it is kept once.

    Earlier uploads of the same person that never became an evaluation are thrown away.
    """
    key = creation_key or uuid.uuid4()
    row: ScoreImport
    row, is_new = ScoreImport.objects.get_or_create(
        organization=by.organization,
        creation_key=key,
        defaults={
            "filename": file.filename,
            "title": title or title_from(file.filename),
            "scale": scale,
            "data": data,
            "summary": summary_of(file),
            "marks": marks_of(file),
            "created_by": by,
        },
    )
    if is_new:
        _forget_earlier_uploads(row, by)
    return row


def _forget_earlier_uploads(kept: ScoreImport, by: Membership) -> None:
    """One that is being confirmed at this moment is locked, and left alone."""
    earlier = ScoreImport.objects.filter(created_by=by, evaluation=None, pk__lt=kept.pk)
    free = earlier.select_for_update(skip_locked=True).values_list("pk", flat=True)
    ScoreImport.objects.filter(pk__in=list(free)).delete()


@transaction.atomic
def change_import_scale(
    *, score_import: ScoreImport, file: ScorecardFile, scale: str, version: int, by: Membership
) -> ScoreImport:
    """Take the same upload as read on another scale. Raises Stale if it was changed meanwhile."""
    row = lock(ScoreImport.objects.all(), score_import.pk, version)
    if row.evaluation_id:
        return row
    row.scale = scale
    row.summary, row.marks = summary_of(file), marks_of(file)
    row.version += 1
    row.save()
    return row


# Confirmation -------------------------------------------------------------------------------------


@transaction.atomic
def import_scores(*, score_import: ScoreImport, version: int, by: Membership) -> Evaluation:
    """Make the uploaded scorecard a closed evaluation with its ranking. Confirmed twice, it is made once.

    Vendors are found in the register by their name, the others are added as candidates. Raises
    CannotImport if something must be corrected first, Stale if what was shown has changed.
    """
    # One import at a time: two that name the same new vendor would not see each other's.
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    row = lock(ScoreImport.objects.select_related("evaluation"), score_import.pk)
    if row.evaluation:
        return row.evaluation
    if row.version != version:
        raise Stale(row)
    found = places(by.organization, row.summary["vendors"])
    if row.summary["errors"] or clashes(found):
        raise CannotImport("Nothing was imported: some cells must be corrected first.")
    new_names = [place.name for place in found if place.is_new]
    evaluation = _evaluation(row, by)
    criteria = _criteria(evaluation, row.summary)
    candidates = _candidates(evaluation, found, by)
    cards = _scorecards(evaluation, row, criteria)
    Score.objects.bulk_create(_scores(row.marks, cards, candidates, criteria), batch_size=1000)
    keep_analysis(evaluation=evaluation)
    log.record(
        by=by,
        verb="evaluation.imported",
        target=evaluation,
        after={
            "title": evaluation.title,
            "file": row.filename,
            "scale": row.summary["scale_words"],
            "weights": dict(row.summary["criteria"]),
            "candidates": [place.name for place in found],
            "new vendors": new_names,
            "evaluators": [card.evaluator_name for card in cards.values()],
            "marks": len(row.marks),
        },
    )
    row.evaluation = evaluation
    row.data, row.summary, row.marks = b"", {}, []
    row.version += 1
    row.save()
    return evaluation


def _evaluation(row: ScoreImport, by: Membership) -> Evaluation:
    now = timezone.now()
    evaluation: Evaluation = Evaluation.objects.create(
        organization=by.organization,
        title=row.title,
        state=Evaluation.State.CLOSED,
        imported_from=row.filename,
        opened_at=now,
        closed_at=now,
        created_by=by,
    )
    return evaluation


def _criteria(evaluation: Evaluation, summary: dict[str, Any]) -> list[EvaluationCriterion]:
    worst, best = map(Decimal, summary["scale"])
    rows: list[EvaluationCriterion] = EvaluationCriterion.objects.bulk_create(
        EvaluationCriterion(
            organization=evaluation.organization,
            evaluation=evaluation,
            position=position,
            name=name,
            kind=Kind.JUDGED,
            weight=Decimal(weight),
            worst=worst,
            best=best,
        )
        for position, (name, weight) in enumerate(summary["criteria"])
    )
    return rows


def _candidates(evaluation: Evaluation, found: Sequence[Place], by: Membership) -> list[Candidate]:
    # Their names were looked up a moment ago, all in one query.
    added = iter(
        create_vendors(
            rows=[
                {"legal_name": place.name, "status": Vendor.Status.CANDIDATE}
                for place in found
                if place.is_new
            ],
            by=by,
        )
    )
    rows: list[Candidate] = Candidate.objects.bulk_create(
        Candidate(
            organization=evaluation.organization,
            evaluation=evaluation,
            vendor=next(added) if place.is_new else place.vendor,
            name=place.name,
            position=position,
        )
        for position, place in enumerate(found)
    )
    return rows


def _scorecards(
    evaluation: Evaluation, row: ScoreImport, criteria: Sequence[EvaluationCriterion]
) -> dict[int, Scorecard]:
    """Scorecards by the evaluator's position in the sheet; -1 is the one without a name."""
    members = {
        member.user.email.casefold(): member
        for member in evaluation.organization.memberships.current().select_related("user")
    }
    given = {mark[2] for mark in row.marks}
    names = dict(enumerate(row.summary["evaluators"])) | ({-1: UNNAMED} if -1 in given else {})
    cards = {}
    for at, name in names.items():
        member = members.get(name.casefold())
        cards[at] = Scorecard(
            organization=evaluation.organization,
            evaluation=evaluation,
            evaluator=member,
            evaluator_name=member.name if member else name,
            submitted_at=evaluation.closed_at,
        )
    Scorecard.objects.bulk_create(cards.values())
    AssignedCriterion.objects.bulk_create(
        AssignedCriterion(organization=evaluation.organization, scorecard=card, criterion=criterion)
        for card in cards.values()
        for criterion in criteria
    )
    return cards


def _scores(
    marks: Sequence[Sequence[Any]],
    cards: dict[int, Scorecard],
    candidates: Sequence[Candidate],
    criteria: Sequence[EvaluationCriterion],
) -> list[Score]:
    return [
        Score(
            organization=cards[evaluator].organization,
            scorecard=cards[evaluator],
            candidate=candidates[vendor],
            criterion=criteria[criterion],
            mark=None if mark is None else Decimal(mark),
            not_applicable=not_applicable,
            evidence=evidence,
            comment=comment,
        )
        for vendor, criterion, evaluator, mark, not_applicable, evidence, comment in marks
    ]
