"""`{% month_rows month address kept %}`: the weeks of the calendar, made in Python, since up to 168 days are
most of its page."""

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.icons import icon
from dashboard.calendar import Entry, Month, MonthDay

register = template.Library()

NO = SafeString("")
CELL = """<td role="cell" class="{}"{}>
<time class="cal-day" datetime="{}"><span class="cal-word">{} </span>{}<span class="cal-word"> {}</span>{}</time>
{}</td>
"""
NOW = SafeString(' <span class="cal-now">Today</span>')
ENTRY = """<li class="cal-entry cal-{}">
{}
<a href="{}{}/" title="{}">{}</a>
{}</li>
"""
MARK = '<span class="cal-mark">{} {}</span>\n'
MARKS = {
    "ok": format_html(MARK, icon("check2"), "settled"),
    "bad": format_html(MARK, icon("exclamation-triangle-fill"), "overdue"),
    "neutral": format_html(MARK, icon("pause-circle"), "put off"),
}
MORE = (
    '<li><a class="link cal-more" href="{}list/?on={}&amp;state=all{}">and {} more'
    '<span class="visually-hidden"> on {}</span></a></li>\n'
)


@register.simple_tag
def month_rows(month: Month, address: str, kept: str) -> SafeString:
    """The weeks as rows of a table. `address` is the calendar's own, under which each day has its page;
    `kept` is what the addresses of lists add to keep the filter."""
    weeks = ("".join(_cell(day, address, kept) for day in week) for week in month.weeks)
    return SafeString("".join(f'<tr role="row">\n{cells}</tr>\n' for cells in weeks))


def _cell(day: MonthDay, address: str, kept: str) -> SafeString:
    marks = [
        (not day.inside, "cal-outside"),
        (day.is_today, "cal-today"),
        (not day.entries, "cal-empty"),
    ]
    return format_html(
        CELL,
        " ".join(word for is_so, word in marks if is_so),
        SafeString(' aria-current="date"') if day.is_today else NO,
        day.on.isoformat(),
        f"{day.on:%a}",
        day.on.day,
        f"{day.on:%B}",
        NOW if day.is_today else NO,
        _entries(day, address, kept) if day.entries else NO,
    )


def _entries(day: MonthDay, address: str, kept: str) -> SafeString:
    lines = [_entry(entry, address) for entry in day.entries]
    if day.more:
        lines.append(format_html(MORE, address, day.on, kept, day.more, _day(day.on)))
    return SafeString(f'<ul class="plain-list">\n{"".join(lines)}</ul>\n')


def _entry(entry: Entry, address: str) -> SafeString:
    row, kind = entry.row, entry.kind
    about = f"{kind.label}. {row.sentence}" if row.sentence else kind.label
    badge = entry.state[0]
    mark = MARKS.get(badge, NO)
    return format_html(ENTRY, badge, icon(kind.icon), address, row.pk, about, row.title, mark)


def _day(on: dt.date) -> str:
    return f"{on.day} {on:%B}"
