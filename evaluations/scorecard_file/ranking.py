"""The ranking of a scorecard file, computed by the scoring engine."""

import numpy as np

from evaluations.engine.aggregate import pool
from evaluations.engine.arguments import BoolArray, FloatArray
from evaluations.engine.ranking import Scores, score
from evaluations.engine.values import linear
from evaluations.scorecard_file.model import ScorecardFile


def rank(file: ScorecardFile) -> Scores:
    """Rank `file.vendors` (in that order) on `file.criteria`: mean of the evaluators' marks.

    A criterion isn't applicable to a vendor if somebody said so and nobody gave a mark. Raises
    `ValueError` if the file has errors.
    """
    if file.errors or file.scale is None:
        raise ValueError("A scorecard with errors can't be ranked.")
    pooled = pool(mark_array(file), how="mean").mark
    lowest, highest = float(file.scale.lowest), float(file.scale.highest)
    points = linear(pooled, worst=lowest, best=highest)
    weights = np.array([float(criterion.weight) for criterion in file.criteria])
    return score(points, weights, applicable=~not_applicable_cells(file))


def mark_array(file: ScorecardFile) -> FloatArray:
    """Return marks[E,V,C], NaN where there is none; an unnamed evaluator is the last one."""
    evaluators = {name: at for at, name in enumerate((*file.evaluators, ""))}
    vendors, criteria = _positions(file)
    marks = np.full((len(evaluators), len(vendors), len(criteria)), np.nan)
    for mark in file.marks:
        if mark.mark is not None:
            at = evaluators[mark.evaluator], vendors[mark.vendor], criteria[mark.criterion]
            marks[at] = float(mark.mark)
    return marks


def not_applicable_cells(file: ScorecardFile) -> BoolArray:
    """Return [V,C], true where an evaluator said N/A and none gave a mark."""
    vendors, criteria = _positions(file)
    said = np.zeros((len(vendors), len(criteria)), dtype=np.bool_)
    marked = said.copy()
    for mark in file.marks:
        at = vendors[mark.vendor], criteria[mark.criterion]
        said[at] |= mark.not_applicable
        marked[at] |= mark.mark is not None
    return said & ~marked


def _positions(file: ScorecardFile) -> tuple[dict[str, int], dict[str, int]]:
    return (
        {vendor.name: at for at, vendor in enumerate(file.vendors)},
        {criterion.name: at for at, criterion in enumerate(file.criteria)},
    )


def rank_order(result: Scores) -> list[int]:
    """Return the vendors' positions best first; the incomplete ones follow in the file's order."""
    return sorted(
        range(len(result.rank)), key=lambda at: (result.rank[at] == 0, int(result.rank[at]), at)
    )
