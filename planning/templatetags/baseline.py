"""`{% with plan|baseline as cost %}`: what a plan's service costs in-house, for its page and its paper."""

from dataclasses import dataclass
from decimal import Decimal

from django import template

from planning import baseline as pure
from planning.models import OutsourcingPlan

register = template.Library()


@dataclass(frozen=True)
class Line:
    """One part: what it is, its formula, what a year of it costs (None: paid once)."""

    label: str
    kind: str
    formula: str
    period: str
    price: Decimal
    yearly: Decimal | None


@dataclass(frozen=True)
class Shown:
    lines: list[Line]
    sums: pure.Baseline


@register.filter
def baseline(plan: OutsourcingPlan) -> Shown:
    """Reads the plan's `baseline`, prefetched or not."""
    rows = sorted(plan.baseline.all(), key=lambda row: (row.position, row.pk))
    lines = [
        Line(
            label=row.label,
            kind=row.get_kind_display(),
            formula=pure.formula_of(row),
            period=row.get_period_display(),
            price=pure.price_of(row),
            yearly=pure.yearly_of(row),
        )
        for row in rows
    ]
    sums = pure.reckon(
        rows,
        term_months=plan.term_months,
        rise_percent=plan.baseline_rise_percent,
        discount_percent=plan.discount_percent,
    )
    return Shown(lines, sums)
