"""Puts the drawings of `core.charts` into a page; they escape every text themselves."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from core import charts

register = template.Library()


@register.simple_tag
def stacked_bars(
    rows: Sequence[charts.BarRow],
    segments: Sequence[str],
    title: str,
    description: str = "",
    full: charts.Number = 100,
) -> SafeString:
    """Weighted contributions, one bar per vendor, with the legend above."""
    drawing = charts.stacked_bars(rows, segments, title=title, description=description, full=full)
    return SafeString(charts.legend(segments) + drawing)


@register.simple_tag
def bar(
    value: charts.Number | None,
    title: str,
    low: charts.Number | None = None,
    high: charts.Number | None = None,
    full: charts.Number = 100,
) -> SafeString:
    """One value on a track of 0 … full, with whiskers where it is not certain."""
    return SafeString(charts.bar(value, low, high, title=title, full=full))
