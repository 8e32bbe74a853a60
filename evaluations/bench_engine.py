"""How fast the engine is, as ratios against bare NumPy in the same run (``./portal bench``).

Ratios rather than times, so that a slow or busy machine does not change the verdict much.
"""

from __future__ import annotations

import timeit
import tracemalloc
from collections.abc import Callable

import numpy as np

from evaluations import engine
from evaluations.engine.arguments import FloatArray

VENDORS, CRITERIA, EVALUATORS, DRAWS = 50, 10, 10, 10_000

SCORE_LIMIT = 6.0
"""``score`` may take this many times as long as the bare product and sort."""

ACCEPTABILITY_LIMIT = 3.0
"""``acceptability`` may take this many times as long as the bare sort of as many totals."""

MEMORY_LIMIT = 1.0
"""Tens of megabytes that ``acceptability`` may need for 100 000 draws, beyond the draws."""

WHAT_IF_LIMIT = 10.0
"""All that one move of a what-if slider asks for, against the bare sort of its totals."""


def run(repeats: int = 400, calls: int = 50) -> list[tuple[str, float, float]]:
    """(what, ratio, limit) for each measurement; within the limit is a pass.

    Args:
        repeats: rounds; each times both sides one after the other, and the fastest of each counts,
            since noise only ever adds.
        calls: calls in a round where one takes microseconds.
    """
    rng = np.random.default_rng(20240501)
    points = rng.uniform(0.0, 100.0, (VENDORS, CRITERIA))
    weights = rng.dirichlet(np.ones(CRITERIA))
    marks = rng.uniform(0.0, 5.0, (EVALUATORS, VENDORS, CRITERIA))
    draws = engine.draw_weights("any", weights, DRAWS, 1)
    totals = rng.uniform(0.0, 100.0, (DRAWS, VENDORS))

    def sort() -> object:
        return totals.argsort(axis=1)

    size = f"{VENDORS}×{CRITERIA}"
    return [
        (
            f"score {size} / bare points @ weights and argsort",
            _ratio(
                lambda: engine.score(points, weights),
                lambda: np.argsort(points @ weights),
                repeats,
                calls,
            ),
            SCORE_LIMIT,
        ),
        (
            f"acceptability {size}, {DRAWS} draws / bare argsort",
            _ratio(lambda: engine.acceptability(points, draws), sort, repeats, 1),
            ACCEPTABILITY_LIMIT,
        ),
        (
            f"acceptability {size}, 100000 draws: memory, 10 MB",
            _memory(points, engine.draw_weights("any", weights, 100_000, 1)) / 1e7,
            MEMORY_LIMIT,
        ),
        (
            f"what-if {size}, {EVALUATORS} evaluators, {DRAWS} draws / bare argsort",
            _ratio(lambda: _what_if(marks, weights), sort, repeats, 1),
            WHAT_IF_LIMIT,
        ),
    ]


def _what_if(marks: FloatArray, weights: FloatArray) -> None:
    """From the marks to everything a page shows about one set of weights."""
    points = engine.linear(engine.pool(marks).mark, worst=0.0, best=5.0)
    scores = engine.score(points, weights)
    draws = engine.draw_weights("around", weights, DRAWS, 1)
    engine.verdict(engine.acceptability(points, draws), scores)
    engine.stability(points, weights)
    engine.flip(points, weights)


def _ratio(
    ours: Callable[[], object], bare: Callable[[], object], repeats: int, calls: int
) -> float:
    fastest = [float("inf"), float("inf")]
    for _ in range(repeats):
        for side, function in enumerate((ours, bare)):
            fastest[side] = min(fastest[side], timeit.timeit(function, number=calls))
    return fastest[0] / fastest[1]


def _memory(points: FloatArray, draws: FloatArray) -> float:
    """Most bytes in use at once while ``acceptability`` works."""
    tracemalloc.start()
    engine.acceptability(points, draws)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return float(peak)
