"""`{% table_rows table %}`: the body of a django-tables2 table, made in Python.

Most of a list's time goes into its 25 rows: in a template each cell would ask its column for its
attributes, and the library would read the signature of `render_…` anew. Here both happen once.
"""

import inspect
from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

Cell = Callable[[Any], Any]


@register.simple_tag(takes_context=True)
def table_rows(context: template.Context, table: Any) -> SafeString:
    """The rows of the page shown; the first cell of each is its heading."""
    columns = list(table.columns)
    cells = [_cell(table, column) for column in columns]
    opened = [
        format_html("<{} {}>", SafeString("td" if at else 'th scope="row"'), _attributes(column))
        for at, column in enumerate(columns)
    ]
    closed = ["</td>" if at else "</th>" for at in range(len(columns))]
    parts: list[str] = []
    for row in table.paginated_rows:
        parts.append(f"<tr {row.attrs.as_html()}>")
        for start, cell, end in zip(opened, cells, closed, strict=True):
            parts += [start, render_value_in_context(cell(row), context), end]
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
        return lambda row: row.get_cell(name)
    empty, default = column.column.empty_values, column.default

    def cell(row: Any) -> Any:
        if empty and getattr(row.record, accessor, None) in empty:
            return default
        return render(record=row.record)

    return cell
