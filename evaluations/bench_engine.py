"""How fast the engine is, as ratios against bare NumPy in the same run (``./portal bench``).

Ratios rather than times, so that a slow or busy machine does not change the verdict much.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable

import numpy as np

from evaluations import engine

SCORE_LIMIT = 6.0
"""``score`` may take this many times as long as the bare product and sort."""


def run(repeats: int = 400, calls: int = 50) -> list[tuple[str, float, float]]:
    """(what, ratio, limit) for each measurement; within the limit is a pass.

    Args:
        repeats: rounds; each times both sides one after the other, and the fastest of each counts,
            since noise only ever adds.
        calls: calls in a round.
    """
    rng = np.random.default_rng(20240501)
    points = rng.uniform(0.0, 100.0, (50, 10))
    weights = rng.dirichlet(np.ones(10))
    ratio = _ratio(
        lambda: engine.score(points, weights),
        lambda: np.argsort(points @ weights),
        repeats,
        calls,
    )
    return [("score 50×10 / bare points @ weights and argsort", ratio, SCORE_LIMIT)]


def _ratio(
    ours: Callable[[], object], bare: Callable[[], object], repeats: int, calls: int
) -> float:
    fastest = [float("inf"), float("inf")]
    for _ in range(repeats):
        for side, function in enumerate((ours, bare)):
            fastest[side] = min(fastest[side], timeit.timeit(function, number=calls))
    return fastest[0] / fastest[1]
