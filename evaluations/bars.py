"""The bars of contributions, alike on the ranking's page and in the report."""

from collections.abc import Sequence

from core.charts import BarRow
from core.templatetags.ui import points
from evaluations.calculation import VendorResult

MOST_SEGMENTS = 26  # of a bar with more parts nothing can be read any more


def contribution_bars(vendors: Sequence[VendorResult]) -> list[BarRow]:
    """One bar for each vendor, with its place before the name; none if there are too many criteria."""
    if any(len(vendor.cells) > MOST_SEGMENTS for vendor in vendors):
        return []
    return [_bar(vendor) for vendor in vendors]


def _bar(vendor: VendorResult) -> BarRow:
    place = f"{vendor.rank}. " if vendor.rank else ""
    name = f"{place}{vendor.candidate.name}"
    return BarRow(
        name if vendor.eligible else f"{name} (not eligible)",
        [0 if cell.not_applicable else cell.contribution for cell in vendor.cells],
        points(vendor.total) if vendor.complete else "incomplete",
    )
