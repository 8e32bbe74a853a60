"""Where the leader is overtaken while weights move along a straight line; the workings of
``stability`` and ``flip``.

Along such a line a vendor's total is (a + b·d) ÷ (c + e·d), d being the distance moved: the divisor
is the weight that applies to the vendor, 1 throughout if every criterion does. One vendor catches
up with another where a polynomial of the second degree in d is zero, of the first if all applies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluations.engine.arguments import BoolArray, FloatArray, IntArray
from evaluations.engine.ranking import TIE

_AT_ONCE = 256
"""Directions looked at together: enough to be fast, few enough to need little memory."""

_SAME_PLACE = 1e-9
"""Vendors that catch up with the leader no further apart than this do so together."""

_SOME_WEIGHT = 1e-9
"""With less applicable weight than this, a total has too few digits to be compared."""


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """Totals along K directions: worth ÷ covered, each ``start`` [V] + ``slope`` [K,V] · d."""

    worth: FloatArray
    worth_slope: FloatArray
    covered: FloatArray
    covered_slope: FloatArray

    def totals(self, distance: FloatArray, vendor: slice = slice(None)) -> FloatArray:
        """[K,V] at a distance [K,1] or [K,V]; NaN where next to nothing applies to a vendor."""
        worth = self.worth[vendor] + self.worth_slope[:, vendor] * distance
        covered = self.covered[vendor] + self.covered_slope[:, vendor] * distance
        total = np.full(worth.shape, np.nan)
        np.divide(worth, covered, out=total, where=covered > _SOME_WEIGHT)
        return total

    def rows(self, part: slice) -> Lines:
        """The same for some of the directions."""
        return Lines(self.worth, self.worth_slope[part], self.covered, self.covered_slope[part])


def first_overtaken(lines: Lines, reach: FloatArray, leader: int) -> tuple[FloatArray, IntArray]:
    """How far [K] the leader stays in front, and who [K] takes over.

    Args:
        lines: the totals.
        reach: [K] the furthest one may go.
        leader: nobody is ahead of it by more than a tie at the start.

    Returns:
        Distance, ``reach`` if the leader stays; the new leader, −1 if it stays.
    """
    count = len(reach)
    distance, successor = np.empty(count), np.empty(count, np.int64)
    for start in range(0, count, _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        distance[part], successor[part] = _overtaken(lines.rows(part), reach[part, None], leader)
    return distance, successor


def _overtaken(lines: Lines, reach: FloatArray, leader: int) -> tuple[FloatArray, IntArray]:
    passed = _catches_up(lines, reach, leader)
    nearest = passed.min(axis=1, keepdims=True)
    together = passed <= nearest + _SAME_PLACE
    # Of several that pass at one point, the first a little further on takes over.
    later = np.where(together, np.inf, passed).min(axis=1, keepdims=True)
    total = lines.totals((np.minimum(nearest, reach) + np.minimum(later, reach)) / 2)
    total = np.where(together & ~np.isnan(total), total, -np.inf)
    ahead = total > total.max(axis=1, keepdims=True) - TIE
    stays = np.isinf(nearest[:, 0])
    return np.minimum(nearest, reach)[:, 0], np.where(stays, -1, ahead.argmax(axis=1))


def _catches_up(lines: Lines, reach: FloatArray, leader: int) -> FloatArray:
    """[K,V] where each vendor gets ahead of the leader; infinite if nowhere within reach."""
    near, far = (np.clip(root, 0.0, reach) for root in _roots(lines, leader))
    last = np.broadcast_to(reach, far.shape)
    own = slice(leader, leader + 1)

    def gets_ahead(*places: FloatArray) -> BoolArray:
        leads = (lines.totals(place) - lines.totals(place, own) for place in places)
        return np.logical_or.reduce([lead >= TIE for lead in leads])

    # Between two zeros, and beyond the last, one of the two is ahead throughout; being ahead by a
    # tie or more anywhere there is what counts.
    # (Not at a zero itself, where a lead that ought to be 0 may be rounded to anything if next to
    # nothing applies to a vendor.)
    between = gets_ahead((near + far) / 2, near + 0.999 * (far - near))
    beyond = gets_ahead((far + last) / 2, last)
    return np.where(between, near, np.where(beyond, far, np.inf))


def _roots(lines: Lines, leader: int) -> tuple[FloatArray, FloatArray]:
    """[K,V] the two distances, in order, at which a vendor and the leader are equal.

    Zeros of f(d) = worth_v · covered_l − worth_l · covered_v = f0 + f1·d + f2·d². Infinite where
    there is none. The formula is the one that loses no digits when f2 is small or zero.
    """
    worth, slope = lines.worth, lines.worth_slope
    covered, change = lines.covered, lines.covered_slope
    own, own_slope = worth[leader], slope[:, [leader]]
    own_covered, own_change = covered[leader], change[:, [leader]]

    f0 = np.minimum(worth * own_covered - own * covered, 0.0)  # not ahead at the start
    f1 = slope * own_covered + worth * own_change - own_slope * covered - own * change
    f2 = slope * own_change - own_slope * change
    inside = f1 * f1 - 4.0 * f2 * f0
    q = -0.5 * (f1 + np.copysign(np.sqrt(np.maximum(inside, 0.0)), f1))
    one, other = np.full(f1.shape, np.inf), np.full(f1.shape, np.inf)
    with np.errstate(over="ignore"):  # a zero that far away is none
        np.divide(q, f2, out=one, where=(f2 != 0) & (inside >= 0))
        np.divide(np.broadcast_to(f0, q.shape), q, out=other, where=(q != 0) & (inside >= 0))
    return np.minimum(one, other), np.maximum(one, other)
