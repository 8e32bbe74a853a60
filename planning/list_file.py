"""Services and plans as tables to take away."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localdate

from core.spreadsheets import Value
from planning.models import OutsourcingPlan, Service

SERVICE_HEADINGS = (
    "Service",
    "Description",
    "Users",
    "Devices",
    "Volume a month",
    "Counted in",
    "How badly needed",
    "Its data",
    "Longest bearable outage (hours)",
    "Today",
    "Plan",
    "State of the plan",
)
PLAN_HEADINGS = (
    "Plan",
    "Number",
    "Service",
    "State",
    "Manager",
    "Wished start",
    "Term (months)",
    "Budget",
    "Hoped cost",
    "Currency",
    "Approved on",
)


def service_rows(lines: Iterable[tuple[Service, OutsourcingPlan | None]]) -> Iterator[list[Value]]:
    """Headings, then one row for each; what was not said is empty."""
    yield list(SERVICE_HEADINGS)
    for row, plan in lines:
        yield [
            row.name,
            row.description,
            row.users,
            row.devices,
            row.volume,
            row.volume_unit,
            row.get_criticality_display(),
            row.get_sensitivity_display(),
            row.bearable_outage_hours,
            row.get_sourcing_display(),
            plan.title if plan else "",
            plan.get_state_display() if plan else "",
        ]


def plan_rows(plans: Any) -> Iterator[list[Value]]:
    """Headings, then one row for each; `plans` come with their service and manager."""
    yield list(PLAN_HEADINGS)
    for row in plans:
        yield [
            row.title,
            row.number,
            row.service.name,
            row.get_state_display(),
            row.manager.name if row.manager else "",
            row.starts_on,
            row.term_months,
            row.budget,
            row.hoped_cost,
            row.currency,
            localdate(row.approved_at) if row.approved_at else None,
        ]
