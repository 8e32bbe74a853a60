"""The cells of the candidates × criteria tables, made in Python: there may be a thousand on a page."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from core.templatetags.ui import points
from evaluations.calculation import Cell, VendorResult

register = template.Library()

MEASURED = '<br><span class="muted">measured</span>'
AGREED = '<br><span class="muted">agreed</span>'


@register.simple_tag
def contribution_cells(vendor: VendorResult, inputs: str) -> SafeString:
    """What each criterion adds to the total; each number leads to its `inputs` (an address)."""
    return SafeString(
        "".join(
            f'<td class="num">{_link(cell, inputs, cell.contribution)}'
            f"{MEASURED if cell.measured else AGREED if cell.moderated else ''}</td>"
            for cell in vendor.cells
        )
    )


@register.simple_tag
def point_cells(vendor: VendorResult, inputs: str) -> SafeString:
    """The points on each criterion before weighing, in the same way."""
    return SafeString(
        "".join(f'<td class="num">{_link(cell, inputs, cell.points)}</td>' for cell in vendor.cells)
    )


def _link(cell: Cell, inputs: str, number: float | None) -> str:
    words = "N/A" if cell.not_applicable else "missing" if cell.missing else points(number)
    return f'<a href="{escape(inputs)}#criterion-{cell.criterion.pk}">{words}</a>'
