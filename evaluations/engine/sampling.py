"""Over many weights that might be meant as well: how often each vendor gets each rank.

Sources: Lahdelma, R. & Salminen, P. (2001), *Operations Research* 49(3), 444–454 (SMAA-2: rank
acceptability, central weights, confidence factors); Leskinen, P. et al. (2006), *Silva Fennica*
40(3) (pairwise winning index); Edwards, W. & Barron, F.H. (1994), *Organizational Behavior and
Human Decision Processes* 60(3) (rank-order centroid).

``V`` vendors, ``C`` criteria, ``N`` draws. What these functions ask of their callers, and what
``applicable`` does, is told in ``robustness.py``, from where they are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import FULL, BoolArray, FloatArray
from evaluations.engine.tally import Tally

CHUNK = 4096
"""Draws are worked through this many at a time, so that memory does not grow with their number."""

_SERIAL = 2**18
"""Products of matrices with more multiplications than this are split among the processors, which
then wait for each other: on a busy server, far longer than the product takes."""

MODELS = ("any", "same_order", "around")

_SAME_WEIGHT = 1e-9
"""Weights (shares) no further apart than this are equal in the ``"same_order"`` model."""


@dataclass(frozen=True, eq=False, slots=True)
class Acceptability:
    """What :func:`acceptability` found. Arrays are read-only; shares run from 0 to 1."""

    rank_share: FloatArray
    """[V,V] share of the draws in which the vendor (row) gets the rank (column, rank 1 first)."""
    first: FloatArray
    """[V] share of the draws in which the vendor comes first: the first column of the above."""
    central_weights: FloatArray
    """[V,C] mean of the weights with which the vendor comes first, NaN where it never does."""
    confidence: FloatArray | None
    """[V] share of the sampled points with which the vendor comes first at its central weights,
    NaN where it has none; None without sampled points."""
    beats: FloatArray
    """[V,V] share of the draws in which the row is ahead of the column, a tie being half."""
    standard_error: FloatArray
    """[V] sampling error of ``first``: √(p(1 − p)/N)."""
    draws: int
    """N."""


def draw_weights(
    model: str, weights: ArrayLike, n: int, seed: int, concentration: float = 50.0
) -> FloatArray:
    """Weights that might be meant as well, [N,C]; every row sums to 1.

    Args:
        model: ``"any"``: uniform on all weights there are. ``"same_order"``: uniform among those
            in which the criteria keep the order of ``weights``; equal ones stand in either order.
            ``"around"``: Dirichlet(concentration · w), whose mean is w; zero stays exactly zero.
        weights: [C] not below zero, normalised. ``"any"`` uses only their number.
        n: how many draws, 1 or more.
        seed: a whole number from 0 up; the same seed gives the same draws.
        concentration: above zero; the higher, the closer to ``weights``. A weight w has the
            standard deviation √(w(1 − w)/(concentration + 1)): 20 % ± 5.6 for 50.

    Raises:
        ValueError: an unknown model, bad weights, ``n``, ``seed`` or ``concentration`` out of
            range.
    """
    arguments.choice("model", model, MODELS)
    share = arguments.shares("weights", weights)
    if (count := arguments.whole("n", n)) < 1:
        raise ValueError(f"n: expected one draw or more, got {count}")
    if (start := arguments.whole("seed", seed)) < 0:
        raise ValueError(f"seed: expected 0 or more, got {start}")
    if (closeness := arguments.number("concentration", concentration)) <= 0:
        raise ValueError(f"concentration: expected a number above zero, got {closeness:g}")

    rng = np.random.default_rng(start)
    if model == "around":
        return _around(share, count, rng, closeness)
    drawn = rng.standard_exponential((count, len(share)))
    drawn /= drawn.sum(axis=1, keepdims=True)
    return drawn if model == "any" else _in_order(share, drawn, rng)


def acceptability(
    points: ArrayLike, draws: ArrayLike, *, applicable: ArrayLike | None = None
) -> Acceptability:
    """How often each vendor gets each rank over many draws of weights.

    Args:
        points: [V,C] 0–100, or [N,V,C] sampled with the draws, one table for each.
        draws: [N,C] weights from :func:`draw_weights` or elsewhere; rows are normalised.
        applicable: [V,C], see ``robustness.py``. In a draw that gives a vendor's applicable
            criteria no weight at all, they count equally.

    Returns:
        :class:`Acceptability`. Ties (totals less than 1e-7 points apart) are shared: the vendors
        in one get equal parts of the ranks they occupy, also in ``central_weights`` and
        ``beats``. Rows and columns of ``rank_share`` sum to 1.

    Raises:
        ValueError: wrong shapes, missing points where a criterion applies, points outside 0–100,
            negative, missing or all-zero weights in a draw, a vendor to which nothing applies that
            has a weight in any draw.
    """
    weights = _checked_draws(draws)
    table = _Table(points, applicable, weights)
    vendors, criteria = table.shape
    tally = Tally(vendors, criteria, min(len(weights), CHUNK))
    room = np.empty((min(len(weights), CHUNK), vendors))
    for start in range(0, len(weights), CHUNK):
        rows = slice(start, start + CHUNK)
        chunk = _normalised(weights[rows])
        tally.add(table.totals(rows, chunk, room[: len(chunk)]), chunk)

    count = len(weights)
    rank_share = tally.places / count
    first = rank_share[:, 0]
    central = np.full((vendors, criteria), np.nan)
    times = tally.places[:, :1]
    np.divide(tally.winning_weights, times, out=central, where=times > 0)
    result = Acceptability(
        rank_share=rank_share,
        first=first,
        central_weights=central,
        confidence=table.confidence(central) if table.sampled else None,
        beats=tally.wins / count,
        standard_error=np.sqrt(first * (1.0 - first) / count),
        draws=count,
    )
    for values in (rank_share, first, central, result.beats, result.standard_error):
        values.setflags(write=False)
    if result.confidence is not None:
        result.confidence.setflags(write=False)
    return result


class _Table:
    """Points, one table or one for each draw, and where they count."""

    def __init__(self, points: ArrayLike, applicable: ArrayLike | None, draws: FloatArray) -> None:
        given = arguments.array("points", points)
        if given.ndim not in {2, 3}:
            raise ValueError(f"points: expected 2 or 3 axes, got shape {given.shape}")
        self.sampled = given.ndim == 3
        if self.sampled and len(given) != len(draws):
            raise ValueError(f"points: has {len(given)} tables for {len(draws)} draws")
        if given.shape[-1] != draws.shape[1]:
            raise ValueError(f"draws: expected {given.shape[-1]} criteria, got {draws.shape[1]}")
        self.shape = (given.shape[-2], given.shape[-1])
        self.applies: BoolArray | None = None
        if applicable is not None:
            self.applies = arguments.mask("applicable", applicable, self.shape)
            if not (self.applies @ draws.sum(axis=0)).all():
                raise ValueError("applicable: a vendor has nothing applicable with a weight")
            given = np.where(self.applies, given, 0.0)
        self.points, complete = arguments.points("points", given)
        if not complete:
            raise ValueError("points: has a missing value (NaN) where every value is needed")

    def totals(self, rows: slice, weights: FloatArray, room: FloatArray) -> FloatArray:
        """[n,V] for the draws ``rows``, whose weights [n,C] sum to 1; written to ``room``."""
        points = self.points
        if self.sampled:
            points = points[rows]
            np.matmul(points, weights[:, :, None], out=room[:, :, None])
        else:
            _product(weights, points.T, room)
        if self.applies is not None:
            covered = np.empty_like(room)
            _product(weights, self.applies.T.astype(np.float64), covered)
            nothing = covered == 0.0
            covered[nothing] = 1.0
            room /= covered
            # Weights down to 1e-308 lose digits: the mean must stay within the points.
            np.clip(room, 0.0, FULL, out=room)
            if nothing.any():
                alike = points.sum(axis=-1) / self.applies.sum(axis=1)
                room[nothing] = np.broadcast_to(alike, room.shape)[nothing]
        return room

    def confidence(self, central: FloatArray) -> FloatArray:
        """[V] how often each comes first, over the sampled points, at its central weights."""
        count = len(self.points)
        share = np.full(self.shape[0], np.nan)
        room = np.empty((min(count, CHUNK), self.shape[0]))
        for vendor in np.flatnonzero(~np.isnan(central[:, 0])):
            tally = Tally(*self.shape, len(room))
            for start in range(0, count, CHUNK):
                rows = slice(start, start + CHUNK)
                some = room[: len(self.points[rows])]
                same = np.broadcast_to(central[vendor], (len(some), self.shape[1]))
                tally.add(self.totals(rows, same, some), same)
            share[vendor] = tally.places[vendor, 0] / count
        return share


def _checked_draws(draws: ArrayLike) -> FloatArray:
    """[N,C] as given. Looks without copying: there may be very many."""
    given = arguments.array("draws", draws, 2)
    least, most = float(given.min()), float(given.max())
    if least < 0:
        raise ValueError("draws: has a negative value")
    if not most <= arguments.LARGEST:  # also when it is NaN
        raise ValueError("draws: has a missing (NaN) or infinite value")
    return given


def _normalised(weights: FloatArray) -> FloatArray:
    """Rows that sum to 1."""
    total = weights.sum(axis=1, keepdims=True)
    if not total.all():
        raise ValueError("draws: a row is all zero")
    return np.asarray(weights / total, dtype=np.float64)


def _product(left: FloatArray, right: FloatArray, room: FloatArray) -> None:
    """``left @ right``, a few rows at a time (see ``_SERIAL``), written to ``room``."""
    step = max(_SERIAL // right.size, 1)
    for start in range(0, len(left), step):
        rows = slice(start, start + step)
        np.matmul(left[rows], right, out=room[rows])


def _around(
    share: FloatArray, count: int, rng: np.random.Generator, concentration: float
) -> FloatArray:
    """Dirichlet draws; criteria without weight have none in any of them."""
    drawn = np.zeros((count, len(share)))
    weighted = share > 0
    drawn[:, weighted] = rng.dirichlet(concentration * share[weighted], count)
    return drawn


def _in_order(share: FloatArray, drawn: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Hand each draw's values to the criteria, the largest to the most important.

    A uniform draw, sorted, is uniform among the weights that fall in that order. Among criteria
    of equal weight the values are shuffled, draw by draw.
    """
    falling = np.sort(drawn, axis=1)[:, ::-1]
    order = np.argsort(-share, kind="stable")
    level = share[order]
    steps = np.flatnonzero(level[:-1] - level[1:] > _SAME_WEIGHT) + 1
    result = np.empty_like(drawn)
    for places in np.split(np.arange(len(share)), steps):
        block = falling[:, places]
        result[:, order[places]] = rng.permuted(block, axis=1) if len(places) > 1 else block
    return result
