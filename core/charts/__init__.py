"""Charts as SVG text: pure functions, no Django, no script, no inline style.

Widths are percentages of the drawing, so a chart fills its place from phone to paper while its text
keeps its size. Colours are classes (`series-1` … `series-10`, see static/app.css) and every part
also bears a letter, a shape or a pattern: nothing is told by colour alone. A chart is one picture
to assistive technology (`role="img"` with title and description); the table with the numbers
stands beside it on the page. The rank shares are a table themselves.

All text is escaped here, which is why `core.templatetags.charts` may mark the result as safe.
A PDF needs `for_pdf` and `pdf_styles`.
"""

from core.charts.bars import BarRow, bar, legend, stacked_bars
from core.charts.curves import Curve, curves, curves_legend
from core.charts.drawing import Number, letter
from core.charts.pdf import for_pdf, pdf_styles
from core.charts.radar import Profile, radar, radar_legend
from core.charts.shares import RankRow, rank_shares
from core.charts.strips import Dot, mark_dots, mark_dots_legend, stability_strip
from core.charts.timeline import TimelineRow, timeline, timeline_legend
from core.charts.tornado import TornadoRow, tornado, tornado_legend
from core.charts.trend import TrendPoint, trend

__all__ = [
    "BarRow",
    "Curve",
    "Dot",
    "Number",
    "Profile",
    "RankRow",
    "TimelineRow",
    "TornadoRow",
    "TrendPoint",
    "bar",
    "curves",
    "curves_legend",
    "for_pdf",
    "legend",
    "letter",
    "mark_dots",
    "mark_dots_legend",
    "pdf_styles",
    "radar",
    "radar_legend",
    "rank_shares",
    "stability_strip",
    "stacked_bars",
    "timeline",
    "timeline_legend",
    "tornado",
    "tornado_legend",
    "trend",
]
