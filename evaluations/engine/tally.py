"""Counting who comes where over many draws of weights; the workings of ``acceptability``.

Totals less than ``TIE`` apart are tied, as in :func:`ranking.score`, and so are chains of near-ties.
Tied vendors share the ranks they occupy: two at the top get half of the first rank and half of the
second each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluations.engine.arguments import FULL, BoolArray, FloatArray, IntArray
from evaluations.engine.ranking import TIE

SmallArray = NDArray[Any]
"""Whole numbers in as few bytes as will do."""

_SLICE = 512
"""Draws with ties are looked at this many at a time: they need more room than the others, and see
``sampling._SERIAL``."""

_ROWS = 4
"""Vendors compared with all others at a time: more need more room, fewer more time."""


class Tally:
    """What has been counted so far."""

    def __init__(self, vendors: int, criteria: int, most: int) -> None:
        """``most``: the largest number of draws handed over at once."""
        self.places = np.zeros((vendors, vendors))
        """[V,V] in how many draws the vendor (row) had the place (column, the best first)."""
        self.wins = np.zeros((vendors, vendors))
        """[V,V] in how many draws the row was ahead of the column, a tie being half a draw."""
        self.winning_weights = np.zeros((vendors, criteria))
        """[V,C] sum of the weights with which the vendor came first."""
        # Room to work in, kept from one call to the next: asking for this much memory anew costs
        # more than the arithmetic done in it.
        self._order = np.empty((most, vendors), np.int64)
        self._spare = np.empty((most, vendors), np.int64)
        words = -(-most // 64)
        self._level = np.empty((most, vendors), np.min_scalar_type(vendors))
        self._column = np.tile(np.arange(vendors, dtype=self._level.dtype), (most, 1))
        self._by_vendor = np.empty((vendors, 64 * words), self._level.dtype)
        self._higher = np.empty(_ROWS * vendors * 64 * words, np.bool_)

    def add(self, total: FloatArray, weights: FloatArray) -> None:
        """Count some draws: total [n,V] 0–100, *overwritten*; weights [n,C] it was reached with."""
        order, spare = self._order[: len(total)], self._spare[: len(total)]
        _sort_rows(total, order)
        if not _any_tie(total, spare):
            self._add_untied(order, weights)
            return
        near = total[:, 1:] - total[:, :-1] < TIE
        tied = near.any(axis=1)
        self._add_untied(order[~tied], weights[~tied])
        rows = np.flatnonzero(tied)
        for start in range(0, len(rows), _SLICE):
            some = rows[start : start + _SLICE]
            self._add_tied(order[some], near[some], weights[some])

    def _add_untied(self, order: IntArray, weights: FloatArray) -> None:
        """Count draws without ties: ``order`` [n,V] vendors, the last of the ranking first."""
        count, vendors = order.shape
        spare = self._spare[:count]
        np.add(order, vendors * np.arange(vendors), out=spare)
        counted = np.bincount(spare.reshape(-1), minlength=vendors**2)
        self.places += counted.reshape(vendors, vendors)[::-1].T

        above = self._how_often_ahead(self._levels(order, self._column[:count]))
        self.wins += above + np.triu(count - above, 1).T

        for criterion, weight in enumerate(weights.T):
            self.winning_weights[:, criterion] += np.bincount(order[:, -1], weight, vendors)

    def _add_tied(self, order: IntArray, near: BoolArray, weights: FloatArray) -> None:
        """Count draws with ties: ``near`` [n,V−1] is true where a vendor is tied with the next."""
        count, vendors = order.shape
        # Who is tied forms a group from column `first` to column `last`.
        edge = np.ones((count, 1), np.bool_)
        column = np.arange(vendors)
        opens, closes = np.hstack((edge, ~near)), np.hstack((~near, edge))
        first = np.maximum.accumulate(np.where(opens, column, 0), axis=1)
        from_the_top = np.where(closes, column, vendors)[:, ::-1]
        last = np.minimum.accumulate(from_the_top, axis=1)[:, ::-1]
        size = last - first + 1

        for further in range(size.max()):
            shared = size > further
            place = order[shared] * vendors + (vendors - 1 - further) - first[shared]
            counted = np.bincount(place, 1.0 / size[shared], vendors**2)
            self.places += counted.reshape(vendors, vendors)

        level = self._levels(order, first.astype(self._column.dtype))
        above = self._how_often_ahead(level)
        above += self._how_often_ahead(level[::-1])[::-1, ::-1]
        self.wins += (above + count - above.T) / 2
        np.fill_diagonal(self.wins, 0.0)

        share = np.empty((count, vendors))
        leading = np.where(first == first[:, -1:], 1.0 / size[:, -1:], 0.0)
        np.put_along_axis(share, order, leading, axis=1)
        self.winning_weights += share.T @ weights

    def _levels(self, order: IntArray, column: SmallArray) -> SmallArray:
        """[V,n] from columns of a sorted row to vendors: ``column`` at each vendor's place.

        Filled up with zeros to a multiple of 64 draws, so that they can be counted by the word.
        """
        count, vendors = order.shape
        place, level = self._spare[:count], self._level[:count]
        np.add(order, (vendors * np.arange(count))[:, None], out=place)
        level.reshape(-1)[place] = column
        by_vendor = self._by_vendor[:, : -(-count // 64) * 64]
        by_vendor[:, :count] = level.T
        by_vendor[:, count:] = 0
        return by_vendor

    def _how_often_ahead(self, level: SmallArray) -> FloatArray:
        """[V,V], above the diagonal: in how many draws the one row is higher than the other."""
        vendors, count = level.shape
        ahead = np.zeros((vendors, vendors))
        for row in range(0, vendors, _ROWS):
            some, others = level[row : row + _ROWS, None], level[row:]
            shape = len(some), len(others), count
            higher = self._higher[: np.prod(shape)].reshape(shape)
            np.greater(some, others, out=higher)
            # One bit for each draw; counting set bits is far faster than counting true values.
            bits = np.packbits(higher, axis=2).view(np.uint64)
            ahead[row : row + _ROWS, row:] = np.bitwise_count(bits).sum(axis=2, dtype=np.int64)
        return np.triu(ahead, 1)


def _sort_rows(total: FloatArray, order: IntArray) -> None:
    """Sort each row of [n,V] in place, rising; ``order`` receives the vendors in that order.

    Sorting and remembering who was where is three times as slow as sorting alone. So the vendor's
    number replaces the last bits of its total, and one plain sort does both. Floats from zero up
    have the order of their bit patterns; what the bits were worth (100·2⁻⁴⁶ points for 64 vendors)
    is far less than what makes a tie.
    """
    vendors = total.shape[1]
    low_bits = np.int64((1 << (vendors - 1).bit_length()) - 1)
    total += 0.0  # turns −0.0, whose pattern is that of a large negative number, into 0.0
    pattern = total.view(np.int64)
    pattern &= ~low_bits
    pattern |= np.arange(vendors)
    pattern.sort(axis=1)
    np.bitwise_and(pattern, low_bits, out=order)
    pattern &= ~low_bits


def _any_tie(rising: FloatArray, spare: IntArray) -> bool:
    """Whether two neighbours in a row are tied; three times as fast as looking row by row."""
    flat, vendors = rising.reshape(-1), rising.shape[1]
    gap = spare.view(np.float64).reshape(-1)[:-1]
    np.subtract(flat[1:], flat[:-1], out=gap)
    gap[vendors - 1 :: vendors] = FULL  # from the end of one row to the start of the next
    return bool(gap.min(initial=FULL) < TIE)
