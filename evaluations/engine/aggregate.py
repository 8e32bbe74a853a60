"""From several evaluators to one mark per cell, and how far they were apart.

``E`` evaluators, ``V`` vendors, ``C`` criteria; NaN where an evaluator gave no mark.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True)
class Pooled:
    """One mark per cell. Arrays are read-only."""

    mark: FloatArray
    """[V,C] pooled mark, NaN where nobody whose weight is above zero marked the cell."""
    spread: FloatArray
    """[V,C] sample standard deviation of the marks as given, NaN below two marks."""
    count: IntArray
    """[V,C] how many evaluators marked the cell."""


def pool(marks: ArrayLike, how: str = "mean", evaluator_weights: ArrayLike | None = None) -> Pooled:
    """Pool evaluators' marks cell by cell.

    Args:
        marks: [E,V,C] in the criterion's unit, NaN for missing.
        how: ``"mean"`` or ``"median"`` (weighted if weights are given: the mark at which half the
            weight is reached, or the middle of two when it is reached exactly between them).
        evaluator_weights: [E], not below zero; they are shared out anew among those who marked
            the cell. Equal when left out.

    Raises:
        ValueError: wrong shapes, infinite marks, an unknown ``how``, bad weights.
    """
    given = arguments.marks("marks", marks, 3)
    arguments.choice("how", how, ("mean", "median"))
    share = np.ones(len(given))
    if evaluator_weights is not None:
        share, _ = arguments.weights("evaluator_weights", evaluator_weights, len(given))

    present = ~np.isnan(given)
    weight = present * share[:, None, None]
    mark = _mean(given, weight) if how == "mean" else _median(given, weight)

    count = present.sum(axis=0)
    deviation = np.where(present, given - _mean(given, present.astype(np.float64)), 0.0)
    spread = np.full(mark.shape, np.nan)
    np.divide(_total(deviation**2), count - 1, out=spread, where=count > 1)
    np.sqrt(spread, out=spread)

    for result in (mark, spread, count):
        result.setflags(write=False)
    return Pooled(mark=mark, spread=spread, count=count)


def _total(values: FloatArray) -> FloatArray:
    """Sum over evaluators, strictly one after the other.

    ``sum`` adds in another order when there is a single cell, and then a cell's last bit would
    depend on how many other vendors there are.
    """
    return np.asarray(np.add.accumulate(values, axis=0)[-1], dtype=np.float64)


def _mean(marks: FloatArray, weight: FloatArray) -> FloatArray:
    """[V,C] weighted mean of the marks with weight above zero, NaN where there is none."""
    used = np.where(weight > 0, marks, np.nan)
    total = _total(weight)
    mean = np.full(total.shape, np.nan)
    np.divide(_total(np.where(weight > 0, marks, 0.0) * weight), total, out=mean, where=total > 0)
    # Rounding must not carry a mean of equal marks outside the scale they came from.
    np.clip(mean, np.fmin.reduce(used, axis=0), np.fmax.reduce(used, axis=0), out=mean)
    return mean


def _median(marks: FloatArray, weight: FloatArray) -> FloatArray:
    """[V,C] weighted median of the marks with weight above zero, NaN where there is none."""
    used = np.where(weight > 0, marks, np.nan)
    order = used.argsort(axis=0)  # NaN last
    ascending = np.take_along_axis(used, order, axis=0)
    reached = np.add.accumulate(np.take_along_axis(weight, order, axis=0), axis=0)
    half = reached[-1] / 2
    hair = 1e-12 * half
    lower = (reached < half - hair).sum(axis=0)
    upper = np.minimum((reached <= half + hair).sum(axis=0), len(marks) - 1)
    pair = np.take_along_axis(ascending, np.stack((lower, upper)), axis=0)
    return np.asarray(pair[0] + (pair[1] - pair[0]) / 2, dtype=np.float64)
