"""The tornado: how far the lead moves when one criterion's weight does."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import (
    NOTE,
    PHONE,
    WIDE,
    Number,
    anchor_at,
    finite,
    fitted,
    key_list,
    number,
    pct,
    picture,
    safe,
    swatch,
    text_width,
)

HEAD = 44
ROW = 48
BAR_TOP = 21
BAR_HEIGHT = 18
MARGIN = 0.16  # of the width, left and right: room for the numbers at the ends of the bars
KEY_FROM = 0.06
MINUS = "\N{MINUS SIGN}"
CHANGES = "changes the leader"


@dataclass(frozen=True)
class TornadoRow:
    """One criterion: the leader's lead in points with less and with more weight on it."""

    label: str
    less: Number
    more: Number

    @property
    def width(self) -> float:
        return abs(float(self.more) - float(self.less))


def tornado(
    rows: Sequence[TornadoRow],
    *,
    lead: Number,
    title: str,
    runner_up: str = "another",
    description: str = "",
) -> str:
    """Bars from the lead now to the lead with less and with more weight, the widest first.

    Left of the zero line `runner_up` is in front. ValueError for a number that is not finite.
    """
    now = finite(lead, "lead")
    ends = [finite(end, f"rows: {row.label!r}") for row in rows for end in (row.less, row.more)]
    low, high = min([0.0, now, *ends]), max([0.0, now, *ends])
    scale = _Scale(low, high if high > low else low + 1)
    ordered = sorted(rows, key=lambda row: -row.width)
    body = _head(scale, now, runner_up) + "".join(
        _row(row, now, scale, HEAD + index * ROW) for index, row in enumerate(ordered)
    )
    told = description or (
        f"Lead now {number(now)}. "
        + "; ".join(
            f"{row.label}: {number(row.less)} with less weight, {number(row.more)} with more"
            + (f", {CHANGES}" if _changes(row, now) else "")
            for row in ordered
        )
    )
    return picture(body, HEAD + ROW * len(rows), title, told)


def tornado_legend(less: str, more: str) -> str:
    """What the two halves of a bar stand for, e.g. "10 points less weight"."""
    box = '<rect class="{}" x="1" y="1" width="16" height="16" rx="2"/>'
    key = '<text class="{}" x="9" y="13" text-anchor="middle">{}</text>'
    outlined = box.format("chart-less") + key.format("chart-key-out", MINUS)
    filled = box.format("chart-more") + key.format("chart-key", "+")
    return key_list([(swatch(outlined, MINUS), safe(less)), (swatch(filled, "+"), safe(more))])


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float

    def at(self, value: float) -> float:
        """Where the value stands, as a share of the picture's width."""
        return MARGIN + (1 - 2 * MARGIN) * (value - self.low) / (self.high - self.low)


def _changes(row: TornadoRow, now: float) -> bool:
    """Whether one of the ends is on the other side of zero than the lead is now."""
    return any(float(end) < 0 <= now or now < 0 <= float(end) for end in (row.less, row.more))


def _head(scale: _Scale, now: float, runner_up: str) -> str:
    """What the two lines are, each on a line of text of its own so that they never meet."""
    drawn = ""
    for index, (value, words, tail, css, size) in enumerate(
        [
            (0.0, f"0: {runner_up}", " takes over", "chart-note", NOTE),
            (now, f"lead now {number(now)}", "", "chart-total", 13),
        ]
    ):
        place = scale.at(value)
        anchor = anchor_at(place)
        free = {"start": 1 - place, "end": place, "middle": 2 * min(place, 1 - place)}[anchor]
        room = free * PHONE, free * WIDE
        drawn += fitted(
            words, css, pct(place), 12 + index * 19, room, tail=tail, anchor=anchor, size=size
        )
    return drawn


def _row(row: TornadoRow, now: float, scale: _Scale, top: float) -> str:
    bar = top + BAR_TOP
    zero = scale.at(0)
    changes = _changes(row, now)
    taken = text_width(CHANGES) + 12 if changes else 0
    drawn = fitted(row.label, "chart-label", "0", top + 14, (PHONE - taken, WIDE - taken))
    if changes:
        drawn += f'<text class="chart-total" x="100%" y="{top + 14:g}" text-anchor="end">{CHANGES}</text>'
    drawn += (
        f'<rect class="chart-track" x="0" y="{bar}" width="100%" height="{BAR_HEIGHT}"/>'
        f'<rect class="chart-beyond" x="0" y="{bar}" width="{pct(zero)}" height="{BAR_HEIGHT}"/>'
    )
    halves = [
        (float(row.less), "chart-less", "chart-key-out", MINUS),
        (float(row.more), "chart-more", "chart-key", "+"),
    ]
    # Where both ends lie on the same side the shorter one must not be covered.
    halves.sort(key=lambda half: -abs(half[0] - now))
    drawn += "".join(_half(half, now, scale, bar) for half in halves)
    drawn += _lines(zero, scale.at(now), bar)
    return f"<g>{drawn}{_numbers(row, now, scale, bar)}</g>"


def _half(half: tuple[float, str, str, str], now: float, scale: _Scale, top: float) -> str:
    value, css, key_css, key = half
    left, right = sorted((scale.at(now), scale.at(value)))
    if right - left < 0.001:
        return ""
    drawn = (
        f'<rect class="{css}" x="{pct(left)}" y="{top + 2}" width="{pct(right - left)}" '
        f'height="{BAR_HEIGHT - 4}"/>'
    )
    if right - left >= KEY_FROM:
        drawn += (
            f'<text class="{key_css}" x="{pct((left + right) / 2)}" y="{top + 13}" '
            f'text-anchor="middle">{key}</text>'
        )
    return drawn


def _lines(zero: float, now: float, top: float) -> str:
    line = '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"{}/>'
    return line.format(
        "chart-zero", pct(zero), pct(zero), top - 3, top + BAR_HEIGHT + 3, ' stroke-dasharray="4 2"'
    ) + line.format("chart-now", pct(now), pct(now), top - 3, top + BAR_HEIGHT + 3, "")


def _numbers(row: TornadoRow, now: float, scale: _Scale, top: float) -> str:
    """The leads at the outer ends of the bar; a side on which nothing ends has no number."""
    low, high = sorted((float(row.less), float(row.more)))
    text = '<text class="chart-end" x="{}" y="{}" dx="{}" text-anchor="{}">{}</text>'
    drawn = ""
    if low < now - 0.05:
        drawn += text.format(pct(scale.at(low)), top + 14, -6, "end", number(low))
    if high > now + 0.05:
        drawn += text.format(pct(scale.at(high)), top + 14, 6, "start", number(high))
    return drawn or text.format(pct(scale.at(now)), top + 14, 6, "start", "no effect")
