"""From the rows of one evaluation to its ranking: reads them, and leaves the numbers to `calculation`."""

import logging
from typing import Any

from django.db.models import Count, Q, Value

from evaluations import analysis
from evaluations.calculation import Cell as Cell
from evaluations.calculation import Ranking as Ranking
from evaluations.calculation import VendorResult as VendorResult
from evaluations.calculation import rank
from evaluations.inputs import (
    CandidateInput,
    CriterionInput,
    EvaluatorInput,
    Inputs,
    MarkInput,
    ModeratedInput,
)
from evaluations.models import Evaluation, KeptAnalysis, MeasuredMark, ModeratedMark, Score

logger = logging.getLogger(__name__)
# In the order of ModeratedInput.
_COLUMNS = [
    "candidate_id",
    "criterion_id",
    "mark",
    "not_applicable",
    "reason",
    "by_name",
    "measured",
]


def ranking(evaluation: Evaluation) -> Ranking:
    """Compute the ranking from what is stored, in five queries whatever the size."""
    return rank(read_inputs(evaluation))


def analysis_of(evaluation: Evaluation, ranking: Ranking) -> analysis.Analysis:
    """How firm this ranking is: as kept if it was computed from the same numbers, else computed now."""
    kept = KeptAnalysis.objects.filter(evaluation=evaluation, key=analysis.key(ranking)).first()
    if kept is not None:
        try:
            return analysis.from_data(kept.data)
        except (KeyError, TypeError, ValueError):
            logger.warning("The kept analysis of evaluation %s can't be read.", evaluation.pk)
    return analysis.analyse(ranking)


def read_inputs(evaluation: Evaluation, *, only_marks: bool = False) -> Inputs:
    """Everything that the ranking is computed from, as it is stored now.

    With `only_marks` without evidence and comments: they change no rank, and comments may be long.
    """
    criteria = list(_asked(evaluation.criteria).order_by("position", "pk"))
    cards = evaluation.scorecards.order_by("evaluator_name", "pk")
    return Inputs(
        criteria=[
            CriterionInput(
                row.pk,
                row.name,
                row.kind,
                row.weight,
                row.worst,
                row.best,
                row.unit,
                row.question,
            )
            for row in criteria
        ],
        candidates=[
            CandidateInput(row.pk, row.name, row.position, row.vendor_id)
            for row in evaluation.candidates.order_by("position", "pk")
        ],
        evaluators=[
            EvaluatorInput(
                card.pk, card.evaluator_name, card.submitted_at is not None, bool(card.has_conflict)
            )
            for card in cards
        ],
        marks=_marks(evaluation, only_marks=only_marks),
        moderated=_counting_instead(evaluation),
        asked={row.pk: row.asked for row in criteria},
    )


def agreed_on(evaluation: Evaluation) -> list[ModeratedInput]:
    """The marks that people agreed on, also where a pilot measured another one since."""
    return [
        ModeratedInput(*row) for row in _agreed(evaluation).values_list(*_COLUMNS).order_by("pk")
    ]


def _counting_instead(evaluation: Evaluation) -> list[ModeratedInput]:
    """The marks that count instead of the pooled ones: measured in a pilot, else agreed on. One query."""
    measured = MeasuredMark.objects.standing(evaluation).annotate(
        not_applicable=Value(False), measured=Value(True)
    )
    rows = (
        _agreed(evaluation).values_list(*_COLUMNS).union(measured.values_list(*_COLUMNS), all=True)
    )
    # A measured mark comes last of its cell, so it is the one that stays.
    found = {row[:2]: ModeratedInput(*row) for row in sorted(rows, key=lambda row: row[-1])}
    return [found[cell] for cell in sorted(found)]


def _agreed(evaluation: Evaluation) -> Any:
    rows = ModeratedMark.objects.standing(evaluation).order_by()
    return rows.annotate(measured=Value(False))


def _asked(criteria: Any) -> Any:
    """With the number of evaluators who judge each, without the recused."""
    recused = Q(assignments__scorecard__has_conflict=True)
    return criteria.annotate(asked=Count("assignments", filter=~recused))


def _marks(evaluation: Evaluation, *, only_marks: bool) -> list[MarkInput]:
    """In the order in which they are shown; in none with `only_marks`, which takes half the time."""
    columns = ["scorecard_id", "candidate_id", "criterion_id", "mark", "not_applicable"]
    rows = Score.objects.filter(scorecard__evaluation=evaluation)
    if not only_marks:
        columns += ["evidence", "comment"]
        rows = rows.order_by("scorecard__evaluator_name", "scorecard_id", "pk")
    return [MarkInput(*row) for row in rows.values_list(*columns)]
