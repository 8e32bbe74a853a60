"""`{% trail rows about_one=thing %}`: lines of the audit trail, made in Python, since they are most of the page."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from activity.models import LogEntry
from activity.words import NOTHING
from core.templatetags.ui import local_moment, status

register = template.Library()

LONGEST, SHORTENED = 160, 120
NO = SafeString("")
LINE = """<li>
<div class="trail-when">{}</div>
<div class="trail-what"><strong>{}</strong> · {} · {} {} {}</div>
{}</li>
"""


@register.simple_tag(takes_context=True)
def trail(
    context: template.Context, rows: Iterable[dict[str, Any]], about_one: object = None
) -> SafeString:
    """`rows` are lines with the addresses of what they are about; `about_one` when all are about one thing,
    and none leads to its history."""
    lines = [
        _line(row["line"], row["url"], local_moment(context, row["line"].created_at), about_one)
        for row in rows
    ]
    return format_html('<ol class="trail">\n{}</ol>', SafeString("".join(lines)))


def _line(line: LogEntry, url: str, when: str, about_one: object) -> SafeString:
    thing = '<a href="{}">{}</a>' if url else "<span>{1}</span>"
    sealed = status("info", "Only you see this until scoring closes") if line.sealed else NO
    return format_html(
        LINE,
        when,
        line.actor_name,
        line.verb_text,
        format_html(thing, url, line.target_name),
        NO if about_one else _history(line),
        sealed,
        _changes(line),
    )


def _history(line: LogEntry) -> SafeString:
    return format_html(
        '<a class="muted" href="?target_type={}&amp;target_id={}">history'
        '<span class="visually-hidden"> of {}</span></a>',
        line.target_type,
        line.target_id,
        line.target_name,
    )


def _changes(line: LogEntry) -> SafeString:
    changes = line.changes
    if not changes:
        return NO
    words = (
        (name, NO if before in (NOTHING, after) else _before(before), _value(after))
        for name, before, after in changes
    )
    pattern = "<div><dt>{}:</dt> <dd>{}<ins>{}</ins></dd></div>\n"
    return format_html('<dl class="trail-changes">{}</dl>', format_html_join("", pattern, words))


def _before(value: str) -> SafeString:
    return format_html('<del>{}</del> <span aria-hidden="true">→</span> ', _value(value))


def _value(value: str) -> SafeString | str:
    """A long one is cut, and opens."""
    if len(value) <= LONGEST:
        return value
    start = Truncator(value).chars(SHORTENED)
    return format_html("<details><summary>{}</summary>{}</details>", start, value)
