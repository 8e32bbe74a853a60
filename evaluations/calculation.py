"""From the inputs of one evaluation to its ranking: asks the engine, keeps every input beside its number.

Pure: no Django, so that a frozen record gives the same numbers (evaluations/inputs.py).

Rules that the engine leaves to us:
- A recused evaluator's marks do not count; everybody else's do, submitted or not.
- A cell is not applicable when everybody who answered it said so; beside marks, an N/A is left out.
- One evaluator's *fail* fails a gate; a gate nobody answered is not passed; a gate that is N/A is.
- Marks are pooled by their mean, then turned into points on the scale fixed before scoring.
- Where people agreed on one mark (moderation), that mark counts instead of the pooled one.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from evaluations import engine
from evaluations.engine.arguments import BoolArray, FloatArray
from evaluations.inputs import (
    EVIDENCE_WORDS,
    MEASURED,
    UNPROVEN,
    CandidateInput,
    CriterionInput,
    EvaluatorInput,
    Inputs,
    MarkInput,
    ModeratedInput,
)


class Mark(NamedTuple):
    """What one evaluator gave one cell; `evaluator` is the name, `card` the scorecard's pk."""

    evaluator: str
    mark: float | None
    not_applicable: bool
    evidence: str
    comment: str
    card: int

    @property
    def evidence_label(self) -> str:
        return EVIDENCE_WORDS.get(self.evidence, "")


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
    table: "Table"

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


