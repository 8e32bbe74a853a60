"""One value over periods: a line with a mark for each, gaps where there is none, and what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import (
    Number,
    anchor_at,
    finite,
    number,
    pct,
    picture,
    safe,
    shape,
    text_width,
)

TOP, BASE, AXIS, HEIGHT = 18, 80, 97, 113
EDGE = 0.03  # of the width, left and right: room for half a mark
AIR = 0.08  # of the values' span, above and below, on a scale of its own
NARROWEST = 250  # px: the narrowest place of a small multiple
DIAMOND = 3
MOST_POINTS = 60


@dataclass(frozen=True)
class TrendPoint:
    """One period. `value` None is a gap; `missed` draws a diamond instead of a dot; `text` is how the
    value is written, if not with one decimal."""

    label: str
    value: Number | None
    missed: bool = False
    text: str = ""

    @property
    def words(self) -> str:
        return self.text or ("" if self.value is None else number(self.value))


def trend(
    points: Sequence[TrendPoint],
    *,
    title: str,
    low: Number | None = None,
    high: Number | None = None,
    target: Number | None = None,
    target_words: str = "",
    description: str = "",
) -> str:
    """The periods from left to right; `target` is a dashed line across, named by `target_words`.

    Without `low` and `high` the scale spans the values and the target. ValueError for no or more than
    60 points, a value that is not finite, or one outside the scale.
    """
    if not 1 <= len(points) <= MOST_POINTS:
        raise ValueError(f"a trend has 1 to {MOST_POINTS} points, not {len(points)}")
    values = [None if p.value is None else finite(p.value, p.label) for p in points]
    scale = _Scale(len(points), *_span(values, low, high, target))
    line = "" if target is None else _target(scale, values, finite(target, "target"), target_words)
    given = low is not None and high is not None
    body = (
        (scale.grid() if given else "")
        + scale.axis()
        + line
        + _lines(scale, values)
        + _marks(scale, points, values)
    )
    body += _labels(scale, points)
    told = description or _in_words(points, target, target_words)
    return picture(body, HEIGHT, title, told, css="chart-trend")


@dataclass(frozen=True)
class _Scale:
    count: int
    low: float
    high: float

    def x(self, index: int) -> float:
        """A share of the width; one point alone stands in the middle."""
        share = index / (self.count - 1) if self.count > 1 else 0.5
        return EDGE + (1 - 2 * EDGE) * share

    def y(self, value: float) -> float:
        """In px."""
        share = (value - self.low) / (self.high - self.low)
        if not -1e-9 <= share <= 1 + 1e-9:
            raise ValueError(f"values must lie between {self.low:g} and {self.high:g}, not {value}")
        return BASE - (BASE - TOP) * share

    def axis(self) -> str:
        return f'<line class="chart-axis" x1="0" x2="100%" y1="{AXIS}" y2="{AXIS}"/>'

    def grid(self) -> str:
        """The ends and the middle of a scale that was given."""
        line = '<line class="chart-grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>'
        return "".join(map(line.format, (TOP, (TOP + BASE) // 2, BASE)))


def _span(
    values: Sequence[float | None], low: Number | None, high: Number | None, target: Number | None
) -> tuple[float, float]:
    known = [value for value in values if value is not None]
    known += [] if target is None else [float(target)]
    least, most = min(known, default=0.0), max(known, default=1.0)
    air = (most - least) * AIR or max(abs(most) * AIR, 1.0)
    return (
        least - air if low is None else finite(low, "low"),
        most + air if high is None else finite(high, "high"),
    )


def _target(scale: _Scale, values: Sequence[float | None], target: float, words: str) -> str:
    """The dashed line; its words stand on the side where the values leave room for them."""
    y = scale.y(target)
    until = EDGE + text_width(words, 11) / NARROWEST
    crossed = [
        sum(low < bottom and high > top for low, high in _reaches(scale, values, until))
        for top, bottom in ((y - 16, y - 3), (y + 3, y + 16))
    ]
    above = crossed[0] <= crossed[1] or y + 14 > AXIS - 3
    return (
        f'<line class="chart-whisker" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}" '
        f'stroke-dasharray="5 4"/><text class="chart-scale" x="0" y="{y + (-6 if above else 14):.1f}">'
        f"{safe(words)}</text>"
    )


def _reaches(
    scale: _Scale, values: Sequence[float | None], until: float
) -> list[tuple[float, float]]:
    """From where to where in px each piece of the line goes, as far right as `until` of the width."""
    found = []
    for index, (one, two) in enumerate(zip(values, values[1:], strict=False)):
        if one is None or two is None or (left := scale.x(index)) > until:
            continue
        share = min((until - left) / (scale.x(index + 1) - left), 1)
        ends = scale.y(one), scale.y(one + (two - one) * share)
        found.append((min(ends), max(ends)))
    return found


def _lines(scale: _Scale, values: Sequence[float | None]) -> str:
    """From each known value to the next one; a gap stays a gap."""
    drawn = []
    for index, (one, two) in enumerate(zip(values, values[1:], strict=False)):
        if one is not None and two is not None:
            x1, x2 = pct(scale.x(index)), pct(scale.x(index + 1))
            drawn.append(
                f'<line class="chart-line line-1" x1="{x1}" x2="{x2}" '
                f'y1="{scale.y(one):.1f}" y2="{scale.y(two):.1f}"/>'
            )
    return "".join(drawn)


def _marks(scale: _Scale, points: Sequence[TrendPoint], values: Sequence[float | None]) -> str:
    """A dot for each value, and its number at the last one, where the line does not come from."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    body = ""
    for index, value in known:
        missed = points[index].missed
        drawn = (
            shape(DIAMOND, "chart-moderated", size=5) if missed else shape(0, "chart-dot", size=4)
        )
        body += (
            f'<svg x="{pct(scale.x(index))}" y="{scale.y(value):.1f}" width="1" height="1" '
            f'overflow="visible">{drawn}</svg>'
        )
    if known:
        index, value = known[-1]
        falls = len(known) > 1 and known[-2][1] > value
        x, y = scale.x(index), scale.y(value) + (17 if falls else -9)
        body += (
            f'<text class="chart-total" x="{pct(x)}" y="{y:.1f}" text-anchor="{anchor_at(x)}">'
            f"{safe(points[index].words)}</text>"
        )
    return body


def _labels(scale: _Scale, points: Sequence[TrendPoint]) -> str:
    """The first and the last period, and the middle one where there is room."""
    shown = {0, len(points) - 1}
    middle = len(points) // 2
    if len(points) > 4 and text_width(points[0].label, 11) < NARROWEST / 4:
        shown.add(middle)
    drawn = '<text class="chart-scale" x="{}" y="{}" text-anchor="{}">{}</text>'
    return "".join(
        drawn.format(
            pct(scale.x(index)), HEIGHT - 2, anchor_at(scale.x(index)), safe(points[index].label)
        )
        for index in sorted(shown)
    )


def _in_words(points: Sequence[TrendPoint], target: Number | None, words: str) -> str:
    told = [
        f"{p.label}: {'not known' if p.value is None else p.words}{', missed' if p.missed else ''}"
        for p in points
    ]
    if target is not None:
        told.append(words or f"promised {number(target)}")
    return "; ".join(told)
