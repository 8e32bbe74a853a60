"""From the inputs of one evaluation to its ranking: asks the engine, keeps every input beside its number.

Pure: no Django, so that a frozen record gives the same numbers (evaluations/inputs.py).

Rules that the engine leaves to us:
- A recused evaluator's marks do not count; everybody else's do, submitted or not.
- A cell is not applicable when everybody who answered it said so; beside marks, an N/A is left out.
- One evaluator's *fail* fails a gate; a gate nobody answered is not passed; a gate that is N/A is.
- Marks are pooled by their mean, then turned into points on the scale fixed before scoring.
- Where people agreed on one mark (moderation), that mark counts instead of the pooled one; where a pilot
  measured one, that counts instead of both.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluations.inputs import (
    EVIDENCE_WORDS,
    MEASURED_EVIDENCE,
    UNPROVEN,
    CandidateInput,
    CriterionInput,
    EvaluatorInput,
    Inputs,
    ModeratedInput,
)
from evaluations.mark_table import Mark as Mark
from evaluations.mark_table import Table as Table


@dataclass(frozen=True)
class Cell:
    """One candidate on one criterion: the marks, the pooled mark, the points, the contribution.

    `mark` is in the criterion's unit, `points` 0–100, `contribution` = weight × points; None is missing.
    """

    criterion: CriterionInput
    marks: list[Mark]
    asked: int
    mark: float | None = None
    spread: float | None = None
    points: float | None = None
    weight: float | None = None
    contribution: float | None = None
    not_applicable: bool = False
    passed: bool | None = None
    moderated: ModeratedInput | None = None

    @property
    def missing(self) -> bool:
        return self.mark is None and not self.not_applicable

    @property
    def measured(self) -> bool:
        """Measured in a pilot: nobody's estimate counts any more."""
        return self.moderated is not None and self.moderated.measured

    @property
    def given(self) -> int:
        return sum(1 for mark in self.marks if mark.mark is not None or mark.not_applicable)

    @property
    def differing(self) -> bool:
        """Marks that lie apart: worth a look beside the mean."""
        return self.spread is not None and self.spread > 0


@dataclass(frozen=True)
class VendorResult:
    """One candidate's line in the ranking. Totals 0–100; `rank` 0 when incomplete or ineligible."""

    candidate: CandidateInput
    cells: list[Cell]
    gates: list[Cell]
    total: float | None
    low: float | None
    high: float | None
    coverage: float | None
    rank: int
    tied: bool
    would_be_rank: int
    possible_rank: tuple[int, int]
    eligible: bool
    evidence: dict[str, float] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.total is not None

    @property
    def failed_gates(self) -> list[Cell]:
        return [cell for cell in self.gates if not cell.passed]

    @property
    def missing_cells(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.missing]

    @property
    def unproven_share(self) -> float | None:
        """Share (0–1) of the points that rest on the vendor's claim, a guess, or nothing named."""
        if not self.evidence:
            return None
        return sum(share for grade, share in self.evidence.items() if grade in UNPROVEN)


@dataclass(frozen=True)
class Ranking:
    """The whole result. `vendors`: ranked first, then incomplete, then ineligible."""

    inputs: Inputs
    criteria: list[CriterionInput]
    gates: list[CriterionInput]
    vendors: list[VendorResult]
    evaluators: list[EvaluatorInput]
    recused: list[EvaluatorInput]
    table: Table

    @property
    def ranked(self) -> list[VendorResult]:
        return [vendor for vendor in self.vendors if vendor.rank]

    @property
    def incomplete(self) -> list[VendorResult]:
        return [vendor for vendor in self.vendors if vendor.eligible and not vendor.complete]

    @property
    def ineligible(self) -> list[VendorResult]:
        return [vendor for vendor in self.vendors if not vendor.eligible]

    @property
    def leaders(self) -> list[VendorResult]:
        """More than one when they are tied at the top."""
        return [vendor for vendor in self.vendors if vendor.rank == 1]

    @property
    def runner_up(self) -> VendorResult | None:
        return next((vendor for vendor in self.ranked if vendor.rank > 1), None)

    @property
    def margin(self) -> float | None:
        """Points between the leader and whoever comes next; None without both."""
        if not self.runner_up:
            return None
        return float(self.leaders[0].total or 0) - float(self.runner_up.total or 0)

    @property
    def could_still_lead(self) -> list[VendorResult]:
        """Incomplete candidates whose missing marks could bring them to the first place."""
        return [vendor for vendor in self.incomplete if vendor.possible_rank[0] == 1]

    def of(self, candidate_id: int) -> VendorResult | None:
        return next((v for v in self.vendors if v.candidate.pk == candidate_id), None)


