"""From several evaluators to one mark per cell, how far they were apart, and where it matters.

``E`` evaluators, ``V`` vendors, ``C`` criteria; NaN where an evaluator gave no mark.

Sources: Siegel, S. & Castellan, N.J. (1988), *Nonparametric Statistics for the Behavioral
Sciences*, 2nd ed., McGraw-Hill, sect. 9.6 (Kendall's W); Krippendorff, K. (2011), *Computing
Krippendorff's Alpha-Reliability*, University of Pennsylvania.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import FloatArray, IntArray
from evaluations.engine.ranking import TIE, score

LEVELS = ("nominal", "ordinal", "interval", "ratio")
"""What the numbers mean: names, an order, distances, or amounts with a true zero."""


@dataclass(frozen=True, eq=False, slots=True)
class Pooled:
    """One mark per cell. Arrays are read-only."""

    mark: FloatArray
    """[V,C] pooled mark, NaN where nobody whose weight is above zero marked the cell."""
    spread: FloatArray
    """[V,C] sample standard deviation of the marks as given, NaN below two marks."""
    count: IntArray
    """[V,C] how many evaluators marked the cell."""


@dataclass(frozen=True, eq=False, slots=True)
class Concordance:
    """What :func:`kendall_w` found."""

    w: float
    """0 (no agreement) to 1 (all rank alike); NaN if nobody ranks anything above anything."""
    chi_square: float
    """E (V − 1) w, to hold against χ² with ``df`` degrees of freedom from 8 vendors on."""
    df: int
    """V − 1."""


@dataclass(frozen=True, eq=False, slots=True)
class Disagreement:
    """What :func:`disagreement` found, the largest effect first. Arrays are read-only."""

    cells: IntArray
    """[K,2] vendor and criterion."""
    effect: FloatArray
    """[K] points of the total: the vendor's weight of the criterion × the spread of the marks."""


def pool(marks: ArrayLike, how: str = "mean", evaluator_weights: ArrayLike | None = None) -> Pooled:
    """Pool evaluators' marks cell by cell.

    Args:
        marks: [E,V,C] in the criterion's unit, NaN for missing.
        how: ``"mean"`` or ``"median"`` (weighted if weights are given: the mark at which half the
            weight is reached, or the middle of two when it is reached exactly between them).
        evaluator_weights: [E], not below zero; they are shared out anew among those who marked
            the cell. Equal when left out.

    Raises:
        ValueError: wrong shapes, infinite marks, an unknown ``how``, bad weights.
    """
    given = arguments.marks("marks", marks, 3)
    arguments.choice("how", how, ("mean", "median"))
    share = np.ones(len(given))
    if evaluator_weights is not None:
        share, _ = arguments.weights("evaluator_weights", evaluator_weights, len(given))

    present = ~np.isnan(given)
    weight = present * share[:, None, None]
    mark = _mean(given, weight) if how == "mean" else _median(given, weight)

    count = present.sum(axis=0)
    deviation = np.where(present, given - _mean(given, present.astype(np.float64)), 0.0)
    spread = np.full(mark.shape, np.nan)
    np.divide(_total(deviation**2), count - 1, out=spread, where=count > 1)
    np.sqrt(spread, out=spread)

    for result in (mark, spread, count):
        result.setflags(write=False)
    return Pooled(mark=mark, spread=spread, count=count)


def kendall_w(marks: ArrayLike) -> Concordance:
    """Kendall's coefficient of concordance, corrected for ties: do evaluators rank alike?

    W = 12 S / (E²(V³ − V) − E Σ(t³ − t)), with S the sum of squared deviations of the vendors'
    rank sums from their mean, t the sizes of the groups of equal marks.

    Args:
        marks: [E,V] one number for each evaluator and vendor (such as the evaluator's totals), two
            or more of each, complete. Only their order counts.

    Raises:
        ValueError: wrong shape, fewer than two evaluators or vendors, NaN or infinite values.
    """
    given = arguments.numbers("marks", marks, 2)
    evaluators, vendors = given.shape
    if evaluators < 2 or vendors < 2:
        raise ValueError(f"marks: expected two evaluators and two vendors, got {given.shape}")
    rank_sum, ties = np.zeros(vendors), 0.0
    for row in given:
        rank, group = _middle_ranks(row)
        rank_sum += rank
        ties += float((group**3 - group).sum())
    apart = ((rank_sum - rank_sum.mean()) ** 2).sum()
    most = evaluators**2 * (vendors**3 - vendors) - evaluators * ties
    w = float(12.0 * apart / most) if most > 0 else float("nan")
    return Concordance(w=w, chi_square=evaluators * (vendors - 1) * w, df=vendors - 1)


