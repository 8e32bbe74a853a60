"""Profiles: up to six candidates over the same criteria, as lines around a centre.

A missing mark is a gap in the line, never a zero. Candidates differ by colour, dash and marker. The
criteria stand at the ends of their axes where they have room, else their letters, with a key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, pi, sin

from core.charts.drawing import (
    SHAPES,
    Number,
    key_list,
    letter,
    number,
    picture,
    safe,
    series,
    shape,
    share_of,
    swatch,
    text_width,
)

MOST_PROFILES = len(SHAPES)
FEWEST_AXES, MOST_AXES = 3, 15
WIDTH = 360  # of the viewBox: about a phone's, so that the text has its size there
RADIUS = 100.0
TEXT = 11.5  # px, the size in static/app.css
MEASURE = TEXT * 0.88  # the names are not semi-bold
LINE = 13.5
MOST_LINES = 3
MARKER = 4.2
AROUND = 11.0  # from the ring to the names
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "12 4")


@dataclass(frozen=True)
class Profile:
    """One candidate and its points of 0 … 100, in the order of the axes; None is missing."""

    label: str
    points: Sequence[Number | None]


@dataclass(frozen=True)
class _Name:
    """What stands at the end of an axis: its lines of text and the box they take."""

    lines: tuple[str, ...]
    anchor: str
    x: float
    top: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        width = max(text_width(line, MEASURE) for line in self.lines)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.top, left + width, self.top + LINE * len(self.lines)

    def drawn(self, css: str) -> str:
        return "".join(
            f'<text class="{css}" x="{self.x:.1f}" y="{self.top + LINE * row + 10.5:.1f}" '
            f'text-anchor="{self.anchor}">{safe(line)}</text>'
            for row, line in enumerate(self.lines)
        )


def radar(
    profiles: Sequence[Profile], axes: Sequence[str], *, title: str, description: str = ""
) -> str:
    """The profiles, the first on top. ValueError for more than six profiles, fewer than three or
    more than 15 axes, points outside 0 … 100 or not one for each axis."""
    _check(profiles, axes)
    names = _names(axes)
    css = "chart-name" if names else "chart-key-out"
    names = names or [_name(letter(index), index, len(axes)) for index in range(len(axes))]
    top = min(-RADIUS - 6, *(name.box[1] for name in names)) - 3
    bottom = max(RADIUS * 0.85, *(name.box[3] for name in names)) + 3
    drawn = _grid(len(axes)) + "".join(name.drawn(css) for name in names)
    drawn += "".join(
        _line(index, profile) for index, profile in reversed(list(enumerate(profiles)))
    )
    drawn += _markers(profiles)
    told = description or "; ".join(_in_words(profile, axes) for profile in profiles)
    box = f"{-WIDTH / 2:g} {top:.1f} {WIDTH} {bottom - top:.1f}"
    return picture(drawn, 0, title, told, box=box)


def radar_legend(profiles: Sequence[Profile], axes: Sequence[str]) -> str:
    """Which line is whose and, where the axes bear letters, which criterion is which."""
    lines = key_list(
        (swatch(_sample(index), SHAPES[index], 34), safe(profile.label))
        for index, profile in enumerate(profiles)
    )
    if _names(axes):
        return lines
    return lines + key_list(
        (
            swatch(
                f'<text class="chart-key-out" x="9" y="13" text-anchor="middle">{key}</text>', key
            ),
            f'<span class="visually-hidden">{key}: </span>{safe(axis)}',
        )
        for key, axis in ((letter(index), axis) for index, axis in enumerate(axes))
    )


def _point(index: int, count: int, radius: float) -> tuple[float, float]:
    angle = 2 * pi * index / count - pi / 2
    return radius * cos(angle), radius * sin(angle)


def _path(points: Sequence[tuple[float, float]], closed: bool) -> str:
    steps = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{steps}{' Z' if closed else ''}"


def _grid(count: int) -> str:
    rings = "".join(
        f'<path class="chart-grid" d="'
        f'{_path([_point(index, count, RADIUS * share) for index in range(count)], True)}"/>'
        for share in (0.25, 0.5, 0.75, 1)
    )
    ends = (_point(index, count, RADIUS) for index in range(count))
    spokes = "".join(
        f'<line class="chart-grid" x1="0" y1="0" x2="{x:.1f}" y2="{y:.1f}"/>' for x, y in ends
    )
    scale = "".join(
        f'<text class="chart-scale" x="3" y="{-RADIUS * value / 100 + 9:.1f}">{value}</text>'
        for value in (50, 100)
    )
    return rings + spokes + scale


def _places(profile: Profile) -> list[tuple[float, float] | None]:
    count = len(profile.points)
    return [
        None if value is None else _point(index, count, RADIUS * share_of(value, 100))
        for index, value in enumerate(profile.points)
    ]


def _runs(places: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """The stretches between two gaps; the last axis is the first one's neighbour."""
    gap = places.index(None)
    run: list[tuple[float, float]] = []
    for place in [*places[gap:], *places[:gap], None]:
        if place is not None:
            run.append(place)
        elif run:
            yield run
            run = []