def rank(inputs: Inputs) -> Ranking:
    """Compute the ranking."""
    return rank_table(Table(inputs))


def rank_table(table: Table, *, cells: bool = True) -> Ranking:
    """The ranking that follows from a table, whatever it was told to count; in half the time without cells."""
    return Ranking(
        inputs=table.inputs,
        criteria=table.criteria,
        gates=table.gates,
        vendors=sorted(_vendors(table, cells), key=_place),
        evaluators=table.evaluators,
        recused=table.inputs.recused,
        table=table,
    )


def _cells(table: Table, i: int) -> list[Cell]:
    """One candidate's weighted criteria."""
    candidate, applies = table.candidates[i], table.applicable[i]
    own_weights = np.where(applies, table.weights, 0.0)
    columns = (
        table.agreed[i],
        table.pooled.spread[i],
        table.points[i],
        100 * own_weights / (own_weights.sum() or np.nan),
        np.where(applies, table.scores.contribution[i], np.nan),
    )
    # As lists: taking numbers out of an array one by one is slow.
    numbers = zip(
        *([_number(value) for value in column.tolist()] for column in columns), strict=True
    )
    return [
        Cell(
            criterion=criterion,
            marks=table.cell_marks(candidate, criterion),
            asked=table.inputs.asked.get(criterion.pk, 0),
            mark=mark,
            spread=spread,
            points=points,
            weight=weight,
            contribution=contribution,
            not_applicable=not applicable,
            moderated=table.moderated.get((candidate.pk, criterion.pk)),
        )
        for criterion, applicable, (mark, spread, points, weight, contribution) in zip(
            table.criteria, applies.tolist(), numbers, strict=True
        )
    ]


def _gate_cells(table: Table, i: int) -> list[Cell]:
    """One candidate's gates: the mark that decides, and whether it passes."""
    candidate = table.candidates[i]
    return [
        Cell(
            criterion=gate,
            marks=table.cell_marks(candidate, gate),
            asked=table.inputs.asked.get(gate.pk, 0),
            mark=_number(table.lowest[i, k]),
            not_applicable=table.not_applicable(candidate, gate),
            passed=bool(table.passed[i, k]),
            moderated=table.moderated.get((candidate.pk, gate.pk)),
        )
        for k, gate in enumerate(table.gates)
    ]


def _vendors(table: Table, cells: bool) -> list[VendorResult]:
    found = table.scores
    results = []
    for i, candidate in enumerate(table.candidates):
        row = _cells(table, i) if cells else []
        results.append(
            VendorResult(
                candidate=candidate,
                cells=row,
                gates=_gate_cells(table, i) if cells else [],
                total=_number(found.total[i]),
                low=_number(found.low[i]),
                high=_number(found.high[i]),
                coverage=_number(found.coverage[i]),
                rank=int(found.rank[i]),
                tied=bool(found.tied[i]),
                would_be_rank=int(found.would_be_rank[i]),
                possible_rank=(int(found.possible_rank[i, 0]), int(found.possible_rank[i, 1])),
                eligible=bool(table.eligible[i]),
                evidence=_evidence(row),
            )
        )
    return results


def _evidence(cells: list[Cell]) -> dict[str, float]:
    """Share (0–1) of the candidate's points by evidence grade; a cell's points are split among its marks."""
    shares: dict[str, float] = defaultdict(float)
    for cell in cells:
        if cell.measured:
            shares[MEASURED_EVIDENCE] += cell.contribution or 0.0
            continue
        marks = [mark for mark in cell.marks if mark.mark is not None]
        for mark in marks:
            shares[mark.evidence] += (cell.contribution or 0.0) / len(marks)
    total = sum(shares.values())
    if not total:
        return {}
    order = [*EVIDENCE_WORDS, ""]
    return {grade: shares[grade] / total for grade in order if shares.get(grade)}


def _place(vendor: VendorResult) -> tuple[Any, ...]:
    """Ranked by rank; then incomplete by the best they can reach; then ineligible by would-be rank."""
    group = 2 if not vendor.eligible else 0 if vendor.rank else 1
    best = vendor.rank or vendor.would_be_rank or vendor.possible_rank[0] or 10_000
    return group, best, -(vendor.high or 0.0), vendor.candidate.position, vendor.candidate.pk


def _number(value: Any) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number
