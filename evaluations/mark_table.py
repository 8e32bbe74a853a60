"""The marks of one evaluation as arrays, and what follows from them: pooled, agreed, points, gates, scores.

Pure: no Django. The rules stand in calculation.py, which makes the ranking of it.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from evaluations import engine
from evaluations.engine.arguments import BoolArray, FloatArray
from evaluations.inputs import EVIDENCE_WORDS, MEASURED, CandidateInput, CriterionInput, Inputs


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
        shape = (max(len(self.evaluators), 1), len(self.candidates), len(self.criteria))
        self.marks: FloatArray = np.full(shape, np.nan)
        layers = {evaluator.pk: layer for layer, evaluator in enumerate(self.evaluators)}
        numbers = [
            (layers[row.evaluator], self.rows[row.candidate], self.columns[row.criterion], row.mark)
            for row in inputs.marks
            if row.mark is not None and row.criterion in self.columns and row.evaluator in layers
        ]
        if numbers:
            *places, marks = zip(*numbers, strict=True)
            self.marks[tuple(places)] = np.array(marks, np.float64)

    @cached_property
    def given(self) -> dict[tuple[int, int], list[Mark]]:
        """Each cell's marks in the order of the evaluators, by pk of candidate and criterion."""
        given: dict[tuple[int, int], list[Mark]] = defaultdict(list)
        for evaluator in self.evaluators:
            for row in self.inputs.marks_of(evaluator.pk):
                number = None if row.mark is None else float(row.mark)
                given[row.candidate, row.criterion].append(
                    Mark(
                        evaluator.name,
                        number,
                        row.not_applicable,
                        row.evidence,
                        row.comment,
                        row.evaluator,
                    )
                )
        return given

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
        counted = {evaluator.pk for evaluator in self.evaluators}
        inapplicable = np.zeros(self.marks.shape[1:], np.bool_)
        for row in self.inputs.marks:
            if row.not_applicable and row.evaluator in counted and row.criterion in self.columns:
                inapplicable[self.rows[row.candidate], self.columns[row.criterion]] = True
        inapplicable &= np.isnan(self.marks).all(axis=0)
        for (candidate, criterion), agreed in self.moderated.items():
            if criterion in self.columns and candidate in self.rows:
                place = self.rows[candidate], self.columns[criterion]
                inapplicable[place] = agreed.not_applicable
        return ~inapplicable

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
