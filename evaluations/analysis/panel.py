"""What other evaluators like these might have given: the panel drawn again from itself.

Each sample asks as many evaluators as there were, drawn from them with replacement (a bootstrap:
Efron, B. & Tibshirani, R. (1993), *An Introduction to the Bootstrap*, Chapman & Hall, ch. 6), and
pools their marks. Three evaluators are the fewest from which that means anything.
"""

import numpy as np

from evaluations import engine
from evaluations.analysis.problem import Problem
from evaluations.engine.arguments import FloatArray

SAMPLES = 1_000
FEWEST = 3


def sampled_points(problem: Problem, seed: int, samples: int) -> FloatArray | None:
    """[N,V,C] points of the ranked candidates by other panels; None with too few evaluators.

    A cell that none of a panel's evaluators marked keeps its pooled mark; an agreed mark stays.
    """
    table = problem.table
    marking = ~np.isnan(table.marks).all(axis=(1, 2))
    if marking.sum() < FEWEST or table.how != "mean":
        return None
    marks = table.marks[marking][:, problem.rows]
    people, vendors, criteria = marks.shape
    flat = marks.reshape(people, -1)
    present = ~np.isnan(flat)

    times = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), samples)
    total = times @ np.where(present, flat, 0.0)
    count = times @ present
    pooled = np.where(count > 0, total / np.maximum(count, 1), engine.pool(marks).mark.reshape(-1))
    # Rounding must not carry a mean of equal marks outside the scale they came from.
    pooled = np.clip(pooled, np.fmin.reduce(flat, axis=0), np.fmax.reduce(flat, axis=0))

    agreed = table.with_moderated(np.full(table.marks.shape[1:], np.nan))[problem.rows].reshape(-1)
    pooled = np.where(np.isnan(agreed), pooled, agreed)
    points = table.to_points(pooled.reshape(samples * vendors, criteria))
    return np.where(problem.applicable, points.reshape(samples, vendors, criteria), 0.0)


def confidence(problem: Problem, points: FloatArray, weights: FloatArray, row: int) -> float:
    """How often, over the sampled points, the candidate in `row` is first with these weights.

    SMAA's confidence factor (Lahdelma & Salminen 2001); who shares the first place has a part of it.
    """
    covered = problem.applicable @ weights
    total = points @ weights / np.where(covered > 0, covered, 1.0)
    leading = total > total.max(axis=1, keepdims=True) - engine.TIE
    return float((leading[:, row] / leading.sum(axis=1)).mean())
