"""Second opinions: would another method name the same leader? Always labelled as such.

None of these makes the ranking: in TOPSIS, SAW and PROMETHEE II a vendor's result depends on
which other vendors are compared, so adding or dropping one can reorder the rest.

Sources: Hwang, C.-L. & Yoon, K. (1981), *Multiple Attribute Decision Making*, Springer (TOPSIS,
SAW); Brans, J.-P. & Vincke, Ph. (1985), *Management Science* 31(6), 647–656 (PROMETHEE).

``matrix`` is [V,C] in any units, complete; ``objectives`` has ``"max"`` or ``"min"`` for each
criterion; weights are normalised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import BoolArray, FloatArray


def topsis(
    matrix: ArrayLike,
    weights: ArrayLike,
    objectives: Sequence[str],
    normalization: str = "vector",
) -> FloatArray:
    """Closeness [V], 0–1, to the best value of every column against the worst.

    Args:
        matrix, weights, objectives: see the head of this module.
        normalization: ``"vector"`` divides a column by its Euclidean length, ``"minmax"`` by its
            range.

    Returns:
        d⁻ / (d⁺ + d⁻) with Euclidean distances; 0.5 for all if the vendors do not differ.

    Raises:
        ValueError: wrong shapes, NaN or infinite values, bad weights, unknown words.
    """
    given, share, benefit = _problem(matrix, weights, objectives)
    arguments.choice("normalization", normalization, ("vector", "minmax"))
    if normalization == "minmax":
        scaled = _min_max(given, benefit)
    else:
        # Dividing by the largest first keeps the squares of very small numbers from vanishing.
        scaled = _ratio(given, np.abs(given).max(axis=0))
        scaled = _ratio(scaled, np.sqrt((scaled**2).sum(axis=0)))
        scaled = np.where(benefit, scaled, -scaled)
    weighted = scaled * share
    to_best = np.sqrt(((weighted.max(axis=0) - weighted) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    closeness = np.full(len(given), 0.5)
    apart = to_best + to_worst
    np.divide(to_worst, apart, out=closeness, where=apart > 0)
    return closeness


def saw(
    matrix: ArrayLike,
    weights: ArrayLike,
    objectives: Sequence[str],
    normalization: str = "max",
) -> FloatArray:
    """Simple additive weighting [V] of columns normalised by the vendors' own values.

    Args:
        matrix, weights, objectives: see the head of this module.
        normalization: ``"max"``: x / max, and min / x where less is better; ``"sum"``: x / Σx, and
            (1/x) / Σ(1/x); ``"minmax"``: 0 at the worst value present, 1 at the best (1 for all
            where a column is constant).

    Raises:
        ValueError: as :func:`topsis`; with ``"max"`` and ``"sum"`` also a value below zero, or a
            value of zero where less is better.
    """
    given, share, benefit = _problem(matrix, weights, objectives)
    arguments.choice("normalization", normalization, ("max", "sum", "minmax"))
    if normalization == "minmax":
        scaled = _min_max(given, benefit)
    else:
        if (given < 0).any():
            raise ValueError(f"matrix: has a value below zero, which {normalization!r} cannot use")
        if (given[:, ~benefit] == 0).any():
            raise ValueError(f"matrix: has a zero where less is better, with {normalization!r}")
        # min / x is 1 / x measured against its largest; so both kinds of column become "more is
        # better" here, and differ no more below.
        lowest = np.where(benefit, 1.0, given.min(axis=0))
        gain = np.where(benefit, given, lowest / np.where(benefit, 1.0, given))
        gain = _ratio(gain, gain.max(axis=0))
        scaled = gain if normalization == "max" else _ratio(gain, gain.sum(axis=0))
    return np.asarray((scaled * share).sum(axis=1), dtype=np.float64)


def promethee_ii(
    matrix: ArrayLike,
    weights: ArrayLike,
    objectives: Sequence[str],
    functions: Sequence[Mapping[str, Any]],
) -> FloatArray:
    """Net flow [V], −1 to 1: how far a vendor is preferred to the others less the other way round.

    Args:
        matrix, weights, objectives: see the head of this module.
        functions: one ``{"t": …}`` per criterion, thresholds in the criterion's unit: ``"I"``
            usual; ``"II"`` U-shape (``q``); ``"III"`` V-shape (``p``); ``"IV"`` level (``q``,
            ``p``); ``"V"`` linear with indifference (``q``, ``p``); ``"VI"`` Gaussian (``s``).

    Returns:
        Σ over the others of preference given less preference received, divided by V − 1; they
        sum to 0. A single vendor gets 0.

    Raises:
        ValueError: as :func:`topsis`; an unknown type, a threshold that is absent, below zero
            or, for ``p`` and ``s``, zero, or ``p`` not above ``q``.
    """
    given, share, benefit = _problem(matrix, weights, objectives)
    if len(functions) != len(share):
        raise ValueError(f"functions: expected {len(share)}, got {len(functions)}")
    preference = np.zeros((len(given), len(given)))
    for column, weight, more_is_better, function in zip(
        given.T, share, benefit, functions, strict=True
    ):
        lead = column[:, None] - column[None, :]
        preference += weight * _preference(lead if more_is_better else -lead, function)
    net = preference.sum(axis=1) - preference.sum(axis=0)
    return np.asarray(net / max(len(given) - 1, 1), dtype=np.float64)


def dominates(points: ArrayLike) -> BoolArray:
    """[V,V]: the row's vendor is nowhere worse than the column's and somewhere better.

    Args:
        points: [V,C], more is better, complete.

    Raises:
        ValueError: wrong shape, NaN or infinite values.
    """
    given = arguments.numbers("points", points, 2)
    nowhere_worse = np.ones((len(given), len(given)), np.bool_)
    somewhere_better = np.zeros((len(given), len(given)), np.bool_)
    for column in given.T:
        nowhere_worse &= column[:, None] >= column[None, :]
        somewhere_better |= column[:, None] > column[None, :]
    return nowhere_worse & somewhere_better


def _problem(
    matrix: ArrayLike, weights: ArrayLike, objectives: Sequence[str]
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """The matrix, the weights as shares, and which columns are better the higher."""
    given = arguments.numbers("matrix", matrix, 2)
    share = arguments.shares("weights", weights, given.shape[1])
    if len(objectives) != len(share):
        raise ValueError(f"objectives: expected {len(share)}, got {len(objectives)}")
    for objective in objectives:
        arguments.choice("objectives", objective, ("max", "min"))
    return given, share, np.array([objective == "max" for objective in objectives])


def _ratio(values: FloatArray, divisor: FloatArray) -> FloatArray:
    """Columns divided by theirs; a column of zeros stays zero."""
    ratio = np.zeros_like(values)
    np.divide(values, divisor, out=ratio, where=divisor > 0)
    return ratio


def _min_max(values: FloatArray, benefit: BoolArray) -> FloatArray:
    """Columns from 0 at the worst value present to 1 at the best; 1 where all are alike."""
    lowest, highest = values.min(axis=0), values.max(axis=0)
    distance = np.where(benefit, values - lowest, highest - values)
    length = highest - lowest
    scaled = np.ones_like(values)
    np.divide(distance, length, out=scaled, where=length > 0)
    return scaled


_THRESHOLDS = {
    "I": (),
    "II": ("q",),
    "III": ("p",),
    "IV": ("q", "p"),
    "V": ("q", "p"),
    "VI": ("s",),
}


def _preference(lead: FloatArray, function: Mapping[str, Any]) -> FloatArray:
    """The preference 0–1 that a lead (negative: a lag) is worth; Brans & Vincke's six types."""
    kind, q, p, s = _thresholds(function)
    if kind == "IV":
        worth = ((lead > q).astype(np.float64) + (lead > p)) / 2
    elif kind in {"III", "V"}:
        worth = np.clip((np.clip(lead, q, p) - q) / (p - q), 0.0, 1.0)
    elif kind == "VI":
        # From 40 s on the preference is 1; stopping there keeps a tiny s from overflowing.
        worth = -np.expm1(-((np.clip(lead, 0.0, 40.0 * s) / s) ** 2) / 2)
    else:  # usual is U-shape with q = 0
        worth = (lead > q).astype(np.float64)
    return np.asarray(worth, dtype=np.float64)


def _thresholds(function: Mapping[str, Any]) -> tuple[str, float, float, float]:
    """Type, q, p, s, with 0, 0 and 1 where the type does not use them."""
    kind = arguments.choice("functions", str(function.get("t")), tuple(_THRESHOLDS))
    found = {"q": 0.0, "p": 0.0, "s": 1.0}
    for name in _THRESHOLDS[kind]:
        if name not in function:
            raise ValueError(f"functions: type {kind} needs a threshold {name}")
        found[name] = arguments.number("functions", function[name])
    q, p, s = found["q"], found["p"], found["s"]
    if q < 0 or s <= 0 or ("p" in _THRESHOLDS[kind] and p <= q):
        raise ValueError(f"functions: type {kind} needs 0 ≤ q < p and s above 0")
    return kind, q, p, s
