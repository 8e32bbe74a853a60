"""From the rows of one evaluation to its ranking: reads, asks the engine, keeps every input beside its number.

Rules that the engine leaves to us:
- A recused evaluator's marks do not count; everybody else's do, submitted or not.
- A cell is not applicable when everybody who answered it said so; beside marks, an N/A is left out.
- One evaluator's *fail* fails a gate; a gate nobody answered is not passed; a gate that is N/A is.
- Marks are pooled by their mean, then turned into points on the scale fixed before scoring.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluations import engine
from evaluations.models import (
    Candidate,
    Evaluation,
    EvaluationCriterion,
    Evidence,
    Kind,
    Scorecard,
)

UNPROVEN = {Evidence.CLAIM, Evidence.GUESS, ""}


@dataclass(frozen=True)
class Mark:
    """What one evaluator gave one cell."""

    evaluator: str
    mark: float | None
    not_applicable: bool
    evidence: str
    comment: str

    @property
    def evidence_label(self) -> str:
        return Evidence(self.evidence).label if self.evidence else ""


@dataclass(frozen=True)
class Cell:
    """One candidate on one criterion: the marks, the pooled mark, the points, the contribution.

    `mark` is in the criterion's unit, `points` 0–100, `contribution` = weight × points; None is missing.
    """

    criterion: EvaluationCriterion
    marks: list[Mark]
    asked: int
    mark: float | None = None
    spread: float | None = None
    points: float | None = None
    weight: float | None = None
    contribution: float | None = None
    not_applicable: bool = False
    passed: bool | None = None

    @property
    def missing(self) -> bool:
        return self.mark is None and not self.not_applicable

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

    candidate: Candidate
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

    evaluation: Evaluation
    criteria: list[EvaluationCriterion]
    gates: list[EvaluationCriterion]
    vendors: list[VendorResult]
    evaluators: list[Scorecard]
    recused: list[Scorecard]

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


def ranking(evaluation: Evaluation) -> Ranking:
    """Compute the ranking from what is stored, in five queries whatever the size."""
    table = _Table(evaluation)
    weighted = [c for c in table.criteria if c.kind != Kind.GATE]
    gates = [c for c in table.criteria if c.kind == Kind.GATE]
    cells = _cells(table, weighted)
    gate_cells = _gate_cells(table, gates)
    vendors = _vendors(table, weighted, cells, gate_cells)
    return Ranking(
        evaluation=evaluation,
        criteria=weighted,
        gates=gates,
        vendors=sorted(vendors, key=_place),
        evaluators=table.scorecards,
        recused=table.recused,
    )


class _Table:
    """The rows of one evaluation, and the marks as an array [evaluator, candidate, criterion]."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.criteria = list(evaluation.criteria.order_by("position", "pk"))
        self.candidates = list(evaluation.candidates.order_by("position", "pk"))
        everybody = list(evaluation.scorecards.order_by("evaluator_name", "pk"))
        self.scorecards = [card for card in everybody if not card.has_conflict]
        self.recused = [card for card in everybody if card.has_conflict]
        self.asked = Counter(
            evaluation.scorecards.exclude(has_conflict=True).values_list(
                "assignments__criterion_id", flat=True
            )
        )
        self.row = {candidate.pk: i for i, candidate in enumerate(self.candidates)}
        self.column = {criterion.pk: j for j, criterion in enumerate(self.criteria)}
        self.layer = {card.pk: e for e, card in enumerate(self.scorecards)}
        shape = (max(len(self.scorecards), 1), len(self.candidates), len(self.criteria))
        self.marks = np.full(shape, np.nan)
        self.given: dict[tuple[int, int], list[Mark]] = defaultdict(list)
        self._read(evaluation)

    def _read(self, evaluation: Evaluation) -> None:
        rows = (
            evaluation.scorecards.exclude(has_conflict=True)
            .exclude(scores=None)
            .order_by("evaluator_name", "pk", "scores__pk")
            .values_list(
                "pk",
                "evaluator_name",
                "scores__candidate_id",
                "scores__criterion_id",
                "scores__mark",
                "scores__not_applicable",
                "scores__evidence",
                "scores__comment",
            )
        )
        for card, name, candidate, criterion, mark, not_applicable, evidence, comment in rows:
            number = None if mark is None else float(mark)
            self.given[candidate, criterion].append(
                Mark(name, number, not_applicable, evidence, comment)
            )
            if number is not None:
                place = self.layer[card], self.row[candidate], self.column[criterion]
                self.marks[place] = number

    def cell_marks(self, candidate: Candidate, criterion: EvaluationCriterion) -> list[Mark]:
        return self.given.get((candidate.pk, criterion.pk), [])

    def not_applicable(self, candidate: Candidate, criterion: EvaluationCriterion) -> bool:
        marks = self.cell_marks(candidate, criterion)
        return any(m.not_applicable for m in marks) and all(m.mark is None for m in marks)


