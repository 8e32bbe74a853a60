"""Charts as SVG text: pure functions, no Django, no script, no inline style.

Widths are percentages of the drawing, so a chart fills its place from phone to paper while its text
keeps its size. Colours are classes (`series-1` … `series-10`, see static/app.css) and every part
also bears the letter that the legend gives it: nothing is told by colour alone. A chart is one
picture to assistive technology (`role="img"` with title and description); the table with the
numbers stands beside it on the page.

All text is escaped here, which is why `core.templatetags.charts` may mark the result as safe.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from string import ascii_uppercase
from zlib import crc32

Number = float | int | Decimal

SERIES = 10
ROW_HEIGHT = 54
BAR_TOP = 22
BAR_HEIGHT = 22
KEY_AND_VALUE_FROM = 12.0  # a part narrower than this share of the width has no room for both
KEY_FROM = 3.0


@dataclass(frozen=True)
class BarRow:
    """One vendor: its `values` are the contributions in the order of the segments.

    A value of None is missing: it is left out and named in the description, never drawn as zero.
    `total` is the text at the right end ("78.4", or "incomplete").
    """

    label: str
    values: Sequence[Number | None]
    total: str


def stacked_bars(
    rows: Sequence[BarRow],
    segments: Sequence[str],
    *,
    title: str,
    description: str = "",
    full: Number = 100,
) -> str:
    """One bar per row, made of one part per segment; `full` is the value of the whole width.

    ValueError for a row with more or fewer values than segments, a negative or infinite value,
    values beyond `full`, or more than 26 segments.
    """
    _check(rows, segments, full)
    body = "".join(
        _stacked_row(row, segments, index * ROW_HEIGHT, float(full))
        for index, row in enumerate(rows)
    )
    told = description or "; ".join(_in_words(row, segments) for row in rows)
    return _picture(body, ROW_HEIGHT * len(rows), title, told)


def legend(segments: Sequence[str]) -> str:
    """The list that explains the letters and colours of `stacked_bars`."""
    items = "".join(
        '<li><svg viewBox="0 0 18 18" aria-hidden="true" focusable="false">'
        f'<rect class="series-{_series(index)}" width="18" height="18" rx="3"/>'
        f'<text x="9" y="13" text-anchor="middle">{ascii_uppercase[index]}</text></svg>'
        f'<span><span class="visually-hidden">{ascii_uppercase[index]}: </span>{escape(segment)}'
        "</span></li>"
        for index, segment in enumerate(segments)
    )
    return f'<ul class="chart-legend">{items}</ul>'


def bar(
    value: Number | None,
    low: Number | None = None,
    high: Number | None = None,
    *,
    title: str,
    full: Number = 100,
) -> str:
    """One value on its track, with whiskers from `low` to `high` where it is not certain.

    A missing value draws only what it could be. ValueError outside 0 … `full` or for low > high.
    """
    whole = float(full)
    ends = [None if part is None else _share(part, whole) for part in (value, low, high)]
    at, left, right = ends
    if left is not None and right is not None and left > right:
        raise ValueError("low must not be above high")
    body = '<rect class="chart-track" x="0" y="5" width="100%" height="10" rx="5"/>'
    if at is not None:
        body += f'<rect class="series-1" x="0" y="5" width="{_pct(at)}" height="10" rx="5"/>'
    if left is not None and right is not None and right > left:
        body += (
            f'<rect class="chart-range" x="{_pct(left)}" y="5" width="{_pct(right - left)}" '
            f'height="10"/>{_whisker(left, right)}'
        )
    return _picture(body, 20, title, "", extra_class=" chart-bar")


def _whisker(left: float, right: float) -> str:
    line = '<line class="chart-whisker" x1="{}" x2="{}" y1="{}" y2="{}"/>'
    return (
        line.format(_pct(left), _pct(right), 10, 10)
        + line.format(_pct(left), _pct(left), 4, 16)
        + line.format(_pct(right), _pct(right), 4, 16)
    )


def _stacked_row(row: BarRow, segments: Sequence[str], top: int, full: float) -> str:
    parts = [
        f'<text class="chart-label" x="0" y="{top + 14}">{escape(row.label)}</text>',
        f'<text class="chart-total" x="100%" y="{top + 14}" text-anchor="end">'
        f"{escape(row.total)}</text>",
        f'<rect class="chart-track" x="0" y="{top + BAR_TOP}" width="100%" '
        f'height="{BAR_HEIGHT}" rx="3"/>',
    ]
    start = 0.0
    for index, value in enumerate(row.values):
        if value is None or value == 0:
            continue
        width = float(value) / full
        parts.append(_part(index, segments[index], value, start, width, top + BAR_TOP))
        start += width
    return "".join(parts)


def _part(index: int, segment: str, value: Number, start: float, width: float, top: int) -> str:
    letter = ascii_uppercase[index]
    shown = f"{float(value):.1f}"
    drawn = (
        f'<g><title>{escape(segment)}: {shown}</title><rect class="chart-part '
        f'series-{_series(index)}" x="{_pct(start)}" y="{top}" width="{_pct(width)}" '
        f'height="{BAR_HEIGHT}"/>'
    )
    if width * 100 >= KEY_FROM:
        words = f"{letter} {shown}" if width * 100 >= KEY_AND_VALUE_FROM else letter
        drawn += (
            f'<text class="chart-key" x="{_pct(start + width / 2)}" y="{top + 15}" '
            f'text-anchor="middle">{words}</text>'
        )
    return drawn + "</g>"


def _in_words(row: BarRow, segments: Sequence[str]) -> str:
    parts = ", ".join(
        f"{segment} {'missing' if value is None else f'{float(value):.1f}'}"
        for segment, value in zip(segments, row.values, strict=True)
    )
    return f"{row.label}: {row.total} ({parts})"


def _picture(body: str, height: int, title: str, told: str, extra_class: str = "") -> str:
    """The svg element around a drawing, with its accessible name and description."""
    key = f"chart-{crc32(f'{title}{told}{body}'.encode()):08x}"
    named = f'<title id="{key}-title">{escape(title)}</title>'
    describes = ""
    if told:
        named += f'<desc id="{key}-text">{escape(told)}</desc>'
        describes = f' aria-describedby="{key}-text"'
    return (
        f'<svg class="chart{extra_class}" width="100%" height="{height}" role="img" '
        f'aria-labelledby="{key}-title"{describes}>{named}{body}</svg>'
    )


def _check(rows: Sequence[BarRow], segments: Sequence[str], full: Number) -> None:
    if len(segments) > len(ascii_uppercase):
        raise ValueError(f"segments: at most {len(ascii_uppercase)} can be told apart")
    for row in rows:
        if len(row.values) != len(segments):
            raise ValueError(f"rows: {row.label!r} must have one value per segment")
        shares = [_share(value, float(full)) for value in row.values if value is not None]
        if sum(shares) > 1 + 1e-9:
            raise ValueError(f"rows: the values of {row.label!r} add up to more than {full}")


def _share(value: Number, full: float) -> float:
    """The value as a share of the whole width, 0 … 1."""
    share = float(value) / full
    if not math.isfinite(share) or not -1e-9 <= share <= 1 + 1e-9:
        raise ValueError(f"values must lie between 0 and {full:g}, not {value}")
    return min(max(share, 0.0), 1.0)


def _pct(share: float) -> str:
    return f"{share * 100:.2f}%"


def _series(index: int) -> int:
    return index % SERIES + 1
