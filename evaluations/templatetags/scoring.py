"""`{% mark_input cell %}`: one field of the score grid. In Python because a page may hold 10 000 of them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evaluations.scorecards import Cell

register = template.Library()

EMPTY = '<input class="mark" id="c{0}" name="cell-{0}-mark" value="" aria-labelledby="k{1} v{2}">'


@register.simple_tag
def mark_input(cell: Cell) -> SafeString:
    """The typed mark with what the page's script needs, and the small print under it."""
    if not cell.version and not cell.error:
        return format_html(EMPTY, cell.key, cell.criterion_id, cell.candidate_id)
    return format_html(
        '<input class="mark" id="c{0}" name="cell-{0}-mark" value="{1}" aria-labelledby="k{2} v{3}"'
        ' data-version="{4}" data-evidence="{5}" data-comment="{6}"{7}>'
        '<small class="cell-note">{8}</small>',
        cell.key,
        cell.mark,
        cell.criterion_id,
        cell.candidate_id,
        cell.version,
        cell.evidence,
        cell.comment,
        _trouble(cell),
        cell.note,
    )


def _trouble(cell: Cell) -> SafeString | str:
    if not cell.error:
        return ""
    return format_html(' aria-invalid="true" aria-describedby="e{}"', cell.key)
