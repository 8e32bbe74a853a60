"""Puts the drawings of `core.charts` into a page; they escape every text themselves."""

import datetime as dt
from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from core import charts
from core.charts import Number

register = template.Library()


@register.simple_tag
def stacked_bars(
    rows: Sequence[charts.BarRow],
    segments: Sequence[str],
    title: str,
    description: str = "",
    full: Number = 100,
) -> SafeString:
    """Weighted contributions, one bar per vendor, with the legend above."""
    drawing = charts.stacked_bars(rows, segments, title=title, description=description, full=full)
    return SafeString(charts.legend(segments) + drawing)


@register.simple_tag
def bar(
    value: Number | None,
    title: str,
    low: Number | None = None,
    high: Number | None = None,
    full: Number = 100,
) -> SafeString:
    """One value on a track of 0 … full, with whiskers where it is not certain."""
    return SafeString(charts.bar(value, low, high, title=title, full=full))


@register.simple_tag
def radar(
    profiles: Sequence[charts.Profile], axes: Sequence[str], title: str, description: str = ""
) -> SafeString:
    """Up to six candidates' points over 3 … 15 criteria, with the legend beside."""
    drawing = charts.radar(profiles, axes, title=title, description=description)
    keys = charts.radar_legend(profiles, axes)
    return SafeString(
        f'<div class="chart-radar">{drawing}<div class="chart-radar-keys">{keys}</div></div>'
    )


@register.simple_tag
def tornado(
    rows: Sequence[charts.TornadoRow],
    lead: Number,
    title: str,
    runner_up: str = "another",
    less: str = "less weight",
    more: str = "more weight",
    description: str = "",
) -> SafeString:
    """The lead with less and with more weight on each criterion, the widest first."""
    drawing = charts.tornado(
        rows, lead=lead, title=title, runner_up=runner_up, description=description
    )
    return SafeString(charts.tornado_legend(less, more) + drawing)


@register.simple_tag
def curves(
    rows: Sequence[charts.Curve],
    periods: Sequence[str],
    title: str,
    description: str = "",
    top_words: str = "",
) -> SafeString:
    """Several values that grow over the same periods, with the legend above."""
    drawn = charts.curves(rows, periods, title=title, description=description, top_words=top_words)
    return SafeString(charts.curves_legend(rows) + drawn)


@register.simple_tag
def trend(
    points: Sequence[charts.TrendPoint],
    title: str,
    low: Number | None = None,
    high: Number | None = None,
    target: Number | None = None,
    target_words: str = "",
) -> SafeString:
    """One value over periods, with what was promised as a dashed line."""
    drawn = charts.trend(
        points, title=title, low=low, high=high, target=target, target_words=target_words
    )
    return SafeString(drawn)


@register.simple_tag
def timeline(
    rows: Sequence[charts.TimelineRow], today: dt.date, title: str, description: str = ""
) -> SafeString:
    """Tasks from start to due day, with today as a line and the legend above."""
    drawing = charts.timeline(rows, today=today, title=title, description=description)
    return SafeString(charts.timeline_legend() + drawing)


@register.simple_tag
def rank_shares(
    rows: Sequence[charts.RankRow], caption: str, corner: str = "Candidate"
) -> SafeString:
    """How often each candidate takes each rank: a table, darker where more often."""
    return SafeString(charts.rank_shares(rows, caption=caption, corner=corner))


@register.simple_tag
def mark_dots(
    dots: Sequence[charts.Dot],
    title: str,
    low: Number = 0,
    high: Number = 5,
    mean: Number | None = None,
    moderated: Number | None = None,
    description: str = "",
) -> SafeString:
    """The marks of one cell on their scale, with the mean as a line, moderated as a diamond."""
    return SafeString(
        charts.mark_dots(
            dots,
            title=title,
            low=low,
            high=high,
            mean=mean,
            moderated=moderated,
            description=description,
        )
    )


@register.simple_tag
def mark_dots_legend(dots: Sequence[charts.Dot]) -> SafeString:
    """Who stands behind which letter; nothing where the names are hidden."""
    return SafeString(charts.mark_dots_legend(dots))


@register.simple_tag
def stability_strip(
    label: str,
    now: Number,
    low: Number,
    high: Number,
    leader: str,
    below: str = "",
    above: str = "",
    title: str = "",
) -> SafeString:
    """One weight now, and the span in which the leader stays first."""
    return SafeString(
        charts.stability_strip(
            label,
            now=now,
            low=low,
            high=high,
            leader=leader,
            below=below,
            above=above,
            title=title,
        )
    )


@register.filter
def for_pdf(chart: SafeString, width: str = "wide") -> SafeString:
    """`{% radar … as drawing %}{{ drawing|for_pdf }}` in a template that becomes a PDF.

    `for_pdf:"narrow"` for charts that stand side by side. It takes only what a tag has drawn.
    """
    if not isinstance(chart, SafeString) or width not in ("wide", "narrow"):
        raise ValueError('for_pdf takes what a chart tag has drawn, and "wide" or "narrow"')
    return SafeString(charts.for_pdf(chart, narrow=width == "narrow"))
