"""Charts as SVG text: pure functions, no Django, no script, no inline style."""

from core.charts.bars import BarRow, bar, legend, stacked_bars
from core.charts.drawing import Number, letter

__all__ = ["BarRow", "Number", "bar", "legend", "letter", "stacked_bars"]