def _line(index: int, profile: Profile) -> str:
    places = _places(profile)
    whole = [place for place in places if place is not None]
    if len(whole) == len(places):
        paths = _path(whole, True)
    else:
        paths = " ".join(_path(run, False) for run in _runs(places) if len(run) > 1)
    return f'<path class="chart-line line-{series(index)}" d="{paths}"{_dash(index)}/>' * bool(
        paths
    )


def _dash(index: int) -> str:
    return f' stroke-dasharray="{DASHES[index]}"' if DASHES[index] else ""


def _markers(profiles: Sequence[Profile]) -> str:
    """The markers; those that would cover one another step aside along the ring, the value stays."""
    drawn = ""
    for axis, places in enumerate(zip(*map(_places, profiles), strict=True)):
        out_x, out_y = _point(axis, len(profiles[0].points), 1)
        for index, (x, y), aside in _side_by_side(places):
            css = f"chart-marker series-{series(index)}"
            drawn += shape(index, css, x - out_y * aside, y + out_x * aside, MARKER)
    return drawn


def _side_by_side(
    places: Sequence[tuple[float, float] | None],
) -> Iterator[tuple[int, tuple[float, float], float]]:
    """The markers of one axis: profile, place, and how far it steps aside."""
    present = [(index, place) for index, place in enumerate(places) if place is not None]
    groups: list[list[tuple[int, tuple[float, float]]]] = []
    for index, place in sorted(present, key=lambda item: hypot(*item[1])):
        if groups and hypot(*place) - hypot(*groups[-1][0][1]) < MARKER:
            groups[-1].append((index, place))
        else:
            groups.append([(index, place)])
    for group in groups:
        for order, (index, place) in enumerate(sorted(group)):
            yield index, place, (order - (len(group) - 1) / 2) * MARKER * 2


def _names(axes: Sequence[str]) -> list[_Name]:
    """The criteria in words around the ring, or nothing where they would not fit."""
    names = []
    for index, axis in enumerate(axes):
        name = _name(axis, index, len(axes))
        left, _, right, _ = name.box
        if left < -WIDTH / 2 or right > WIDTH / 2 or len(name.lines) > MOST_LINES:
            return []
        names.append(name)
    if any(_overlap(one.box, other.box) for one, other in combinations(names, 2)):
        return []
    return names


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return (
        one[0] < other[2] + 4 and other[0] < one[2] + 4 and one[1] < other[3] and other[1] < one[3]
    )


def _name(text: str, index: int, count: int) -> _Name:
    x, y = _point(index, count, RADIUS + AROUND)
    sideways = x / (RADIUS + AROUND)
    anchor = "middle" if abs(sideways) < 0.15 else ("start" if sideways > 0 else "end")
    room = WIDTH * 0.4 if anchor == "middle" else WIDTH / 2 - abs(x)
    lines = _wrapped(text, room)
    up = (y / (RADIUS + AROUND) - 1) / 2  # −1 at the top … 0 at the bottom: never into the ring
    return _Name(lines, anchor, x, y + up * LINE * len(lines))


def _wrapped(text: str, room: float) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split() or [text]:
        if lines and text_width(f"{lines[-1]} {word}", MEASURE) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _sample(index: int) -> str:
    return (
        f'<path class="chart-line line-{series(index)}" d="M1 9 L33 9"{_dash(index)}/>'
        f"{shape(index, f'chart-marker series-{series(index)}', 17, 9, 5)}"
    )


def _in_words(profile: Profile, axes: Sequence[str]) -> str:
    told = ", ".join(
        f"{axis} {'missing' if value is None else number(value)}"
        for axis, value in zip(axes, profile.points, strict=True)
    )
    return f"{profile.label}: {told}"


def _check(profiles: Sequence[Profile], axes: Sequence[str]) -> None:
    if not 1 <= len(profiles) <= MOST_PROFILES:
        raise ValueError(f"profiles: 1 to {MOST_PROFILES} can be told apart, not {len(profiles)}")
    if not FEWEST_AXES <= len(axes) <= MOST_AXES:
        raise ValueError(f"axes: {FEWEST_AXES} to {MOST_AXES} can be read, not {len(axes)}")
    for profile in profiles:
        if len(profile.points) != len(axes):
            raise ValueError(f"profiles: {profile.label!r} must have one value per axis")
        for value in profile.points:
            if value is not None:
                share_of(value, 100)