class Table:
    """The inputs as arrays: marks [evaluator, candidate, weighted criterion], and what follows from them.

    `rows` and `columns` give a candidate's and a weighted criterion's place by pk.
    """

    def __init__(self, inputs: Inputs, how: str = "mean") -> None:
        self.inputs = inputs
        self.how = how
        self.evaluators = inputs.counted
        self.candidates = inputs.candidates
        self.criteria = inputs.weighted
        self.gates = inputs.gates
        self.rows = {candidate.pk: i for i, candidate in enumerate(self.candidates)}
        self.columns = {criterion.pk: j for j, criterion in enumerate(self.criteria)}
        self.moderated = {(row.candidate, row.criterion): row for row in inputs.moderated}
        self.given: dict[tuple[int, int], list[Mark]] = defaultdict(list)
        shape = (max(len(self.evaluators), 1), len(self.candidates), len(self.criteria))
        self.marks: FloatArray = np.full(shape, np.nan)
        for layer, evaluator in enumerate(self.evaluators):
            for row in inputs.marks_of(evaluator.pk):
                self._put(layer, evaluator.name, row)

    def _put(self, layer: int, name: str, row: MarkInput) -> None:
        number = None if row.mark is None else float(row.mark)
        self.given[row.candidate, row.criterion].append(
            Mark(name, number, row.not_applicable, row.evidence, row.comment, row.evaluator)
        )
        if number is not None and row.criterion in self.columns:
            self.marks[layer, self.rows[row.candidate], self.columns[row.criterion]] = number

    @cached_property
    def weights(self) -> FloatArray:
        """[C] as given, in percent."""
        return np.array([float(criterion.weight) for criterion in self.criteria])

    @cached_property
    def pooled(self) -> engine.Pooled:
        """[V,C] as the evaluators gave them, before moderation."""
        return engine.pool(self.marks, how=self.how)

    @cached_property
    def agreed(self) -> FloatArray:
        """[V,C] the mark that counts: the moderated one where there is one, else the pooled one."""
        return self.with_moderated(self.pooled.mark)

    def with_moderated(self, marks: FloatArray) -> FloatArray:
        """A copy of `marks` [V,C] with the moderated cells put in."""
        counting = marks.copy()
        for (candidate, criterion), row in self.moderated.items():
            if criterion in self.columns and candidate in self.rows:
                place = self.rows[candidate], self.columns[criterion]
                counting[place] = np.nan if row.mark is None else float(row.mark)
        return counting

    def to_points(self, marks: FloatArray) -> FloatArray:
        """[V,C] marks in the criteria's units to points 0–100 on their fixed scales."""
        points = np.full(marks.shape, np.nan)
        for j, criterion in enumerate(self.criteria):
            points[:, j] = engine.linear(
                marks[:, j],
                float(criterion.worst),
                float(criterion.best),
                clip=criterion.kind == MEASURED,
            )
        return points

    @cached_property
    def points(self) -> FloatArray:
        """[V,C] points of the marks that count; NaN missing or not applicable."""
        return self.to_points(self.agreed)

    @cached_property
    def applicable(self) -> BoolArray:
        """[V,C] false where a criterion does not apply to a candidate."""
        return np.array(
            [
                [not self.not_applicable(candidate, criterion) for criterion in self.criteria]
                for candidate in self.candidates
            ],
            np.bool_,
        )

    @cached_property
    def lowest(self) -> FloatArray:
        """[V,K] the lowest mark anybody gave each gate, or the moderated one; a gate that is N/A passes."""
        lowest = np.full((len(self.candidates), len(self.gates)), np.nan)
        for i, candidate in enumerate(self.candidates):
            for k, gate in enumerate(self.gates):
                lowest[i, k] = self._gate_mark(candidate, gate)
        return lowest

    def _gate_mark(self, candidate: CandidateInput, gate: CriterionInput) -> float:
        if self.not_applicable(candidate, gate):
            return 1.0
        agreed = self.moderated.get((candidate.pk, gate.pk))
        if agreed is not None and agreed.mark is not None:
            return float(agreed.mark)
        given = [m.mark for m in self.cell_marks(candidate, gate) if m.mark is not None]
        return min(given) if given else float("nan")

    @cached_property
    def passed(self) -> BoolArray:
        """[V,K] by candidate and gate."""
        if not self.gates:
            return np.ones((len(self.candidates), 0), np.bool_)
        return engine.gates(self.lowest, [(k, 1.0) for k in range(len(self.gates))]).passed

    @cached_property
    def eligible(self) -> BoolArray:
        """[V] passed every gate."""
        return np.asarray(self.passed.all(axis=1), np.bool_)

    @cached_property
    def scores(self) -> engine.Scores:
        return engine.score(self.points, self.weights, self.applicable, eligible=self.eligible)

    def cell_marks(self, candidate: CandidateInput, criterion: CriterionInput) -> list[Mark]:
        return self.given.get((candidate.pk, criterion.pk), [])

    def not_applicable(self, candidate: CandidateInput, criterion: CriterionInput) -> bool:
        agreed = self.moderated.get((candidate.pk, criterion.pk))
        if agreed is not None:
            return agreed.not_applicable
        marks = self.cell_marks(candidate, criterion)
        return any(m.not_applicable for m in marks) and all(m.mark is None for m in marks)

    def reweighed(self, weights: Mapping[int, float]) -> None:
        """Count with these weights (criterion pk → any number ≥ 0) instead of those given."""
        self.__dict__.pop("scores", None)  # computed with other weights
        self.weights = np.array([float(weights[criterion.pk]) for criterion in self.criteria])


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
    candidate = table.candidates[i]
    own_weights = np.where(table.applicable[i], table.weights, 0.0)
    whole = own_weights.sum() or np.nan
    return [
        Cell(
            criterion=criterion,
            marks=table.cell_marks(candidate, criterion),
            asked=table.inputs.asked.get(criterion.pk, 0),
            mark=_number(table.agreed[i, j]),
            spread=_number(table.pooled.spread[i, j]),
            points=_number(table.points[i, j]),
            weight=_number(100 * own_weights[j] / whole),
            contribution=(
                _number(table.scores.contribution[i, j]) if table.applicable[i, j] else None
            ),
            not_applicable=not table.applicable[i, j],
            moderated=table.moderated.get((candidate.pk, criterion.pk)),
        )
        for j, criterion in enumerate(table.criteria)
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
    return None if np.isnan(number) else number
