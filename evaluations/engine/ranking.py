"""The additive weighted sum, the ranks that follow from it, and gates.

Source: Keeney, R.L. & Raiffa, H. (1976), *Decisions with Multiple Objectives*, Wiley; Goodwin, P.
& Wright, G. (2004), *Decision Analysis for Management Judgment*, 3rd ed., ch. 3.

``V`` vendors, ``C`` criteria. Points are 0–100 on scales fixed beforehand.

How the sums are made exact: every contribution is rounded to a whole multiple of 2⁻⁴⁵ point
(about 3·10⁻¹⁴, far below anything shown). Any sum of such numbers up to 256 fits a float64
without rounding, so contributions add up to the total to the last bit in whatever order they are
added, and neither another vendor nor the order of the criteria can move a single bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import FULL, BoolArray, FloatArray, IntArray

TIE = 1e-7
"""Totals less than this many points apart are tied."""

# Just above 128 neighbouring float64 numbers are 2⁻⁴⁵ apart: adding 128 and taking it away again
# rounds a contribution (0–100) to that grid. Kept as an array because NumPy adds those faster.
_GRID = np.array(128.0)
_GRID.setflags(write=False)


@dataclass(frozen=True, eq=False, slots=True)
class Scores:
    """What :func:`score` found. Arrays are read-only."""

    total: FloatArray
    """[V] 0–100; NaN with a missing mark or nothing applicable."""
    contribution: FloatArray
    """[V,C] weight × points; NaN where missing, 0 where not applicable; rows add up to total."""
    rank: IntArray
    """[V] 1, 1, 3 … among complete and eligible vendors; 0 for the others."""
    tied: BoolArray
    """[V] shares its rank with another vendor."""
    coverage: FloatArray
    """[V] 0–1, share of the applicable weight that is marked; NaN if nothing is applicable."""
    low: FloatArray
    """[V] total if every missing mark were worth 0 points."""
    high: FloatArray
    """[V] total if every missing mark were worth 100 points."""
    possible_rank: IntArray
    """[V,2] best and worst rank among the eligible once the missing marks are in; 0, 0 if none."""
    would_be_rank: IntArray
    """[V] rank among all complete vendors, eligible or not; 0 if not complete."""


@dataclass(frozen=True, eq=False, slots=True)
class Gates:
    """What :func:`gates` found. Arrays are read-only."""

    passed: BoolArray
    """[V,K] by vendor and rule."""
    eligible: BoolArray
    """[V] passed every rule."""


def score(
    points: ArrayLike,
    weights: ArrayLike,
    applicable: ArrayLike | None = None,
    *,
    eligible: ArrayLike | None = None,
) -> Scores:
    """Weigh points into totals and rank the vendors.

    Args:
        points: [V,C] 0–100, NaN for missing.
        weights: [C] not below zero, normalised if they do not sum to 1.
        applicable: [V,C] false where a criterion does not apply to a vendor: its points there are
            ignored and the vendor's other weights are normalised anew. All true when left out.
        eligible: [V] false for vendors that failed a gate: they keep total and ``would_be_rank``
            but take no rank and nobody's place. All true when left out.

    Returns:
        :class:`Scores`. Competition ranks 1, 1, 3; totals less than 1e-7 apart are tied, and a
        chain of near-ties shares the rank of its first. ``possible_rank`` is the vendor's rank
        with its own missing marks at 100 and everyone else's at 0, and the other way round.

    Raises:
        ValueError: naming the argument, for wrong shapes, infinite values, points outside 0–100,
            negative, missing or all-zero weights.
    """
    given, complete = arguments.points("points", points, 2)
    weight, weight_total = arguments.weights("weights", weights, given.shape[1])

    no_gaps = complete and applicable is None
    plain = no_gaps and eligible is None
    if no_gaps:
        contribution = _on_grid(given * (weight / weight_total))
        # The same numbers as .sum(axis=1), which takes three times as long on short rows.
        low = high = total = contribution.dot(_ones(given.shape[1]))
        coverage = _ones(len(given))
    else:
        contribution, low, high, coverage = _with_gaps(given, weight, applicable)
        total = contribution.sum(axis=1)

    if plain:
        rank, tied = _competition_ranks(total)
        would_be_rank = rank
        possible_rank = np.array((rank, rank)).T
    else:
        able = np.ones(len(given), np.bool_)
        if eligible is not None:
            able = arguments.mask("eligible", eligible, total.shape)
        whole = ~np.isnan(total)
        would_be_rank, _ = _ranks_within(total, whole)
        rank, tied = _ranks_within(total, whole & able)
        possible_rank = _possible_ranks(low, high, able & ~np.isnan(low))

    for result in (total, contribution, rank, tied, coverage, possible_rank):
        result.setflags(write=False)
    if not plain:  # otherwise these are among those above
        for result in (low, high, would_be_rank):
            result.setflags(write=False)
    return Scores(
        total, contribution, rank, tied, coverage, low, high, possible_rank, would_be_rank
    )


def gates(marks: ArrayLike, rules: Sequence[tuple[int, float]]) -> Gates:
    """Which vendors pass which gates; equal passes, a missing mark does not.

    Args:
        marks: [V,C] in the criteria's own units, NaN for missing.
        rules: K pairs (criterion index from 0, lowest mark that passes); with none, all are
            eligible.

    Raises:
        ValueError: wrong shape, infinite marks, a criterion that does not exist, a lowest mark
            that is missing or infinite.
    """
    given = arguments.marks("marks", marks, 2)
    passed = np.empty((len(given), len(rules)), np.bool_)
    for place, rule in enumerate(rules):
        if len(rule) != 2:
            raise ValueError(f"rules: expected pairs (criterion, lowest mark), got {rule!r}")
        criterion = arguments.whole("rules", rule[0])
        if not 0 <= criterion < given.shape[1]:
            raise ValueError(f"rules: there is no criterion {criterion}")
        passed[:, place] = given[:, criterion] >= arguments.number("rules", rule[1])
    eligible = np.asarray(passed.all(axis=1), dtype=np.bool_)
    passed.setflags(write=False)
    eligible.setflags(write=False)
    return Gates(passed=passed, eligible=eligible)


def _on_grid(contribution: FloatArray) -> FloatArray:
    """Round to multiples of 2⁻⁴⁵, in place (see the head of this module)."""
    contribution += _GRID
    contribution -= _GRID
    return contribution


def _ones(count: int) -> FloatArray:
    """[count] of 1.0 (``np.ones`` takes three times as long for so few)."""
    ones = np.empty(count)
    ones.fill(1.0)
    return ones


def _with_gaps(
    points: FloatArray, weight: FloatArray, applicable: ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Contribution, low, high and coverage where marks are missing or criteria do not apply.

    For a vendor without gaps these are bit for bit what the short way in :func:`score` gives.
    """
    applies = np.ones(points.shape, np.bool_)
    if applicable is not None:
        applies = arguments.mask("applicable", applicable, points.shape)
    missing = applies & np.isnan(points)

    own_weight = np.where(applies, weight, 0.0)
    weight_total = _row_sums(own_weight)
    weight_total[weight_total == 0.0] = np.nan  # nothing applicable: no result, rather than 0
    share = own_weight / weight_total[:, None]
    coverage = _row_sums(np.where(missing, 0.0, own_weight)) / weight_total

    worst_case = _on_grid(np.where(applies & ~missing, points, 0.0) * share)
    best_case = np.where(missing, _on_grid(FULL * share), worst_case)
    contribution = np.where(missing, np.nan, worst_case)
    return contribution, worst_case.sum(axis=1), best_case.sum(axis=1), coverage


