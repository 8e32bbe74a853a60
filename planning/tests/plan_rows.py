"""Services and plans for tests, made by the actions of people."""

import datetime as dt
from decimal import Decimal
from typing import Any

from planning.actions.plans import create_plan, edit_plan
from planning.actions.services import create_service
from planning.models import BaselineLine, Goal, OutsourcingPlan, Requirement, Service

SERVICE: dict[str, Any] = {
    "name": "Help desk",
    "description": "Somebody to call.",
    "users": 12,
    "devices": 15,
    "volume": Decimal(120),
    "volume_unit": "tickets",
    "criticality": "normal",
    "sensitivity": "internal",
    "bearable_outage_hours": Decimal(24),
    "sourcing": "in_house",
}


def make_service(by: Any, **values: Any) -> Service:
    return create_service(values={**SERVICE, **values}, by=by)


def make_plan(by: Any, service: Service | None = None, **values: Any) -> OutsourcingPlan:
    """A draft with everything that it needs to be approved."""
    service = service or make_service(by)
    plan = create_plan(values={"service": service, "title": "Help desk from outside"}, by=by)
    said = {
        "title": "Help desk from outside",
        "manager": by,
        "why": "Nobody answers in August.",
        "scope_in": "Calls and mails of all employees.",
        "term_months": 36,
        "budget": Decimal(60000),
        "hoped_cost": Decimal(40000),
        **values,
    }
    plan = edit_plan(plan=plan, values=said, version=plan.version, by=by)
    own = {"organization": plan.organization, "plan": plan}
    Goal.objects.create(
        **own,
        text="Quicker answers",
        measure="First response",
        comparator="at_most",
        target=Decimal(30),
        unit="minutes",
        today=Decimal(240),
        due_on=dt.date(2027, 6, 30),
        source="Ticket system",
    )
    return plan


def add_parts(plan: OutsourcingPlan) -> None:
    """Two musts, one of them with a certificate, a wish, and what it costs today."""
    own = {"organization": plan.organization, "plan": plan}
    Requirement.objects.create(
        **own,
        position=1,
        part="qualification",
        text="Certified for security",
        is_must=True,
        credential="certificate",
        credential_name="ISO/IEC 27001",
        proof="Certificate on file",
    )
    Requirement.objects.create(
        **own, position=2, part="quality", text="Answers in German", is_must=True
    )
    Requirement.objects.create(**own, position=3, part="quality", text="Friendly")
    BaselineLine.objects.create(
        **own,
        position=1,
        kind="people",
        label="Tom, a third of his time",
        amount=Decimal(54000),
        share_percent=Decimal("33.333"),
        period="year",
    )
