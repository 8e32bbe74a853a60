"""How much each criterion counts: weights as shares that sum to 1.

Sources: Goodwin, P. & Wright, G. (2004), *Decision Analysis for Management Judgment*, 3rd ed.,
Wiley, ch. 3 (swing weights); Roszkowska, E. (2013), *Optimum. Studia Ekonomiczne* 5(65), 14–33
(weights from a rank order alone); Saaty, T.L. (1980), *The Analytic Hierarchy Process*,
McGraw-Hill, and (2008), *Int. J. Services Sciences* 1(1), 83–98 (pairwise comparison); Crawford,
G. & Williams, C. (1985), *J. Mathematical Psychology* 29(4) (geometric means); Aczél, J. & Saaty,
T.L. (1983), *J. Mathematical Psychology* 27(1) (groups).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import FloatArray

RANDOM_INDEX = {"saaty": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)}
"""Consistency index of matrices filled at random, for 1, 2, 3 … criteria, by the table's name."""

_RECIPROCAL = 0.05
"""How far a_ij · a_ji may be from 1: judgements written with two decimals (0.33, 0.13) pass."""

_LARGEST = 1e9
"""Judgements beyond this (usual are 1/9 to 9) are slips, and eigenvalues suffer from them."""

_CONSISTENT = 1e-9
"""Judgements no further (as logarithms) than this from the weights agree with them."""


@dataclass(frozen=True, eq=False, slots=True)
class Ahp:
    """What :func:`ahp` found. Arrays are read-only."""

    weights: FloatArray
    """[C] shares that sum to 1."""
    lambda_max: float
    """Principal eigenvalue (its estimate with geometric means); C for consistent judgements."""
    consistency_index: float
    """(λ − C) / (C − 1); 0 for one criterion or two."""
    consistency_ratio: float
    """The index ÷ the random index; usually 0.10 is still accepted. 0 for one criterion or two,
    NaN for more criteria than the table of random indices has."""
    random_index_name: str
    """Which table that was."""
    worst_pair: tuple[int, int] | None
    """The two criteria, i < j, whose judgement lies furthest from the ratio of the weights, w_i to
    w_j: the one to reconsider. None if all agree."""


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


def ahp(matrix: ArrayLike, method: str = "eigenvector", random_index: str = "saaty") -> Ahp:
    """Weights from pairwise judgements, and how well the judgements agree with each other.

    Args:
        matrix: [C,C] how many times as important the row's criterion is as the column's, above
            zero; 1 on the diagonal, and a_ji = 1/a_ij (to two decimals).
        method: ``"eigenvector"`` (Saaty) or ``"geometric"`` (means of the rows).
        random_index: name of the table for the consistency ratio; it depends on the table, so the
            result names it. ``"saaty"`` goes to 10 criteria.

    Raises:
        ValueError: not square, NaN, infinite, zero or negative judgements, a diagonal other than
            1, judgements that contradict their mirror image, unknown words.
    """
    given = _judgments("matrix", arguments.numbers("matrix", matrix, 2))
    arguments.choice("method", method, ("eigenvector", "geometric"))
    arguments.choice("random_index", random_index, tuple(RANDOM_INDEX))
    n = len(given)
    mean = _geometric_means(given)
    # Measured against the geometric means, judgements that agree are all 1: a matrix with the same
    # eigenvalues, however far apart the weights are.
    log_error = np.log(given) + np.log(mean)[None, :] - np.log(mean)[:, None]
    if method == "geometric":
        weights = mean
        lambda_max = float(np.exp(log_error).sum() / n)
    else:
        values, vectors = np.linalg.eig(np.exp(log_error))
        principal = int(values.real.argmax())
        vector = np.abs(vectors[:, principal].real)
        lambda_max = float(values.real[principal])
        weights = mean * vector / vector.max()
        log_error += np.log(vector)[None, :] - np.log(vector)[:, None]
    weights = weights / weights.sum()
    weights.setflags(write=False)

    index = max(lambda_max - n, 0.0) / (n - 1) if n > 2 else 0.0
    return Ahp(
        weights=weights,
        lambda_max=lambda_max,
        consistency_index=index,
        consistency_ratio=_ratio(index, n, RANDOM_INDEX[random_index]),
        random_index_name=random_index,
        worst_pair=_worst_pair(np.abs(log_error)),
    )


def aggregate_judgments(matrices: ArrayLike) -> FloatArray:
    """One matrix for a group: the geometric mean of everybody's judgements, entry by entry.

    It is the only mean that keeps a_ji = 1/a_ij.

    Args:
        matrices: [K,C,C] one matrix for each of K people, each as for :func:`ahp`.

    Raises:
        ValueError: as :func:`ahp`.
    """
    given = arguments.numbers("matrices", matrices, 3)
    for matrix in given:
        _judgments("matrices", matrix)
    return np.asarray(np.exp(np.log(given).mean(axis=0)), dtype=np.float64)


def _judgments(name: str, given: FloatArray) -> FloatArray:
    """Refuse what is no table of pairwise judgements."""
    if given.shape[0] != given.shape[1]:
        raise ValueError(f"{name}: expected as many rows as columns, got shape {given.shape}")
    if (given <= 0).any():
        raise ValueError(f"{name}: every judgement must be above zero")
    if (given > _LARGEST).any():
        raise ValueError(f"{name}: has a judgement above a billion")
    if (np.diag(given) != 1).any():
        raise ValueError(f"{name}: a criterion against itself must be 1")
    if (np.abs(given * given.T - 1.0) > _RECIPROCAL).any():
        raise ValueError(f"{name}: two judgements of one pair contradict each other")
    return given


def _geometric_means(matrix: FloatArray) -> FloatArray:
    """[C] of the rows, the largest 1."""
    log_mean = np.log(matrix).mean(axis=1)
    return np.asarray(np.exp(log_mean - log_mean.max()), dtype=np.float64)


def _ratio(index: float, n: int, table: tuple[float, ...]) -> float:
    if n <= 2:  # nothing to contradict
        return 0.0
    return index / table[n - 1] if n <= len(table) else float("nan")


def _worst_pair(error: FloatArray) -> tuple[int, int] | None:
    """Where above the diagonal the error is largest."""
    above = np.triu(error, 1)
    if above.max() <= _CONSISTENT:
        return None
    row, column = divmod(int(above.argmax()), len(above))
    return row, column


def _places(n: int) -> FloatArray:
    """1.0, 2.0 … n."""
    if (count := arguments.whole("n", n)) < 1:
        raise ValueError(f"n: expected one criterion or more, got {count}")
    return np.arange(1.0, count + 1.0)
