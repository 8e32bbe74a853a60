"""Tables and pages of lists, made in Python: `{% table_rows table %}`, `{% table_head table %}`, `{% page_links page %}`.

Most of a list's time goes into its rows and links: in a template each cell would ask its column for its
attributes, the library would read the signature of `render_…` anew, and each link would take the address
apart again. Here all of that happens once.
"""

import inspect
from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django_tables2.rows import BoundRow

from core.templatetags.icons import icon

register = template.Library()

Cell = Callable[[Any], Any]
MOST_LINKS = 10
GAP = SafeString('<li class="page-item disabled"><span class="page-link">…</span></li>')
LINK = (
    '<li class="page-item{}"><a class="page-link"{} href="{}{}">'
    '<span class="visually-hidden">Page </span>{}</a></li>'
)
ACTIVE = (" active", SafeString(' aria-current="page"'))
ARROWS = {
    "ascending": ("arrow-up", " (sorted, smallest or first first)"),
    "descending": ("arrow-down", " (sorted, largest or last first)"),
}


# Rows ---------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def table_rows(context: template.Context, table: Any) -> SafeString:
    """The rows of the page shown; the first cell of each is its heading. Rows have no attributes."""
    columns = list(table.columns)
    cells = [_cell(table, column) for column in columns]
    opened = [
        format_html("<{} {}>", SafeString("td" if at else 'th scope="row"'), _attributes(column))
        for at, column in enumerate(columns)
    ]
    closed = ["</td>" if at else "</th>" for at in range(len(columns))]
    parts: list[str] = []
    for record in table.paginated_rows.data:
        parts.append("<tr>")
        for start, cell, end in zip(opened, cells, closed, strict=True):
            value = cell(record)
            shown = value if type(value) is SafeString else render_value_in_context(value, context)
            parts += [start, shown, end]
        parts.append("</tr>\n")
    return SafeString("".join(parts))


def _attributes(column: Any) -> Any:
    return column.attrs["td"].as_html()


def _cell(table: Any, column: Any) -> Cell:
    """How the column fills a row's cell. A `render_…(self, record)` of the table's own is called straight
    away; whatever else a column can be is left to the library."""
    render: Any = getattr(table, f"render_{column.name}", None)
    name, accessor = column.name, str(column.accessor)
    plain = render is not None and list(inspect.signature(render).parameters) == ["record"]
    if not plain or column.link or "__" in accessor or "." in accessor:
        return lambda record: BoundRow(record, table).get_cell(name)
    empty, default = column.column.empty_values, column.default
    if not empty:
        return lambda record: render(record=record)

    def cell(record: Any) -> Any:
        if getattr(record, accessor, None) in empty:
            return default
        return render(record=record)

    return cell


# Headings and pages -------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def table_head(context: template.Context, table: Any) -> SafeString:
    """The headings; those of sortable columns are links."""
    field = table.prefixed_order_by_field
    start = _address(context, without=(field, table.prefixed_page_field))
    return format_html_join(
        "\n", "{}", ((_heading(column, start, field),) for column in table.columns)
    )


def _heading(column: Any, start: str, field: str) -> SafeString:
    attributes = column.attrs["th"].as_html()
    if not column.orderable:
        return format_html('<th scope="col" {}>{}</th>', attributes, column.header)
    alias, sort, mark = column.order_by_alias, SafeString(""), SafeString("")
    if column.is_ordered:
        order = "descending" if alias.is_descending else "ascending"
        name, words = ARROWS[order]
        sort = format_html(' aria-sort="{}"', order)
        mark = format_html(' {}<span class="visually-hidden">{}</span>', icon(name), words)
    address = f"{start}{urlencode({field: alias.next})}"
    return format_html(
        '<th scope="col" {}{}><a href="{}">{}{}</a></th>',
        attributes,
        sort,
        address,
        column.header,
        mark,
    )


@register.simple_tag(takes_context=True)
def page_links(context: template.Context, page: Any, field: str = "page") -> SafeString:
    """Links to the other pages of a list: at most ten numbers, the first and the last among them."""
    start = _address(context, without=(field,)) + f"{field}="
    links = [_page_link(start, number, page.number) for number in _numbers(page)]
    if page.has_previous():
        links.insert(0, _step(start, page.number - 1, "prev", "Previous"))
    if page.has_next():
        links.append(_step(start, page.number + 1, "next", "Next"))
    return SafeString("".join(links))


def _address(context: template.Context, without: tuple[str, ...]) -> str:
    """The query of the page shown but for some of its parts, ready for one more."""
    kept = [
        (name, values) for name, values in context["request"].GET.lists() if name not in without
    ]
    return f"?{urlencode(kept, doseq=True)}&" if kept else "?"


def _numbers(page: Any) -> list[int]:
    """Page numbers around the one shown; 0 is a gap."""
    last = page.paginator.num_pages
    if last <= MOST_LINKS:
        return list(range(1, last + 1))
    first = min(max(page.number - MOST_LINKS // 2, 1), last - MOST_LINKS + 1)
    numbers = list(range(first, first + MOST_LINKS))
    if first > 1:
        numbers[:2] = [1, 0]
    if numbers[-1] < last:
        numbers[-2:] = [0, last]
    return numbers


def _page_link(start: str, number: int, shown: int) -> SafeString:
    if not number:
        return GAP
    active, current = ACTIVE if number == shown else ("", "")
    return format_html(LINK, active, current, start, number, number)


def _step(start: str, number: int, rel: str, word: str) -> SafeString:
    return format_html(
        '<li class="page-item"><a class="page-link" rel="{}" href="{}{}">{}</a></li>',
        rel,
        start,
        number,
        word,
    )
