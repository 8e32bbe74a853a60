"""What it takes to change the leader: move one weight, or leave one thing out.

Sources: Triantaphyllou, E. & Sánchez, A. (1997), *Decision Sciences* 28(1), 151–194 (the smallest
change of weights that changes the first); Goodwin, P. & Wright, G. (2004), *Decision Analysis for
Management Judgment*, 3rd ed., ch. 3 (moving one weight, the others in proportion); Howard, R.A.
(1988), *Management Science* 34(6) (tornado diagrams).

``V`` vendors, ``C`` criteria, ``E`` evaluators. What these functions ask of their callers, and
what ``applicable`` does, is told in ``robustness.py``, from where they are used.

The leader is the first, in the order given, of those that share rank 1. It has lost the lead when
another vendor is ahead; where a change is needed for that, the point at which both are equal is
given. Vendors that never get 1e-7 points ahead (a tie) do not count as being ahead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.aggregate import pool
from evaluations.engine.arguments import BoolArray, FloatArray, IntArray
from evaluations.engine.crossings import Lines, first_overtaken
from evaluations.engine.ranking import score

NOBODY = -1
"""In place of a vendor's index."""


@dataclass(frozen=True, eq=False, slots=True)
class Stability:
    """What :func:`stability` found. Arrays are read-only; weights are shares 0–1."""

    low: FloatArray
    """[C] down to which weight the leader stays; 0 if it always does."""
    high: FloatArray
    """[C] up to which weight the leader stays; 1 if it always does."""
    next_leader: IntArray
    """[C,2] who leads just below ``low`` and just above ``high``; −1 where nobody does."""
    leader: int
    """Who leads now."""


@dataclass(frozen=True, eq=False, slots=True)
class Flip:
    """What :func:`flip` found."""

    source: int
    """The criterion that gives weight away."""
    target: int
    """The criterion that gets it."""
    amount: float
    """How much (a share 0–1) makes the new leader equal; any more and it leads."""
    leader: int
    """The new leader."""


@dataclass(frozen=True, eq=False, slots=True)
class LeaveOneOut:
    """What :func:`leave_one_out` found: vendors by their index in the marks, −1 for nobody.

    Arrays are read-only.
    """

    evaluator: IntArray
    """[E] who leads without this evaluator."""
    criterion: IntArray
    """[C] who leads without this criterion."""
    vendor: IntArray
    """[V] who leads without this vendor."""
    leader: int
    """Who leads with everything in."""


def stability(
    points: ArrayLike, weights: ArrayLike, *, applicable: ArrayLike | None = None
) -> Stability:
    """How far each weight may move before the leader changes; closed form.

    The other weights keep their proportions; if they are all zero they share equally what the one
    gives away. A single criterion cannot move: 0 to 1.

    Args:
        points: [V,C] 0–100, complete.
        weights: [C] normalised.
        applicable: [V,C], see ``robustness.py``. A vendor to which nothing with a weight is
            applicable any more at the very end of a range counts as just before it.

    Returns:
        :class:`Stability`. If several vendors are tied now, the first of them is the leader, and
        an end may be at the present weight.

    Raises:
        ValueError: wrong shapes, missing points where a criterion applies, points outside 0–100,
            bad weights, a vendor to which nothing with a weight is applicable.
    """
    problem = _Problem(points, weights, applicable)
    share = problem.share
    count = len(share)
    toward = np.eye(count) - _others(share)
    reach = np.concatenate((share, 1.0 - share))
    if count == 1:
        reach[:] = 0.0
    move, leader = problem.first_change(np.concatenate((-toward, toward)), reach)
    found = leader.reshape(2, count)
    low = np.where(found[0] < 0, 0.0, np.maximum(share - move[:count], 0.0))
    high = np.where(found[1] < 0, 1.0, np.minimum(share + move[count:], 1.0))
    next_leader = np.ascontiguousarray(found.T)
    for values in (low, high, next_leader):
        values.setflags(write=False)
    return Stability(low=low, high=high, next_leader=next_leader, leader=problem.leader)


