"""What all charts share: text that is safe and fits, positions, shapes, the frame of a picture."""

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from string import ascii_uppercase
from zlib import crc32

Number = float | int | Decimal

SERIES = 10
# Nothing tells a drawing how wide it will be shown: these are the narrowest phone and the narrowest
# page from which `chart-wide` is shown (static/app.css), both in px and less the page's padding.
PHONE = 320
WIDE = 600
NOTE = 10.5  # what to measure a note with: 12 px, but not semi-bold
NO_BREAK = "\N{NO-BREAK SPACE}"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe(text: str) -> str:
    """The text escaped for HTML and XML, in an element or an attribute."""
    return escape(_NOT_XML.sub("\ufffd", str(text)))


def letter(index: int) -> str:
    """A … Z, AA, AB, …: the key of the part with this number, as in a spreadsheet."""
    key = ""
    index += 1
    while index:
        index, place = divmod(index - 1, len(ascii_uppercase))
        key = ascii_uppercase[place] + key
    return key


def series(index: int) -> int:
    """The colour of the part with this number: ten, then over again."""
    return index % SERIES + 1


def _glyph_width(glyph: str) -> float:
    if glyph in "iljI.,:;'|!()[] \N{NO-BREAK SPACE}":
        return 0.41
    if glyph in "tfr":
        return 0.49
    if glyph in "mwMW@%\N{HORIZONTAL ELLIPSIS}" or ord(glyph) > 0x2E80:
        return 1.05
    return 0.78 if glyph.isupper() else 0.69


def text_width(text: str, size: float = 13) -> float:
    """About how wide the text is in px, semi-bold and in a wide face: rather too much than too
    little."""
    return size * sum(map(_glyph_width, text))


def shorten(text: str, width: float, size: float = 13) -> str:
    """The text, cut with an ellipsis where it would be wider than `width` px."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def fitted(
    text: str,
    css: str,
    x: str,
    y: float,
    room: tuple[float, float],
    *,
    tail: str = "",
    anchor: str = "start",
    size: float = 13,
) -> str:
    """A text element for at most `room` px: on a phone and on a wider screen. The text is cut, its
    `tail` is not.

    A text that a phone has no room for is drawn twice, and the screen shows the one that fits.
    """
    taken = text_width(tail, size)
    narrow, wide = (safe(shorten(text, width - taken, size) + tail) for width in room)
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    drawn = f'<text class="{css}{{}}" x="{x}" y="{y:g}"{where}>{{}}</text>'
    if narrow == wide:
        return drawn.format("", narrow)
    return drawn.format(" chart-narrow", narrow) + drawn.format(" chart-wide", wide)


def number(value: Number) -> str:
    """One decimal with a true minus; never minus zero."""
    shown = f"{float(value):.1f}"
    return "0.0" if shown == "-0.0" else shown.replace("-", "\N{MINUS SIGN}")


def percent(share: Number) -> str:
    """A share of 0 … 1 in whole percent, worded as the `percent` filter of the pages does."""
    value = float(share)
    if 0.995 <= value < 1:
        return f">99{NO_BREAK}%"
    if 0 < value < 0.005:
        return f"<1{NO_BREAK}%"
    return f"{math.floor(value * 100 + 0.5)}{NO_BREAK}%"


def finite(value: Number, name: str) -> float:
    """The value as a float; ValueError when it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, float | int | Decimal):
        raise ValueError(f"{name} must be a number, not {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, not {value}")
    return float(value)


def share_of(value: Number, full: float) -> float:
    """The value as a share of the whole width, 0 … 1; ValueError when it lies outside."""
    share = float(value) / full
    if not math.isfinite(share) or not -1e-9 <= share <= 1 + 1e-9:
        raise ValueError(f"values must lie between 0 and {full:g}, not {value}")
    return min(max(share, 0.0), 1.0)


def pct(share: float) -> str:
    return f"{share * 100:.2f}%"


def anchor_at(share: float) -> str:
    """How a text stands at this place so that it does not leave the picture."""
    if share < 0.3:
        return "start"
    return "end" if share > 0.7 else "middle"


def at(x: float, y: float, body: str) -> str:
    """The body, drawn around the point `x` (a share of the width), `y` (px): paths know no percent."""
    return f'<svg x="{pct(x)}" y="{y:g}" width="1" height="1" overflow="visible">{body}</svg>'


SHAPES = ("circle", "square", "triangle", "diamond", "triangle down", "plus")


def shape(index: int, css: str, x: float = 0, y: float = 0, size: float = 5) -> str:
    """The marker with this number, all six about equally heavy to the eye."""
    if index == 0:
        return f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{size:g}"/>'
    around: dict[int, Sequence[tuple[float, float]]] = {
        1: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        2: [(0, -1.2), (1.15, 0.9), (-1.15, 0.9)],
        3: [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)],
        4: [(0, 1.2), (1.15, -0.9), (-1.15, -0.9)],
        5: [
            *[(-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4)],
            *[(0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)],
        ],
    }
    points = " ".join(f"{x + dx * size:.1f},{y + dy * size:.1f}" for dx, dy in around[index])
    return f'<polygon class="{css}" points="{points}"/>'


def picture(
    body: str, height: float, title: str, told: str, *, css: str = "", box: str = ""
) -> str:
    """The svg element around a drawing, with its accessible name and description.

    With a `box` (a viewBox) the whole drawing grows with its place; without, only its widths do.
    """
    key = f"chart-{crc32(f'{title}{told}{body}'.encode('utf-8', 'replace')):08x}"
    named = f'<title id="{key}-title">{safe(title)}</title>'
    describes = ""
    if told:
        named += f'<desc id="{key}-text">{safe(told)}</desc>'
        describes = f' aria-describedby="{key}-text"'
    size = f'viewBox="{box}"' if box else f'width="100%" height="{height:g}"'
    return (
        f'<svg class="{f"chart {css}".strip()}" {size} role="img" '
        f'aria-labelledby="{key}-title"{describes}>{named}{body}</svg>'
    )


def key_list(items: Iterable[tuple[str, str]], css: str = "") -> str:
    """The list under or above a chart: pairs of a small drawing (svg) and its escaped words."""
    listed = "".join(f"<li>{drawn}<span>{words}</span></li>" for drawn, words in items)
    return f'<ul class="{f"chart-legend {css}".strip()}">{listed}</ul>'


def swatch(body: str, name: str, width: int = 18) -> str:
    """The small drawing of a `key_list`, 18 px high. A screen reader gets the words beside it; in a
    PDF, where nothing can be hidden from it, it reads the name."""
    return (
        f'<svg class="chart-swatch" width="{width}" height="18" viewBox="0 0 {width} 18" '
        f'aria-hidden="true" focusable="false"><title>{safe(name)}</title>{body}</svg>'
    )