def krippendorff_alpha(marks: ArrayLike, level: str) -> float:
    """Krippendorff's alpha = 1 − observed ÷ expected disagreement; 1 is perfect, 0 is chance.

    Args:
        marks: [E,units], NaN for missing; units with fewer than two marks do not count.
        level: ``"nominal"``, ``"ordinal"``, ``"interval"`` or ``"ratio"``.

    Returns:
        At most 1, below 0 for less than chance; NaN where it is not defined: no unit with two
        marks, or all marks alike.

    Raises:
        ValueError: wrong shape, infinite values, an unknown level, marks below zero with
            ``"ratio"``.
    """
    given = arguments.marks("marks", marks, 2)
    arguments.choice("level", level, LEVELS)
    if level == "ratio" and (given < 0).any():
        raise ValueError("marks: has a value below zero, which 'ratio' cannot use")
    count = (~np.isnan(given)).sum(axis=0)
    paired = given[:, count > 1]
    count = count[count > 1]
    present = ~np.isnan(paired)
    if not present.any():
        return float("nan")
    # Alpha does not depend on the unit; without one, squares neither vanish nor overflow.
    value = paired[present] / (np.abs(paired[present]).max() or 1.0)
    if level == "ordinal":
        # The difference of two marks is how many marks lie between them, half of their own
        # included: the difference of their middle ranks.
        value, _ = _middle_ranks(value)
    table = np.full(paired.shape, np.nan)
    table[present] = value

    observed = 0.0
    for row in table:
        # A missing mark differs from nothing.
        apart = np.where(present, _difference(row, table, level), 0.0)
        observed += float((np.where(np.isnan(row), 0.0, apart) / (count - 1)).sum())
    if value.min() == value.max():
        return float("nan")
    if level in {"ordinal", "interval"}:  # the sum over all pairs, without going through them
        expected = float(2.0 * len(value) * ((value - value.mean()) ** 2).sum())
    else:
        distinct, times = np.unique(value, return_counts=True)
        expected = sum(
            float(often * (times * _difference(one, distinct, level)).sum())
            for one, often in zip(distinct, times, strict=True)
        )
    return 1.0 - (len(value) - 1) * observed / expected


def evaluator_offsets(marks: ArrayLike) -> FloatArray:
    """[E] how far above (harsh: below) the others each evaluator marks, in the unit of the marks.

    The mean, over the cells it marked, of its mark less the cell's mean; cells with a single mark
    do not count. NaN for an evaluator without any cell that does.

    Args:
        marks: [E,V,C] (or [E, anything]) in *one* unit, best points 0–100; NaN for missing.

    Raises:
        ValueError: no second axis, infinite values.
    """
    given = arguments.marks("marks", marks)
    if given.ndim < 2:
        raise ValueError(f"marks: expected [E,V,C], got shape {given.shape}")
    cells = given.reshape(len(given), -1)
    present = ~np.isnan(cells)
    count = present.sum(axis=0)
    used = present & (count > 1)
    mean = np.where(present, cells, 0.0).sum(axis=0) / np.maximum(count, 1)
    deviation = np.where(used, cells - mean, 0.0).sum(axis=1)
    times = used.sum(axis=1)
    offset = np.full(len(given), np.nan)
    np.divide(deviation, times, out=offset, where=times > 0)
    return offset


