"""Bars: the points of candidates by criterion, and one value with what it could be."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import (
    PHONE,
    WIDE,
    Number,
    fitted,
    key_list,
    letter,
    pct,
    picture,
    safe,
    series,
    share_of,
    swatch,
    text_width,
)

ROW_HEIGHT = 54
BAR_TOP = 22
BAR_HEIGHT = 22
KEY_SIZE = 12
KEY_PADDING = 8  # px, both sides together: a letter that touches its edges cannot be read


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

    ValueError for a row with more or fewer values than segments, a negative or infinite value, or
    values beyond `full`.
    """
    _check(rows, segments, full)
    body = "".join(
        _stacked_row(row, segments, index * ROW_HEIGHT, float(full))
        for index, row in enumerate(rows)
    )
    told = description or "; ".join(_in_words(row, segments) for row in rows)
    return picture(body, ROW_HEIGHT * len(rows), title, told)


def legend(segments: Sequence[str]) -> str:
    """The list that explains the letters and colours of `stacked_bars`."""
    return key_list(
        (_key(index), f'<span class="visually-hidden">{letter(index)}: </span>{safe(segment)}')
        for index, segment in enumerate(segments)
    )


def _key(index: int) -> str:
    width = max(18, round(text_width(letter(index), 11)) + 6)
    return swatch(
        f'<rect class="series-{series(index)}" width="{width}" height="18" rx="3"/>'
        f'<text class="chart-key" x="{width / 2:g}" y="13" text-anchor="middle">{letter(index)}</text>',
        letter(index),
        width,
    )


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
    ends = [None if part is None else share_of(part, whole) for part in (value, low, high)]
    at, left, right = ends
    if left is not None and right is not None and left > right:
        raise ValueError("low must not be above high")
    body = '<rect class="chart-track" x="0" y="5" width="100%" height="10" rx="5"/>'
    if at is not None:
        body += f'<rect class="series-1" x="0" y="5" width="{pct(at)}" height="10" rx="5"/>'
    if left is not None and right is not None and right > left:
        body += (
            f'<rect class="chart-range" x="{pct(left)}" y="5" width="{pct(right - left)}" '
            f'height="10"/>{_whisker(left, right)}'
        )
    return picture(body, 20, title, "", css="chart-bar")


def _whisker(left: float, right: float) -> str:
    line = '<line class="chart-whisker" x1="{}" x2="{}" y1="{}" y2="{}"/>'
    return (
        line.format(pct(left), pct(right), 10, 10)
        + line.format(pct(left), pct(left), 4, 16)
        + line.format(pct(right), pct(right), 4, 16)
    )


def _stacked_row(row: BarRow, segments: Sequence[str], top: int, full: float) -> str:
    taken = text_width(row.total) + KEY_PADDING
    parts = [
        fitted(row.label, "chart-label", "0", top + 14, (PHONE - taken, WIDE - taken)),
        f'<text class="chart-total" x="100%" y="{top + 14}" text-anchor="end">'
        f"{safe(row.total)}</text>",
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
    shown = f"{float(value):.1f}"
    drawn = (
        f'<g><title>{safe(segment)}: {shown}</title><rect class="chart-part '
        f'series-{series(index)}" x="{pct(start)}" y="{top}" width="{pct(width)}" '
        f'height="{BAR_HEIGHT}"/>'
    )
    words = _part_words(letter(index), f" {shown}", width)
    if words:
        css = "chart-key" if _fits(letter(index), width, PHONE) else "chart-key chart-wide"
        drawn += (
            f'<text class="{css}" x="{pct(start + width / 2)}" y="{top + 15}" '
            f'text-anchor="middle">{words}</text>'
        )
    return drawn + "</g>"


def _part_words(key: str, value: str, width: float) -> str:
    """Letter and value, the letter, or nothing: what the part has room for, by screen."""
    if _fits(key + value, width, PHONE):
        return key + value
    if _fits(key + value, width, WIDE):
        return f'{key}<tspan class="chart-wide">{value}</tspan>'
    return key if _fits(key, width, WIDE) else ""


def _fits(words: str, width: float, screen: int) -> bool:
    return text_width(words, KEY_SIZE) + KEY_PADDING <= width * screen


def _in_words(row: BarRow, segments: Sequence[str]) -> str:
    parts = ", ".join(
        f"{segment} {'missing' if value is None else f'{float(value):.1f}'}"
        for segment, value in zip(segments, row.values, strict=True)
    )
    return f"{row.label}: {row.total} ({parts})"


def _check(rows: Sequence[BarRow], segments: Sequence[str], full: Number) -> None:
    for row in rows:
        if len(row.values) != len(segments):
            raise ValueError(f"rows: {row.label!r} must have one value per segment")
        shares = [share_of(value, float(full)) for value in row.values if value is not None]
        if sum(shares) > 1 + 1e-9:
            raise ValueError(f"rows: the values of {row.label!r} add up to more than {full}")
