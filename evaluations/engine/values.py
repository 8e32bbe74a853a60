"""From marks to points: value functions with their ends fixed before anybody scores.

Source: Belton, V. & Stewart, T.J. (2002), *Multiple Criteria Decision Analysis*, Kluwer, ch. 5
(local and global scales, partial value functions); the two price rules as used in public tenders.

A missing mark is NaN and stays NaN; results have the shape of ``x``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import FULL, FloatArray


def linear(x: ArrayLike, worst: float, best: float, clip: bool = False) -> FloatArray:
    """Points 0 at ``worst``, 100 at ``best``, a straight line between.

    Args:
        x: marks in the criterion's own unit, any shape, NaN for missing.
        worst, best: the two ends; ``best`` below ``worst`` makes less the better (days, money).
        clip: count a mark beyond an end as that end (a price between ceiling and target).

    Raises:
        ValueError: infinite values, ``best`` equal to ``worst``, or a mark beyond the ends
            without ``clip``.
    """
    given = arguments.marks("x", x)
    low, high = arguments.number("worst", worst), arguments.number("best", best)
    if low == high:
        raise ValueError("best: is equal to worst, the scale has no length")
    lower, upper = min(low, high), max(low, high)
    if clip:
        given = np.clip(given, lower, upper)
    else:
        _refuse_outside(given, lower, upper)
    # Multiplying before dividing keeps whole percentages whole (7 of 100 is 7, not 7.000…01);
    # the last rounding may then miss the best end by a hair, so that end is set by hand.
    distance = given - low if low < high else low - given
    points = np.minimum(FULL * distance / (upper - lower), FULL)
    return np.asarray(np.where(given == high, FULL, points), dtype=np.float64)


def piecewise(x: ArrayLike, xs: ArrayLike, points: ArrayLike) -> FloatArray:
    """Points by straight lines through the corners (``xs``, ``points``).

    Args:
        x: marks, any shape, NaN for missing.
        xs: corners in the criterion's unit, two or more, rising.
        points: 0–100 at each corner; they need not rise (a middle may be best).

    Raises:
        ValueError: ``xs`` not rising, unequal lengths, points outside 0–100, NaN or infinity in
            a corner, a mark before the first or after the last corner.
    """
    given = arguments.marks("x", x)
    corners = arguments.numbers("xs", xs, 1)
    heights, complete = arguments.points("points", points, 1)
    if not complete:
        raise ValueError("points: has a missing value (NaN) where every value is needed")
    arguments.same_shape("points", heights, "xs", corners)
    if len(corners) < 2 or not (np.diff(corners) > 0).all():
        raise ValueError("xs: expected two or more values, each above the one before")
    _refuse_outside(given, float(corners[0]), float(corners[-1]))
    # Clipping takes away only the hair that rounding may put above or below the corners.
    between = np.interp(given, corners, heights)
    return np.asarray(np.clip(between, heights.min(), heights.max()), dtype=np.float64)


def levels(x: ArrayLike, table: Mapping[Hashable, float]) -> FloatArray:
    """Points looked up in a table, mark by mark: ``{0: 0, 1: 20, …}`` or ``{"yes": 100, …}``.

    Args:
        x: marks, any shape; NaN or ``None`` for missing.
        table: mark → points 0–100.

    Raises:
        ValueError: a mark that is not in the table, an empty table, points missing or outside
            0–100.
    """
    if not table:
        raise ValueError("table: is empty")
    heights, complete = arguments.points("table", list(table.values()), 1)
    if not complete:
        raise ValueError("table: has a mark without points")
    lookup = dict(zip(table, heights.tolist(), strict=True))
    given = np.asarray(x)
    found = [_level(mark, lookup) for mark in given.ravel().tolist()]
    return np.array(found, dtype=np.float64).reshape(given.shape)


def lowest_price(prices: ArrayLike) -> FloatArray:
    """Points 100 × lowest price ÷ price.

    A relative rule: one irrelevant cheap bid can change who comes first (Stilger, Siderius & van
    Raaij 2017, *J. Public Procurement* 17(1)). Kept for those who must use it.

    Args:
        prices: [V], above zero, NaN where there is no bid (its points are NaN).

    Raises:
        ValueError: a price of zero or less, infinite values, wrong shape.
    """
    given = arguments.marks("prices", prices, 1)
    if (given <= 0).any():
        raise ValueError("prices: every price must be above zero")
    lowest = np.fmin.reduce(given)
    points = np.minimum(FULL * lowest / given, FULL)
    return np.asarray(np.where(given == lowest, FULL, points), dtype=np.float64)


def award_on_value(prices: ArrayLike, quality_value: ArrayLike) -> FloatArray:
    """Price less the money value of the quality offered; the lowest wins.

    Args:
        prices: [V] money, not below zero, NaN where there is no bid.
        quality_value: [V] money the buyer would pay for that quality; below zero is a surcharge.

    Returns:
        [V] money, NaN where either is missing.

    Raises:
        ValueError: a price below zero, infinite values, wrong or unequal shapes.
    """
    given = arguments.marks("prices", prices, 1)
    worth = arguments.marks("quality_value", quality_value, 1)
    arguments.same_shape("quality_value", worth, "prices", given)
    if (given < 0).any():
        raise ValueError("prices: a price is below zero")
    return given - worth


def _level(mark: Hashable, lookup: Mapping[Hashable, float]) -> float:
    if mark is None or (isinstance(mark, float) and np.isnan(mark)):
        return float("nan")
    if mark not in lookup:
        raise ValueError(f"x: {mark!r} is not a mark of this scale")
    return lookup[mark]


def _refuse_outside(x: FloatArray, lower: float, upper: float) -> None:
    if ((x < lower) | (x > upper)).any():
        raise ValueError(f"x: has a value outside the scale {lower:g} to {upper:g}")
