"""What the frozen record of an approved plan holds: everything that the plan says, as it was approved."""

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.models import Membership
from activity.records import moment
from planning.models import OutsourcingPlan, Service
from planning.plan_lists import LISTS

KIND = "plan"
SERVICE_FIELDS = (
    "name",
    "description",
    "users",
    "devices",
    "volume",
    "volume_unit",
    "criticality",
    "sensitivity",
    "bearable_outage_hours",
    "sourcing",
)
PLAN_FIELDS = (
    "number",
    "title",
    "manager",
    "why",
    "scope_in",
    "scope_out",
    "constraints",
    "understanding",
    "starts_on",
    "term_months",
    "budget",
    "hoped_cost",
    "currency",
    "discount_percent",
    "growth",
    "growth_note",
    "baseline_note",
    "baseline_rise_percent",
    "approved_by",
)
BASELINE_FIELDS = ("kind", "label", "amount", "quantity", "share_percent", "period")
STAKEHOLDER_FIELDS = (
    "name",
    "group",
    "affected",
    "stance",
    "hopes",
    "worries",
    "needs",
    "response",
)


def record_data(plan: OutsourcingPlan) -> dict[str, Any]:
    """The content, from the rows: what is frozen, and what the database is compared with later."""
    organization = plan.organization
    return {
        "organization": {"id": organization.pk, "name": organization.name},
        "service": {"id": plan.service_id, **_fields(plan.service, SERVICE_FIELDS)},
        "plan": {
            "id": plan.pk,
            **_fields(plan, PLAN_FIELDS),
            "approved_at": moment(plan.approved_at),
        },
        "lists": {
            part.key: [
                {name: plain(value) for name, value in line.items()} for line in part.stored(plan)
            ]
            for part in LISTS
        },
        "baseline": [
            _fields(row, BASELINE_FIELDS) for row in plan.baseline.order_by("position", "pk")
        ],
        "stakeholders": [_view(row) for row in plan.stakeholders.order_by("pk")],
    }


def _view(row: Any) -> dict[str, Any]:
    """A draft that was not handed in is nobody's business yet, and not frozen."""
    said = bool(row.answered_at or row.noted_by_id)
    hidden = () if said else ("stance", "hopes", "worries", "needs")
    return {
        name: "" if name in hidden else plain(getattr(row, name)) for name in STAKEHOLDER_FIELDS
    }


def _fields(row: OutsourcingPlan | Service | Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """As JSON keeps it; a decimal reads the same before and after the database had it."""
    if isinstance(value, Membership):
        return {"id": value.pk, "name": value.name}
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
