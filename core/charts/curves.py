"""Several values that grow over the same periods, such as money spent: one line for each, with a key."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import (
    SHAPES,
    Number,
    anchor_at,
    at,
    finite,
    key_list,
    pct,
    picture,
    safe,
    series,
    shape,
    swatch,
)
from core.charts.radar import DASHES

TOP, BASE, HEIGHT = 18, 190, 212
EDGE = 0.02  # of the width, left and right: room for half a marker
MOST_CURVES = len(SHAPES)
MOST_POINTS = 60
MARKS = 5  # markers on a line, at most
MARKER = 4.2


@dataclass(frozen=True)
class Curve:
    """One line: its value at the end of each period, from 0 up."""

    label: str
    values: Sequence[Number]


def curves(
    rows: Sequence[Curve],
    periods: Sequence[str],
    *,
    title: str,
    description: str = "",
    top_words: str = "",
) -> str:
    """The lines from left to right, the first on top; `top_words` writes the largest value at the scale.

    ValueError for no or more than six lines, more than 60 periods, values that are negative or not
    finite, or not one for each period.
    """
    if not 1 <= len(rows) <= MOST_CURVES:
        raise ValueError(f"there are 1 to {MOST_CURVES} curves, not {len(rows)}")
    if not 1 <= len(periods) <= MOST_POINTS:
        raise ValueError(f"a curve has 1 to {MOST_POINTS} periods, not {len(periods)}")
    values = [_checked(row, len(periods)) for row in rows]
    most = max(max(each) for each in values) or 1.0
    places = [
        [_place(index, len(periods), value / most) for index, value in enumerate(each)]
        for each in values
    ]
    body = _frame(top_words) + "".join(
        _line(index, line) for index, line in reversed(list(enumerate(places)))
    )
    body += "".join(_markers(index, line) for index, line in enumerate(places))
    return picture(body + _labels(periods), HEIGHT, title, description, css="chart-trend")


def curves_legend(rows: Sequence[Curve]) -> str:
    """Which line is whose."""
    return key_list(
        (swatch(_sample(index), SHAPES[index], 34), safe(row.label))
        for index, row in enumerate(rows)
    )


def _checked(row: Curve, periods: int) -> list[float]:
    if len(row.values) != periods:
        raise ValueError(f"{row.label} has {len(row.values)} values for {periods} periods")
    values = [finite(value, row.label) for value in row.values]
    if min(values) < 0:
        raise ValueError(f"values must not be negative, as of {row.label}")
    return values


def _place(index: int, count: int, share: float) -> tuple[float, float]:
    """A share of the width, and px from the top."""
    x = index / (count - 1) if count > 1 else 0.5
    return EDGE + (1 - 2 * EDGE) * x, BASE - (BASE - TOP) * share


def _frame(top_words: str) -> str:
    line = '<line class="chart-{1}" x1="0" x2="100%" y1="{0}" y2="{0}"/>'
    drawn = line.format(TOP, "grid") + line.format((TOP + BASE) // 2, "grid")
    words = f'<text class="chart-scale" x="0" y="{TOP - 5}">{safe(top_words)}</text>'
    return drawn + line.format(BASE, "axis") + (words if top_words else "")


def _dash(index: int) -> str:
    return f' stroke-dasharray="{DASHES[index]}"' if DASHES[index] else ""


def _line(index: int, places: Sequence[tuple[float, float]]) -> str:
    line = f'<line class="chart-line line-{series(index)}"{_dash(index)} '
    line += 'x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
    return "".join(
        line.format(pct(x1), pct(x2), y1, y2)
        for (x1, y1), (x2, y2) in zip(places, places[1:], strict=False)
    )


def _markers(index: int, places: Sequence[tuple[float, float]]) -> str:
    """A few, at the same periods on all lines, and always at the end."""
    last = len(places) - 1
    shown = {round(last * step / MARKS) for step in range(1, MARKS + 1)} | {last}
    drawn = shape(index, f"chart-marker series-{series(index)}", size=MARKER)
    return "".join(at(*places[place], drawn) for place in sorted(shown))


def _labels(periods: Sequence[str]) -> str:
    last = len(periods) - 1
    text = '<text class="chart-scale" x="{}" y="{}" text-anchor="{}">{}</text>'
    drawn = ""
    for index in sorted({0, last // 2, last}):
        x = _place(index, len(periods), 0)[0]
        drawn += text.format(pct(x), HEIGHT - 4, anchor_at(x), safe(periods[index]))
    return drawn


def _sample(index: int) -> str:
    line = f'<line class="chart-line line-{series(index)}"{_dash(index)} '
    line += 'x1="0" x2="34" y1="9" y2="9"/>'
    return line + shape(index, f"chart-marker series-{series(index)}", 17, 9, MARKER)
