"""Strips: the marks that one cell got, and how far one weight may move."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import (
    NOTE,
    PHONE,
    WIDE,
    Number,
    anchor_at,
    at,
    finite,
    fitted,
    key_list,
    pct,
    percent,
    picture,
    safe,
    shape,
    swatch,
    text_width,
)

# Marks of one cell
EDGE = 0.05  # of the width: half a dot must fit left of the scale's lowest mark
PLAIN, LETTERED = 6, 9.5  # a dot's radius, px
MODERATED = 6
MOST_TICKS = 11

# How far a weight may move
BAR_TOP, BAR_HEIGHT = 30, 14
NOW_WIDTH = 90
LEADS = " leads"


@dataclass(frozen=True)
class Dot:
    """One evaluator's mark; None where there is none. `key` (a letter) and `name` may stay hidden."""

    value: Number | None
    key: str = ""
    name: str = ""


def mark_dots(
    dots: Sequence[Dot],
    *,
    title: str,
    low: Number = 0,
    high: Number = 5,
    mean: Number | None = None,
    moderated: Number | None = None,
    description: str = "",
) -> str:
    """The marks of one cell above their scale; equal ones are stacked. Without names they are told
    from low to high, so that their order says nothing about who gave them.

    ValueError for a mark outside the scale.
    """
    scale = _MarkScale(finite(low, "low"), finite(high, "high"))
    radius = LETTERED if any(dot.key for dot in dots) else PLAIN
    levels = _levels(dots, scale, radius)
    foot = radius + (2 if moderated is None else MODERATED + 4)  # the diamond sits on the scale
    base = foot + radius * (2 * max((level for *_, level in levels), default=0) + 1) + 2
    body = scale.axis(base)
    if mean is not None:
        place = pct(scale.at(mean))
        body += f'<line class="chart-mean" x1="{place}" x2="{place}" y1="0" y2="{base + 5:g}"/>'
    body += "".join(
        at(place, base - foot - level * radius * 2, _dot(dot, radius))
        for dot, place, level in levels
    )
    height = base + 20
    if mean is not None:
        body += _below(scale.at(mean), f"mean {_short(mean)}", height + 11)
        height += 15
    if moderated is not None:
        body += at(scale.at(moderated), base, shape(3, "chart-moderated", size=MODERATED))
        body += _below(scale.at(moderated), f"moderated {_short(moderated)}", height + 11)
        height += 15
    told = description or _marks_in_words(dots, mean, moderated)
    return picture(body, height + 2, title, told, css="chart-marks")


def mark_dots_legend(dots: Sequence[Dot]) -> str:
    """Who stands behind which letter; nothing where the names are hidden."""
    named = [(dot.key, dot.name) for dot in dots if dot.key and dot.name]
    return (
        key_list(
            (
                swatch(at(0.5, 9, _dot(Dot(0, key), 8.5)), key),
                f'<span class="visually-hidden">{safe(key)}: </span>{safe(name)}',
            )
            for key, name in dict.fromkeys(named)
        )
        if named
        else ""
    )


@dataclass(frozen=True)
class _MarkScale:
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError("low must be below high")

    def at(self, value: Number) -> float:
        share = (finite(value, "a mark") - self.low) / (self.high - self.low)
        if not -1e-9 <= share <= 1 + 1e-9:
            raise ValueError(f"marks must lie between {self.low:g} and {self.high:g}, not {value}")
        return EDGE + (1 - 2 * EDGE) * min(max(share, 0.0), 1.0)

    def axis(self, base: float) -> str:
        span = self.high - self.low
        whole = span.is_integer() and self.low.is_integer() and span < MOST_TICKS
        ticks = (
            [self.low + step for step in range(int(span) + 1)] if whole else [self.low, self.high]
        )
        line = '<line class="chart-axis" x1="{}" x2="{}" y1="{:g}" y2="{:g}"/>'
        return line.format(pct(EDGE), pct(1 - EDGE), base, base) + "".join(
            line.format(pct(self.at(tick)), pct(self.at(tick)), base, base + 4)
            + f'<text class="chart-scale" x="{pct(self.at(tick))}" y="{base + 16:g}" '
            f'text-anchor="middle">{_short(tick)}</text>'
            for tick in ticks
        )


def _levels(dots: Sequence[Dot], scale: _MarkScale, radius: float) -> list[tuple[Dot, float, int]]:
    """Each dot's place and how high it is stacked, so that no two cover one another."""
    placed: list[tuple[Dot, float, int]] = []
    ends: list[float] = []  # the last place on each level
    marked = [(scale.at(dot.value), dot) for dot in dots if dot.value is not None]
    for place, dot in sorted(marked, key=lambda pair: (pair[0], pair[1].key)):
        free = (
            level for level, end in enumerate(ends) if (place - end) * PHONE * 0.8 >= radius * 2
        )
        level = next(free, len(ends))
        if level == len(ends):
            ends.append(place)
        ends[level] = place
        placed.append((dot, place, level))
    return placed