def _row_sums(values: FloatArray) -> FloatArray:
    """[V] each row's sum, rounded once, so that the order of the criteria cannot matter."""
    return np.array([fsum(row) for row in values.tolist()])


def _competition_ranks(total: FloatArray) -> tuple[IntArray, BoolArray]:
    """Ranks 1, 1, 3 … and who shares one; highest total first, no NaN."""
    count = len(total)
    order = total.argsort()  # the last comes first
    rising = total[order]
    gap = rising[1:] - rising[:-1]
    rank = np.empty(count, np.int64)
    tied = np.zeros(count, np.bool_)
    position = np.arange(count, 0, -1)
    if count > 1 and gap.item(gap.argmin()) < TIE:
        near = gap < TIE
        tied[order[1:][near]] = True
        tied[order[:-1][near]] = True
        # Whoever is near the next better one takes over that one's position.
        position[:-1][near] = 1
        position = np.maximum.accumulate(position[::-1])[::-1]
    rank[order] = position
    return rank, tied


def _ranks_within(total: FloatArray, counted: BoolArray) -> tuple[IntArray, BoolArray]:
    """Ranks among the counted; 0 and not tied for the others."""
    rank = np.zeros(len(total), np.int64)
    tied = np.zeros(len(total), np.bool_)
    rank[counted], tied[counted] = _competition_ranks(total[counted])
    return rank, tied


def _possible_ranks(low: FloatArray, high: FloatArray, counted: BoolArray) -> IntArray:
    """[V,2] best and worst rank among the counted; 0, 0 for the others."""
    possible = np.zeros((len(low), 2), np.int64)
    low, high = low[counted], high[counted]
    kindest = 1 + _how_many_above(high, low)
    harshest = 1 + _how_many_above(low, high)
    # Only where a rival's gap can close a chain of near-ties is the kindest not the better one.
    possible[counted, 0] = np.minimum(kindest, harshest)
    possible[counted, 1] = np.maximum(kindest, harshest)
    return possible


def _how_many_above(own: FloatArray, rival: FloatArray) -> IntArray:
    """[V] how many *other* vendors rank above a vendor that has ``own`` while they have ``rival``.

    Ranks follow the rule for near-ties, so this is what :func:`score` would say, vendor by
    vendor, but in V log V steps. A vendor's own entry in ``rival`` is left out of its count.
    """
    count = len(rival)
    order = rival.argsort()
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)  # where each vendor's own entry stands
    climbing = np.append(rival[order], np.inf)

    # last[j]: the top of the chain of near-ties that j belongs to.
    breaks = climbing[1:] - climbing[:-1] >= TIE
    last = np.where(breaks, np.arange(count), count)
    last = np.append(np.minimum.accumulate(last[::-1])[::-1], count)

    start = np.searchsorted(climbing[:-1], own, side="right")  # the first rival above
    start += start == place
    chained = climbing[start] - own < TIE
    above = np.where(chained, last[start] + 1, start)  # the first rival that ranks above

    # A chain that holds together only through the vendor's own entry ends just below it.
    inside = chained & (start < place) & (place < last[start])
    after, before = climbing[np.minimum(place + 1, count)], climbing[np.maximum(place - 1, 0)]
    above = np.where(inside & (after - before >= TIE), place + 1, above)
    return np.asarray(count - above - (place >= above), dtype=np.int64)