def disagreement(
    marks: ArrayLike,
    weights: ArrayLike,
    *,
    applicable: ArrayLike | None = None,
    how: str = "mean",
    evaluator_weights: ArrayLike | None = None,
) -> Disagreement:
    """The cells worth talking about: where evaluators differ and a rank depends on it.

    A cell is listed if moving its pooled mark to the lowest or the highest mark given there, all
    else as it is, would change the order of its vendor and another one, or make or end a tie.
    A vendor with a missing mark has no rank: its cells are not listed.

    Args:
        marks: [E,V,C] *points* 0–100, each evaluator's marks put on the scale; NaN for missing.
        weights: [C] normalised.
        applicable: [V,C] as in :func:`ranking.score`; marks where it is false are ignored.
        how, evaluator_weights: as in :func:`pool`.

    Raises:
        ValueError: wrong shapes, points outside 0–100, bad weights, an unknown ``how``.
    """
    given, _ = arguments.points("marks", marks, 3)
    weight, _ = arguments.weights("weights", weights, given.shape[2])
    applies = np.ones(given.shape[1:], np.bool_)
    if applicable is not None:
        applies = arguments.mask("applicable", applicable, given.shape[1:])
    pooled = pool(given, how, evaluator_weights)
    total = score(pooled.mark, weight, applies).total
    ranked = ~np.isnan(total)

    own = np.where(applies, weight, 0.0)
    whole = own.sum(axis=1, keepdims=True)
    share = own / np.where(whole > 0, whole, 1.0)
    lead = np.where(np.outer(ranked, ranked), total[:, None] - total[None, :], np.nan)
    np.fill_diagonal(lead, np.nan)
    matters = np.zeros(share.shape, np.bool_)
    for edge in (np.fmin.reduce(given, axis=0), np.fmax.reduce(given, axis=0)):
        moved = lead[:, None, :] + (share * (edge - pooled.mark))[:, :, None]  # [V,C,V]
        matters |= ((_order(moved) != _order(lead)[:, None, :]) & ~np.isnan(moved)).any(axis=2)

    effect = share * pooled.spread
    cells = np.argwhere(matters & (pooled.count > 1))
    found = effect[cells[:, 0], cells[:, 1]]
    first = np.argsort(-found, kind="stable")
    cells, found = cells[first], found[first]
    cells.setflags(write=False)
    found.setflags(write=False)
    return Disagreement(cells=cells, effect=found)


def _order(lead: FloatArray) -> FloatArray:
    """1 ahead, 0 tied, −1 behind."""
    return np.asarray(np.where(np.abs(lead) < TIE, 0.0, np.sign(lead)), dtype=np.float64)


def _middle_ranks(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ranks from 1 for the smallest, equal values sharing the mean of theirs; sizes of groups."""
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    rank = np.cumsum(size) - (size - 1) / 2
    return rank[group], size.astype(np.float64)


def _difference(one: FloatArray, other: FloatArray, level: str) -> FloatArray:
    """Krippendorff's δ² of values (ordinal ones as middle ranks); NaN where either is."""
    if level == "nominal":
        return np.asarray(one != other, dtype=np.float64)
    apart = one - other
    if level == "ratio":
        apart = apart / np.where(apart == 0, 1.0, one + other)
    return np.asarray(apart**2, dtype=np.float64)


def _total(values: FloatArray) -> FloatArray:
    """Sum over evaluators, strictly one after the other.

    ``sum`` adds in another order when there is a single cell, and then a cell's last bit would
    depend on how many other vendors there are.
    """
    return np.asarray(np.add.accumulate(values, axis=0)[-1], dtype=np.float64)


def _mean(marks: FloatArray, weight: FloatArray) -> FloatArray:
    """[V,C] weighted mean of the marks with weight above zero, NaN where there is none."""
    used = np.where(weight > 0, marks, np.nan)
    total = _total(weight)
    mean = np.full(total.shape, np.nan)
    np.divide(_total(np.where(weight > 0, marks, 0.0) * weight), total, out=mean, where=total > 0)
    # Rounding must not carry a mean of equal marks outside the scale they came from.
    np.clip(mean, np.fmin.reduce(used, axis=0), np.fmax.reduce(used, axis=0), out=mean)
    return mean


def _median(marks: FloatArray, weight: FloatArray) -> FloatArray:
    """[V,C] weighted median of the marks with weight above zero, NaN where there is none."""
    used = np.where(weight > 0, marks, np.nan)
    order = used.argsort(axis=0)  # NaN last
    ascending = np.take_along_axis(used, order, axis=0)
    reached = np.add.accumulate(np.take_along_axis(weight, order, axis=0), axis=0)
    half = reached[-1] / 2
    hair = 1e-12 * half
    lower = (reached < half - hair).sum(axis=0)
    upper = np.minimum((reached <= half + hair).sum(axis=0), len(marks) - 1)
    pair = np.take_along_axis(ascending, np.stack((lower, upper)), axis=0)
    return np.asarray(pair[0] + (pair[1] - pair[0]) / 2, dtype=np.float64)