def _cells(table: _Table, weighted: list[EvaluationCriterion]) -> list[list[Cell]]:
    """[candidate][criterion]: pooled marks and points; contributions come with the totals."""
    columns = [table.column[criterion.pk] for criterion in weighted]
    pooled = engine.pool(table.marks[:, :, columns])
    points = np.full(pooled.mark.shape, np.nan)
    for j, criterion in enumerate(weighted):
        points[:, j] = engine.linear(
            pooled.mark[:, j],
            float(criterion.worst),
            float(criterion.best),
            clip=criterion.kind == Kind.MEASURED,
        )
    return [
        [
            Cell(
                criterion=criterion,
                marks=table.cell_marks(candidate, criterion),
                asked=table.asked[criterion.pk],
                mark=_number(pooled.mark[i, j]),
                spread=_number(pooled.spread[i, j]),
                points=_number(points[i, j]),
                not_applicable=table.not_applicable(candidate, criterion),
            )
            for j, criterion in enumerate(weighted)
        ]
        for i, candidate in enumerate(table.candidates)
    ]


def _gate_cells(table: _Table, gates: list[EvaluationCriterion]) -> list[list[Cell]]:
    """[candidate][gate]: the lowest mark anybody gave, and whether it passes."""
    if not gates:
        return [[] for _ in table.candidates]
    lowest = np.full((len(table.candidates), len(gates)), np.nan)
    for i, candidate in enumerate(table.candidates):
        for k, gate in enumerate(gates):
            given = [m.mark for m in table.cell_marks(candidate, gate) if m.mark is not None]
            if given:
                lowest[i, k] = min(given)
            elif table.not_applicable(candidate, gate):
                lowest[i, k] = 1.0
    found = engine.gates(lowest, [(k, 1.0) for k in range(len(gates))])
    return [
        [
            Cell(
                criterion=gate,
                marks=table.cell_marks(candidate, gate),
                asked=table.asked[gate.pk],
                mark=_number(lowest[i, k]),
                not_applicable=table.not_applicable(candidate, gate),
                passed=bool(found.passed[i, k]),
            )
            for k, gate in enumerate(gates)
        ]
        for i, candidate in enumerate(table.candidates)
    ]


def _vendors(
    table: _Table,
    weighted: list[EvaluationCriterion],
    cells: list[list[Cell]],
    gate_cells: list[list[Cell]],
) -> list[VendorResult]:
    eligible = np.array([all(cell.passed for cell in row) for row in gate_cells], np.bool_)
    points = np.array([[_nan(cell.points) for cell in row] for row in cells])
    applicable = np.array([[not cell.not_applicable for cell in row] for row in cells], np.bool_)
    weights = np.array([float(criterion.weight) for criterion in weighted])
    found = engine.score(points, weights, applicable, eligible=eligible)
    own_weights = np.where(applicable, weights, 0.0)
    weight_total = own_weights.sum(axis=1)
    results = []
    for i, candidate in enumerate(table.candidates):
        whole = weight_total[i] or np.nan
        row = [
            _with_contribution(cell, found.contribution[i, j], 100 * own_weights[i, j] / whole)
            for j, cell in enumerate(cells[i])
        ]
        results.append(
            VendorResult(
                candidate=candidate,
                cells=row,
                gates=gate_cells[i],
                total=_number(found.total[i]),
                low=_number(found.low[i]),
                high=_number(found.high[i]),
                coverage=_number(found.coverage[i]),
                rank=int(found.rank[i]),
                tied=bool(found.tied[i]),
                would_be_rank=int(found.would_be_rank[i]),
                possible_rank=(int(found.possible_rank[i, 0]), int(found.possible_rank[i, 1])),
                eligible=bool(eligible[i]),
                evidence=_evidence(row),
            )
        )
    return results


def _with_contribution(cell: Cell, contribution: Any, weight: Any) -> Cell:
    return Cell(
        criterion=cell.criterion,
        marks=cell.marks,
        asked=cell.asked,
        mark=cell.mark,
        spread=cell.spread,
        points=cell.points,
        weight=_number(weight),
        contribution=None if cell.not_applicable else _number(contribution),
        not_applicable=cell.not_applicable,
    )


def _evidence(cells: list[Cell]) -> dict[str, float]:
    """Share (0–1) of the candidate's points by evidence grade; a cell's points are split among its marks."""
    shares: dict[str, float] = defaultdict(float)
    for cell in cells:
        marks = [mark for mark in cell.marks if mark.mark is not None]
        for mark in marks:
            shares[mark.evidence] += (cell.contribution or 0.0) / len(marks)
    total = sum(shares.values())
    if not total:
        return {}
    order = [*Evidence.values, ""]
    return {grade: shares[grade] / total for grade in order if shares.get(grade)}


def _place(vendor: VendorResult) -> tuple[Any, ...]:
    """Ranked by rank; then incomplete by the best they can reach; then ineligible by would-be rank."""
    group = 2 if not vendor.eligible else 0 if vendor.rank else 1
    best = vendor.rank or vendor.would_be_rank or vendor.possible_rank[0] or 10_000
    return group, best, -(vendor.high or 0.0), vendor.candidate.position, vendor.candidate.pk


def _number(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value
