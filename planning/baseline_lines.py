"""The lines of a plan's in-house cost as they are kept, and how one reads in the trail."""

from collections.abc import Mapping
from typing import Any

from planning import baseline
from planning.models import BaselineLine, OutsourcingPlan

FIELDS = ("kind", "label", "amount", "quantity", "share_percent", "period")


def stored_lines(plan: OutsourcingPlan) -> list[dict[str, Any]]:
    """The lines as they are kept, in their order."""
    rows = plan.baseline.order_by("position", "pk")
    return [{name: getattr(row, name) for name in FIELDS} for row in rows]


def in_words(line: Mapping[str, Any], currency: str) -> str:
    """“People's share: help desk, EUR 52,000 × 35 % a year”."""
    row = BaselineLine(**line)
    formula = baseline.formula_of(row)
    return f"{row.get_kind_display()}: {row.label}, {currency} {formula} {row.get_period_display()}"