def flip(
    points: ArrayLike, weights: ArrayLike, *, applicable: ArrayLike | None = None
) -> Flip | None:
    """The smallest weight moved from one criterion to one other that changes the leader.

    Args:
        points, weights, applicable: as in :func:`stability`.

    Returns:
        :class:`Flip`, the first in the order of criteria if several are equally small; None if no
        single transfer changes the leader. If several vendors are tied now the amount may be 0.

    Raises:
        ValueError: as :func:`stability`.
    """
    problem = _Problem(points, weights, applicable)
    criteria = np.arange(len(problem.share))
    pairs = [(i, j) for i in criteria for j in criteria if i != j and problem.share[i] > 0]
    if not pairs:
        return None
    unit = np.eye(len(criteria))
    source, target = np.array(pairs).T
    move, leader = problem.first_change(unit[target] - unit[source], problem.share[source])
    move = np.where(leader < 0, np.inf, move)
    best = int(np.argmin(move))
    if leader[best] < 0:
        return None
    return Flip(
        source=int(source[best]),
        target=int(target[best]),
        amount=float(move[best]),
        leader=int(leader[best]),
    )


def tornado(
    points: ArrayLike, weights: ArrayLike, delta: float, *, applicable: ArrayLike | None = None
) -> FloatArray:
    """[C,2] lead, in points, with each weight ``delta`` lower and ``delta`` higher.

    The lead is that of the present leader over the best of the others: below zero where another
    one is ahead, NaN for a single vendor. The other weights keep their proportions, as in
    :func:`stability`; weights stop at 0 and at 1.

    Args:
        points, weights, applicable: as in :func:`stability`.
        delta: a share, 0–1 (0.1 for ten percentage points).

    Raises:
        ValueError: as :func:`stability`; ``delta`` outside 0–1.
    """
    problem = _Problem(points, weights, applicable)
    step = arguments.number("delta", delta)
    if not 0.0 <= step <= 1.0:
        raise ValueError(f"delta: expected a share from 0 to 1, got {step:g}")
    share = problem.share
    others = _others(share)
    lead = np.empty((len(share), 2))
    for criterion, own in enumerate(np.eye(len(share))):
        for side, moved in enumerate((share[criterion] - step, share[criterion] + step)):
            weight = min(max(moved, 0.0), 1.0)
            if len(share) == 1:
                weight = 1.0
            mixed = weight * own + (1.0 - weight) * others[criterion]
            lead[criterion, side] = problem.lead(mixed, own + others[criterion])
    return lead


def leave_one_out(
    marks: ArrayLike,
    to_points: Callable[[FloatArray], ArrayLike],
    weights: ArrayLike,
    *,
    applicable: ArrayLike | None = None,
    how: str = "mean",
    evaluator_weights: ArrayLike | None = None,
) -> LeaveOneOut:
    """Who leads without each evaluator, each criterion, each vendor.

    Only a vendor that leads alone and for certain counts: −1 where several are tied at the top,
    where a vendor that has lost its last mark on a criterion could lead as well, and where
    nothing is left (no evaluator, no weight, no vendor). A vendor to which nothing with a weight
    is applicable any more is out of the ranking.

    Args:
        marks: [E,V,C] in the criteria's units, NaN for missing; every cell that applies marked by
            somebody.
        to_points: from pooled marks [V,C] to points [V,C] 0–100, NaN staying NaN. It also gets
            tables with one vendor less.
        weights: [C] normalised, also over what is left.
        applicable: [V,C], see ``robustness.py``.
        how, evaluator_weights: as in :func:`aggregate.pool`.

    Raises:
        ValueError: wrong shapes, infinite marks, a cell that nobody marked, points outside 0–100
            or of another shape from ``to_points``, bad weights, an unknown ``how``.
    """
    given = arguments.marks("marks", marks, 3)
    evaluators, vendors, criteria = given.shape
    weight, _ = arguments.weights("weights", weights, criteria)
    people = np.ones(evaluators)
    if evaluator_weights is not None:
        people, _ = arguments.weights("evaluator_weights", evaluator_weights, evaluators)
    applies = np.ones((vendors, criteria), np.bool_)
    if applicable is not None:
        applies = arguments.mask("applicable", applicable, applies.shape)
    mark = pool(given, how, people).mark
    if (np.isnan(mark) & applies).any():
        raise ValueError("marks: nobody marked a cell that applies")

    def leader(mark: FloatArray, rows: BoolArray, columns: BoolArray) -> int:
        points = _points(to_points, mark[rows])[:, columns]
        return _sole_leader(points, weight[columns], applies[rows][:, columns], rows)

    all_rows, all_columns = np.ones(vendors, np.bool_), np.ones(criteria, np.bool_)
    without_evaluator = np.full(evaluators, NOBODY)
    for out in range(evaluators):
        left = np.arange(evaluators) != out
        if people[left].any():
            pooled = pool(given[left], how, people[left]).mark
            without_evaluator[out] = leader(pooled, all_rows, all_columns)
    columns = [leader(mark, all_rows, np.arange(criteria) != out) for out in range(criteria)]
    rows = [
        leader(mark, np.arange(vendors) != out, all_columns) if vendors > 1 else NOBODY
        for out in range(vendors)
    ]
    without_criterion, without_vendor = np.array(columns), np.array(rows)
    for values in (without_evaluator, without_criterion, without_vendor):
        values.setflags(write=False)
    return LeaveOneOut(
        evaluator=without_evaluator,
        criterion=without_criterion,
        vendor=without_vendor,
        leader=leader(mark, all_rows, all_columns),
    )


