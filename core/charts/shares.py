"""How often each candidate takes each rank: a table whose cells are the darker the larger."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

from core.charts.drawing import Number, percent, safe

LEVELS = 10


@dataclass(frozen=True)
class RankRow:
    """One candidate: in which share (0 … 1) of the draws it is first, second, …"""

    label: str
    shares: Sequence[Number]


def rank_shares(rows: Sequence[RankRow], *, caption: str, corner: str = "Candidate") -> str:
    """The table, in a wrap that scrolls while the names stay in sight.

    ValueError for rows of different lengths, a share outside 0 … 1, or more than 1 in a row.
    """
    columns = _columns(rows)
    head = "".join(f'<th scope="col">{_ordinal(rank)}</th>' for rank in range(1, columns + 1))
    body = "".join(
        f'<tr><th scope="row">{safe(row.label)}</th>{"".join(map(_cell, row.shares))}</tr>'
        for row in rows
    )
    return (
        f'<div class="table-wrap" role="region" tabindex="0" aria-label="{safe(caption)}">'
        f'<table class="table heat-table"><caption>{safe(caption)}</caption>'
        f'<thead><tr><th scope="col">{safe(corner)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def heat(share: Number) -> int:
    """The level of the background: 0 for nothing at all, 1 … 10 in steps of a tenth."""
    return min(ceil(float(share) * LEVELS - 1e-9), LEVELS)


def _cell(share: Number) -> str:
    return f'<td class="heat-{max(heat(share), 0)}">{percent(share)}</td>'


def _ordinal(rank: int) -> str:
    last = 0 if rank % 100 in (11, 12, 13) else rank % 10
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def _columns(rows: Sequence[RankRow]) -> int:
    columns = len(rows[0].shares) if rows else 0
    for row in rows:
        if len(row.shares) != columns:
            raise ValueError(f"rows: {row.label!r} must have one share per rank, like the others")
        for share in row.shares:
            if not isfinite(share) or not -1e-9 <= share <= 1 + 1e-9:
                raise ValueError(f"rows: shares of {row.label!r} must lie between 0 and 1")
        if sum(map(float, row.shares)) > 1 + 1e-6:
            raise ValueError(f"rows: the shares of {row.label!r} add up to more than 1")
    return columns
