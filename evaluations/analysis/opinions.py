"""Second opinions: would another method put the candidates in the same order, and if not, why.

They are asked only where every criterion applies to every ranked candidate: neither method knows
what to do with a criterion that does not apply. They look at points, so that no unit weighs more.
"""

import numpy as np

from evaluations import engine
from evaluations.analysis.findings import NOT_APPLICABLE, Dominated, Opinion, Swapped
from evaluations.analysis.problem import Problem
from evaluations.engine.arguments import FloatArray

TOPSIS, PROMETHEE = "topsis", "promethee"
SAME, FULL_PREFERENCE = 5.0, 25.0
"""PROMETHEE II: differences up to the one are no preference, from the other on a full one (points)."""

_APART = 1e-9


def second_opinions(problem: Problem) -> tuple[str, tuple[Opinion, ...]]:
    """Why there are none (or ""), and the opinions."""
    if problem.mask is not None:
        return NOT_APPLICABLE, ()
    points, weights = problem.points, problem.weights
    objectives = ["max"] * len(weights)
    functions = [{"t": "V", "q": SAME, "p": FULL_PREFERENCE}] * len(weights)
    return "", (
        _opinion(problem, TOPSIS, engine.topsis(points, weights, objectives)),
        _opinion(problem, PROMETHEE, engine.promethee_ii(points, weights, objectives, functions)),
    )


def dominated(problem: Problem) -> tuple[Dominated, ...]:
    """Candidates that another one beats or equals on every criterion.

    Only those to which the same criteria apply can be compared that way. A criterion without
    weight decides nothing, here either.
    """
    counting = problem.weights > 0
    applies = problem.applicable[:, counting]
    alike = (applies[:, None] == applies[None]).all(axis=2)
    beats = engine.dominates(problem.points[:, counting]) & alike
    return tuple(
        Dominated(pk, tuple(problem.candidates[row] for row in np.flatnonzero(beats[:, column])))
        for column, pk in enumerate(problem.candidates)
        if beats[:, column].any()
    )


def _opinion(problem: Problem, method: str, value: FloatArray) -> Opinion:
    """Candidates with equal values keep the ranking's order."""
    # Rounding keeps two values that differ by a hair from counting as another order.
    order = np.argsort(-np.round(value, 9), kind="stable")
    return Opinion(
        method=method,
        order=tuple(problem.candidates[row] for row in order),
        values=tuple(float(value[row]) for row in order),
        differs=tuple(
            _swapped(problem, int(above), int(below))
            for above, below in zip(order, order[1:], strict=False)
            if _really_before(problem, int(below), int(above))
        ),
    )


def _really_before(problem: Problem, one: int, other: int) -> bool:
    """Whether `one` has a better rank here, not merely an earlier line in a tie."""
    ranked = problem.ranking.ranked
    return ranked[one].rank < ranked[other].rank


def _swapped(problem: Problem, above: int, below: int) -> Swapped:
    """Where the one that the other method prefers is ahead most, and where the other is weakest."""
    ahead = problem.weights * (problem.points[above] - problem.points[below])
    weighted = np.where(problem.weights > 0, problem.points[below], np.inf)
    strongest = int(np.argmax(ahead))
    return Swapped(
        above=problem.candidates[above],
        below=problem.candidates[below],
        criterion=problem.criteria[strongest] if ahead[strongest] > _APART else None,
        weakest=problem.criteria[int(np.argmin(weighted))],
    )