def _dot(dot: Dot, radius: float) -> str:
    drawn = f'<circle class="chart-dot" r="{radius:g}"/>'
    if dot.key:
        drawn += f'<text class="chart-key" y="4" text-anchor="middle">{safe(dot.key)}</text>'
    return drawn


def _below(place: float, words: str, y: float) -> str:
    return (
        f'<text class="chart-note" x="{pct(place)}" y="{y:g}" '
        f'text-anchor="{anchor_at(place)}">{safe(words)}</text>'
    )


def _short(value: Number) -> str:
    """At most two decimals, and none that say nothing: 3, 3.5, 3.67."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def _marks_in_words(dots: Sequence[Dot], mean: Number | None, moderated: Number | None) -> str:
    given = sorted(
        (float(dot.value), f"{dot.name} {_short(dot.value)}".strip())
        for dot in dots
        if dot.value is not None
    )
    missing = len(dots) - len(given)
    told = [f"Marks: {', '.join(words for _, words in given) or 'none'}"]
    told += [f"{missing} missing"] * bool(missing)
    told += [f"mean {_short(mean)}"] if mean is not None else []
    told += [f"moderated {_short(moderated)}"] if moderated is not None else []
    return "; ".join(told)


def stability_strip(
    label: str,
    *,
    now: Number,
    low: Number,
    high: Number,
    leader: str,
    below: str = "",
    above: str = "",
    title: str = "",
) -> str:
    """One criterion's weight now, and the span (shares of 0 … 1) in which `leader` stays first.

    `below` and `above` take over outside of it. ValueError for shares outside 0 … 1 or for
    anything but low ≤ now ≤ high.
    """
    left, here, right = (_weight(share) for share in (low, now, high))
    if not left - 1e-9 <= here <= right + 1e-9:
        raise ValueError("now must lie between low and high")
    ends = percent(low), percent(high)
    told = [f"Weight now {percent(now)}"]
    told += [
        f"{leader} leads {f'from {ends[0]} to {ends[1]}' if below or above else 'at any weight'}"
    ]
    told += [f"below {ends[0]} {below} leads"] if below else []
    told += [f"above {ends[1]} {above} leads"] if above else []
    middle = BAR_TOP + BAR_HEIGHT / 2
    body = (
        fitted(label, "chart-label", "0", 14, (PHONE - NOW_WIDTH, WIDE - NOW_WIDTH))
        + f'<text class="chart-total" x="100%" y="14" text-anchor="end">now {percent(now)}</text>'
        f'<rect class="chart-track" x="0" y="{BAR_TOP}" width="100%" height="{BAR_HEIGHT}" rx="3"/>'
        f'<rect class="chart-span" x="{pct(left)}" y="{BAR_TOP}" width="{pct(right - left)}" '
        f'height="{BAR_HEIGHT}"/>'
        + "".join(_end(place) for place in (left, right) if 0 < place < 1)
        + at(here, middle, _POINTER)
    )
    lines, height = _takeover_lines(below, above, ends, BAR_TOP + BAR_HEIGHT + 16)
    return picture(body + lines, height, title or label, "; ".join(told), css="chart-stability")


_POINTER = (
    '<path class="chart-pointer" d="M-5 -15 L5 -15 L0 -8 Z"/>'
    '<line class="chart-halo" x1="0" x2="0" y1="-7" y2="7"/>'
    '<line class="chart-now" x1="0" x2="0" y1="-8" y2="10"/>'
)


def _weight(share: Number) -> float:
    value = finite(share, "a weight")
    if not -1e-9 <= value <= 1 + 1e-9:
        raise ValueError(f"weights must lie between 0 and 1, not {share}")
    return min(max(value, 0.0), 1.0)


def _end(place: float) -> str:
    return (
        f'<line class="chart-whisker" x1="{pct(place)}" x2="{pct(place)}" '
        f'y1="{BAR_TOP - 3}" y2="{BAR_TOP + BAR_HEIGHT + 3}"/>'
    )


def _takeover_lines(below: str, above: str, ends: tuple[str, str], y: float) -> tuple[str, float]:
    """Who leads outside the span: side by side where a phone has room, else below one another."""
    words = [f"Below {ends[0]}: {below}" * bool(below), f"Above {ends[1]}: {above}" * bool(above)]
    if not any(words):
        return fitted("Leads at any weight", "chart-note", "0", y, (PHONE, WIDE)), y + 6
    apart = all(words) and sum(text_width(f"{text}{LEADS}  ", NOTE) for text in words) > PHONE
    drawn, room = "", (PHONE, WIDE)
    for row, (text, x, anchor) in enumerate(
        zip(words, ("0", "100%"), ("start", "end"), strict=True)
    ):
        if text:
            at_y = y + 16 * row * apart
            drawn += fitted(text, "chart-note", x, at_y, room, tail=LEADS, anchor=anchor, size=NOTE)
    return drawn, y + 6 + 16 * apart