class _Problem:
    """Checked points and weights, and who leads now."""

    def __init__(self, points: ArrayLike, weights: ArrayLike, applicable: ArrayLike | None) -> None:
        given = arguments.array("points", points, 2)
        self.share = arguments.shares("weights", weights, given.shape[1])
        applies = np.ones(given.shape, np.bool_)
        if applicable is not None:
            applies = arguments.mask("applicable", applicable, given.shape)
            if not (applies @ self.share).all():
                raise ValueError("applicable: a vendor has nothing applicable with a weight")
            given = np.where(applies, given, 0.0)
        given, complete = arguments.points("points", given)
        if not complete:
            raise ValueError("points: has a missing value (NaN) where every value is needed")
        # A total is worth · w ÷ applies · w.
        self.worth, self.applies = given, applies.astype(np.float64)
        # rank, not total: vendors less than a tie apart share the lead, and the first one has it.
        self.leader = int(score(given, self.share, applies).rank.argmin())

    def first_change(
        self, directions: FloatArray, reach: FloatArray
    ) -> tuple[FloatArray, IntArray]:
        """How far along each direction [K,C], at most ``reach`` [K], the lead holds; who is next."""
        lines = Lines(
            worth=self.worth @ self.share,
            worth_slope=directions @ self.worth.T,
            covered=self.applies @ self.share,
            covered_slope=directions @ self.applies.T,
        )
        return first_overtaken(lines, reach, self.leader)

    def lead(self, weights: FloatArray, instead: FloatArray) -> float:
        """Points of the leader less those of the best other one.

        ``instead`` are the weights for vendors to which nothing with a weight is applicable.
        """
        covered = self.applies @ weights
        total = np.where(covered > 0, self.worth @ weights, self.worth @ instead)
        total /= np.where(covered > 0, covered, self.applies @ instead)
        others = np.delete(total, self.leader)
        return float(total[self.leader] - others.max()) if len(others) else float("nan")


def _others(share: FloatArray) -> FloatArray:
    """[C,C] by row: how the other criteria share what one criterion leaves them."""
    rest = np.tile(share, (len(share), 1))
    np.fill_diagonal(rest, 0.0)
    rest[~rest.any(axis=1)] = 1.0
    np.fill_diagonal(rest, 0.0)
    total = rest.sum(axis=1, keepdims=True)
    return np.asarray(rest / np.where(total > 0, total, 1.0), dtype=np.float64)


def _points(to_points: Callable[[FloatArray], ArrayLike], mark: FloatArray) -> FloatArray:
    points, _ = arguments.points("to_points", to_points(mark.copy()), 2)
    arguments.same_shape("to_points", points, "the marks", mark)
    return points


def _sole_leader(
    points: FloatArray, weight: FloatArray, applies: BoolArray, rows: BoolArray
) -> int:
    """Who leads alone whatever the missing marks may be, by its index among all; −1 if nobody."""
    if not weight.any():
        return NOBODY
    could_lead = score(points, weight, applies).possible_rank[:, 0] == 1
    if could_lead.sum() != 1:
        return NOBODY
    return int(np.flatnonzero(rows)[could_lead.argmax()])
