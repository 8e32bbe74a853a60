"""A plan over time: one bar for each task, from its start to its due day, with today as a line."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import (
    NOTE,
    PHONE,
    WIDE,
    anchor_at,
    fitted,
    key_list,
    pct,
    picture,
    safe,
    swatch,
    text_width,
)

HEAD = 28
ROW = 44
GROUP = 30
BAR_TOP = 20
BAR_HEIGHT = 16
NARROWEST = 0.012  # of the width: a task of one day must be seen
TODAY = "today"
MOST_ROWS = 300
# state: (class of the bar, class of its key, key, words)
STATES = {
    "done": ("chart-more", "chart-key", "\N{CHECK MARK}", "done"),
    "open": ("chart-less", "chart-key-out", "", "to do"),
    "waits": ("chart-less", "chart-key-out", "\N{HORIZONTAL ELLIPSIS}", "waits for another"),
    "to_accept": ("chart-less", "chart-key-out", "?", "to be accepted"),
    "late": ("chart-moderated", "chart-key", "!", "late"),
}


@dataclass(frozen=True)
class TimelineRow:
    """One task: from its first to its due day, both included; without a first day it is a mark.

    `group` is written above the first row of each group.
    """

    label: str
    due_on: dt.date
    starts_on: dt.date | None = None
    state: str = "open"
    group: str = ""


def timeline(
    rows: Sequence[TimelineRow], *, today: dt.date, title: str, description: str = ""
) -> str:
    """The tasks in the order given, on one scale of days that also holds today where it is near.

    ValueError for an unknown state, a task that ends before it starts, or more than 300 rows.
    """
    _check(rows)
    if not rows:
        return ""
    first = min(min(row.starts_on or row.due_on, row.due_on) for row in rows)
    last = max(row.due_on for row in rows)
    scale = _Scale(first, last + dt.timedelta(days=1))
    now = scale.at(today) if scale.first <= today < scale.end else None
    body, top, group = _today(now), HEAD, None
    for row in rows:
        if row.group and row.group != group:
            body += fitted(row.group, "chart-total", "0", top + 18, (PHONE, WIDE))
            top += GROUP
        group = row.group
        body += _row(row, scale, top, now)
        top += ROW
    body = _months(scale, top) + body
    told = description or "; ".join(_told(row) for row in rows[:40])
    return picture(body, top + 4, title, told)


def timeline_legend() -> str:
    """What the bars' looks stand for."""
    box = '<rect class="{}" x="1" y="1" width="16" height="16" rx="2"/>'
    key = '<text class="{}" x="9" y="13" text-anchor="middle">{}</text>'
    return key_list(
        (swatch(box.format(css) + key.format(key_css, sign), words), safe(words))
        for css, key_css, sign, words in STATES.values()
    )


@dataclass(frozen=True)
class _Scale:
    first: dt.date
    end: dt.date

    def at(self, day: dt.date) -> float:
        """Where the day begins, as a share of the width."""
        return (day - self.first).days / max(1, (self.end - self.first).days)


def _check(rows: Sequence[TimelineRow]) -> None:
    if len(rows) > MOST_ROWS:
        raise ValueError(f"rows: {MOST_ROWS} at most, not {len(rows)}")
    for row in rows:
        if row.state not in STATES:
            raise ValueError(f"rows: {row.label!r} has an unknown state {row.state!r}")
        if row.starts_on and row.starts_on > row.due_on:
            raise ValueError(f"rows: {row.label!r} ends before it starts")


def _row(row: TimelineRow, scale: _Scale, top: float, now: float | None) -> str:
    css, key_css, sign, words = STATES[row.state]
    tail = f" · {words}"
    drawn = fitted(row.label, "chart-label", "0", top + 14, (PHONE, WIDE), tail=tail)
    start = scale.at(row.starts_on or row.due_on)
    end = scale.at(row.due_on + dt.timedelta(days=1))
    width = max(end - start, NARROWEST)
    start = min(start, 1 - width)
    drawn += (
        f'<rect class="chart-track" x="0" y="{top + BAR_TOP}" width="100%" height="{BAR_HEIGHT}"/>'
        f'<rect class="{css}" x="{pct(start)}" y="{top + BAR_TOP + 1}" width="{pct(width)}" '
        f'height="{BAR_HEIGHT - 2}" rx="2"/>'
    )
    if sign and width >= 0.05:
        drawn += (
            f'<text class="{key_css}" x="{pct(start + width / 2)}" y="{top + BAR_TOP + 12}" '
            f'text-anchor="middle">{sign}</text>'
        )
    if now is not None:  # over the bars only: through a label it could not be read
        drawn += (
            f'<line class="chart-now" x1="{pct(now)}" x2="{pct(now)}" '
            f'y1="{top + BAR_TOP - 3}" y2="{top + BAR_TOP + BAR_HEIGHT + 3}"/>'
        )
    return f"<g>{drawn}</g>"


def _months(scale: _Scale, bottom: float) -> str:
    """A line where each month begins, with its name where there is room."""
    drawn, free = "", 0.0
    day = scale.first.replace(day=1)
    while day < scale.end:
        place = scale.at(max(day, scale.first))
        if day > scale.first:
            drawn += (
                f'<line class="chart-grid" x1="{pct(place)}" x2="{pct(place)}" '
                f'y1="{HEAD - 6}" y2="{bottom}"/>'
            )
        name = f"{day:%b %Y}"
        taken = (text_width(name, NOTE) + 10) / PHONE
        if place >= free and place + taken <= 1:
            drawn += f'<text class="chart-scale" x="{pct(place)}" y="12" dx="2">{name}</text>'
            free = place + taken
        day = (day + dt.timedelta(days=32)).replace(day=1)
    return drawn


def _today(now: float | None) -> str:
    """The word above the lines."""
    if now is None:
        return ""
    return (
        f'<text class="chart-note" x="{pct(now)}" y="{HEAD}" '
        f'text-anchor="{anchor_at(now)}">{TODAY}</text>'
    )


def _told(row: TimelineRow) -> str:
    words = STATES[row.state][3]
    since = f"{row.starts_on.isoformat()} to " if row.starts_on else ""
    return f"{row.label}: {since}{row.due_on.isoformat()}, {words}"
