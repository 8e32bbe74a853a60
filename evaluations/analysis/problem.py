"""The part of a ranking that can be analysed: the candidates that are ranked, leader first."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evaluations import engine
from evaluations.calculation import Ranking, Table
from evaluations.engine.arguments import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Problem:
    """Arrays of the ranked candidates only, in the ranking's order; row 0 leads."""

    ranking: Ranking

    @property
    def table(self) -> Table:
        return self.ranking.table

    @cached_property
    def candidates(self) -> list[int]:
        """[V] pk."""
        return [vendor.candidate.pk for vendor in self.ranking.ranked]

    @cached_property
    def criteria(self) -> list[int]:
        """[C] pk of the weighted criteria."""
        return [criterion.pk for criterion in self.table.criteria]

    @cached_property
    def rows(self) -> IntArray:
        """[V] the candidates' places in the table."""
        return np.array([self.table.rows[pk] for pk in self.candidates], np.int64)

    @cached_property
    def points(self) -> FloatArray:
        """[V,C]; where a criterion does not apply, 0 stands and `applicable` is false."""
        return np.asarray(np.where(self.applicable, self.table.points[self.rows], 0.0))

    @cached_property
    def applicable(self) -> BoolArray:
        return self.table.applicable[self.rows]

    @cached_property
    def mask(self) -> BoolArray | None:
        """What the engine takes for `applicable`: nothing at all when everything applies."""
        return None if self.applicable.all() else self.applicable

    @cached_property
    def weights(self) -> FloatArray:
        """[C] shares."""
        return self.table.weights / self.table.weights.sum()

    def leader(self, weights: FloatArray) -> int:
        """The row that leads with these weights: the first of those at rank 1."""
        found = engine.score(self.points, weights, self.mask)
        return int(np.flatnonzero(found.rank == 1)[0])

    def candidate(self, row: int) -> int | None:
        """The pk in a row; None for the engine's −1, nobody."""
        return self.candidates[row] if row >= 0 else None
