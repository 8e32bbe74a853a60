"""Charts inside a PDF.

WeasyPrint applies the page's style sheets to HTML, but not to what lies inside an `<svg>`. `for_pdf`
therefore writes the colours and type that the classes stand for as attributes, in the light palette
of static/app.css; `pdf_styles` has the rules for what is HTML: legends and the table of shares.
"""

import re

INK, INK_SOFT, PAPER = "#182226", "#53626a", "#ffffff"
TRACK, GRID, AXIS = "#ebeff1", "#cdd6da", "#7f8d95"
BAD, BAD_SOFT, WARN = "#a3231b", "#fdeae8", "#774a00"
SERIES_COLOURS = (
    *("#0b6075", "#4a5aa8", "#87560e", "#7a4588", "#3d6d35"),
    *("#a3413a", "#52606a", "#14705b", "#974869", "#67611d"),
)
HEAT = (
    *("#ebf0f2", "#d7e2e5", "#c1d2d6", "#a9bfc5", "#8dabb3"),
    *("#7297a1", "#396d7b", "#28616f", "#175464", "#08495a"),
)
DARK_FROM = 7  # the level of heat from which the text is white
FONTS = "system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, DejaVu Sans, Arial, sans-serif"

_TEXT = {"fill": INK}
_PART = {"stroke": PAPER, "stroke-width": "1.5"}
_NOW = {"stroke": INK, "stroke-width": "2"}
_KEY = {"font-size": "12", "font-weight": "600"}

ATTRIBUTES: dict[str, dict[str, str]] = {
    "chart": {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONTS, "font-size": "13"},
    "chart-swatch": {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONTS},
    "chart-label": {**_TEXT, "font-weight": "600"},
    "chart-total": {**_TEXT, "font-weight": "650"},
    "chart-end": _TEXT,
    "chart-name": {**_TEXT, "font-size": "11.5"},
    "chart-note": {"fill": INK_SOFT, "font-size": "12"},
    "chart-scale": {"fill": INK_SOFT, "font-size": "11"},
    "chart-track": {"fill": TRACK},
    "chart-grid": {"fill": "none", "stroke": GRID},
    "chart-axis": {"stroke": AXIS},
    "chart-now": _NOW,
    "chart-mean": _NOW,
    "chart-halo": {"stroke": PAPER, "stroke-width": "6"},
    "chart-zero": {"stroke": BAD, "stroke-width": "2"},
    "chart-beyond": {"fill": BAD_SOFT},
    "chart-whisker": {"stroke": INK, "stroke-width": "1.5"},
    "chart-range": {"fill": INK, "fill-opacity": "0.16"},
    "chart-part": _PART,
    "chart-marker": _PART,
    "chart-line": {"fill": "none", "stroke-width": "2", "stroke-linejoin": "round"},
    "chart-less": {"fill": PAPER, "stroke": SERIES_COLOURS[0], "stroke-width": "1.5"},
    "chart-more": {"fill": SERIES_COLOURS[0]},
    "chart-span": {"fill": SERIES_COLOURS[0]},
    "chart-dot": {"fill": SERIES_COLOURS[0], **_PART},
    "chart-moderated": {"fill": WARN, **_PART},
    "chart-pointer": {"fill": INK},
    "chart-key": {**_KEY, "fill": PAPER},
    "chart-key-out": {**_KEY, "fill": INK},
    **{f"series-{index}": {"fill": colour} for index, colour in enumerate(SERIES_COLOURS, 1)},
    **{f"line-{index}": {"stroke": colour} for index, colour in enumerate(SERIES_COLOURS, 1)},
}
_ELEMENT = re.compile(
    r'<(svg|g|rect|line|path|circle|polygon|text|tspan) class="([a-z0-9 -]+)"([^<>]*?)(/?)>'
)


def for_pdf(markup: str, *, narrow: bool = False) -> str:
    """The charts in this markup with attributes instead of classes; all other markup stays.

    `narrow` takes the texts that fit 8 cm, for charts side by side. It reads only what `core.charts`
    writes, where a class comes first and no attribute contains an angle bracket.
    """
    hidden = "chart-wide" if narrow else "chart-narrow"

    def with_attributes(found: re.Match[str]) -> str:
        tag, classes, rest, close = found.groups()
        wanted: dict[str, str] = {}
        for name in classes.split():
            wanted |= {"display": "none"} if name == hidden else ATTRIBUTES.get(name, {})
        written = "".join(
            f' {name}="{value}"' for name, value in wanted.items() if f" {name}=" not in rest
        )
        return f"<{tag}{written}{rest}{close}>"

    return _ELEMENT.sub(with_attributes, markup)


def pdf_styles() -> str:
    """The style sheet for the legends and tables of the charts in a PDF."""
    heat = "\n".join(
        f".heat-{level} {{ background: {colour}; color: {PAPER if level >= DARK_FROM else INK}; }}"
        for level, colour in enumerate(HEAT, 1)
    )
    return f"""{_RULES}
.heat-0 {{ color: {INK_SOFT}; }}
{heat}
"""


_RULES = f"""svg {{ max-width: 100%; }}
.visually-hidden {{ display: none; }}
.chart-legend {{ margin: 0 0 8pt; padding: 0; list-style: none; font-size: 8.5pt; }}
.chart-legend li {{ display: inline-block; margin: 0 12pt 3pt 0; }}
.chart-legend svg {{ vertical-align: middle; margin-right: 4pt; }}
.chart-radar {{ break-inside: avoid; }}
.chart-radar > svg {{ width: 10cm; }}
.chart-multiples {{ margin: 0; padding: 0; list-style: none; }}
.chart-multiples > li {{ display: inline-block; width: 46%; margin: 0 3% 10pt 0;
  vertical-align: top; break-inside: avoid; }}
.heat-table {{ width: auto; border-collapse: collapse; font-size: 8.5pt; }}
.heat-table caption {{ caption-side: top; padding-bottom: 4pt; text-align: left; color: {INK_SOFT}; }}
.heat-table th, .heat-table td {{ padding: 2.5pt 5pt; border: 0.5pt solid {GRID}; }}
.heat-table :is(th, td):not(:first-child) {{ text-align: right; white-space: nowrap; }}
.heat-table th:first-child {{ text-align: left; }}
.heat-table tr {{ break-inside: avoid; }}"""
