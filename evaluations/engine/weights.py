"""How much each criterion counts: weights as shares that sum to 1.

Sources: Goodwin, P. & Wright, G. (2004), *Decision Analysis for Management Judgment*, 3rd ed.,
Wiley, ch. 3 (swing weights); Roszkowska, E. (2013), *Optimum. Studia Ekonomiczne* 5(65), 14–33
(weights from a rank order alone).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import FloatArray


def direct(points: ArrayLike) -> FloatArray:
    """Points given straight to the criteria, divided by their sum.

    Args:
        points: [C], not below zero, not all zero; any total.

    Raises:
        ValueError: wrong shape, NaN, infinite, negative or all-zero points.
    """
    return arguments.shares("points", points)


def swing(points: ArrayLike) -> FloatArray:
    """Swing weights: what going from worst to best on each criterion is worth.

    The arithmetic is that of :func:`direct`; what differs is the question asked. The most valued
    swing usually gets 100 and the others a part of it.

    Args:
        points: [C], not below zero, not all zero.

    Raises:
        ValueError: wrong shape, NaN, infinite, negative or all-zero points.
    """
    return arguments.shares("points", points)


def rank_order_centroid(n: int) -> FloatArray:
    """The centre of all weights in the given order: w_i = (1/n) Σ_{k=i…n} 1/k.

    Args:
        n: number of criteria, 1 or more, most important first.

    Raises:
        ValueError: ``n`` is not a whole number above zero.
    """
    place = _places(n)
    return np.cumsum((1.0 / place)[::-1])[::-1] / n


def rank_sum(n: int) -> FloatArray:
    """Weights falling in equal steps: w_i = 2(n + 1 − i) / (n(n + 1)). See above for ``n``."""
    place = _places(n)
    return 2.0 * (n + 1.0 - place) / (n * (n + 1.0))


def rank_reciprocal(n: int) -> FloatArray:
    """Weights in proportion to 1, 1/2, 1/3 …: w_i = (1/i) / Σ_k 1/k. See above for ``n``."""
    inverse = 1.0 / _places(n)
    return np.asarray(inverse / inverse.sum(), dtype=np.float64)


def _places(n: int) -> FloatArray:
    """1.0, 2.0 … n."""
    if (count := arguments.whole("n", n)) < 1:
        raise ValueError(f"n: expected one criterion or more, got {count}")
    return np.arange(1.0, count + 1.0)
