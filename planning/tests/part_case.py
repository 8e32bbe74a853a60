"""A draft plan, and what its editors post."""

from typing import Any

from accounts.models import Membership
from core.tenancy import ALL, organization_scope
from planning.models import OutsourcingPlan, Service


@organization_scope(ALL)
def draft(by: Membership, **values: Any) -> OutsourcingPlan:
    """Help desk from outside, run by `by`."""
    own = {"organization": by.organization}
    service = Service.objects.create(**own, name="Help desk", name_key="help desk", users=20)
    plan: OutsourcingPlan = OutsourcingPlan.objects.create(
        **own,
        **{"title": "Help desk from outside", "currency": "EUR", "manager": by, **values},
        service=service,
        created_by=by,
    )
    return plan


@organization_scope(ALL)
def fresh(plan: OutsourcingPlan) -> OutsourcingPlan:
    """As it is stored, with what its lists need."""
    return OutsourcingPlan.objects.select_related("organization", "service").get(pk=plan.pk)


def address(plan: OutsourcingPlan, part: str = "") -> str:
    """Of the plan's page, or of one of its parts."""
    return f"/o/{plan.organization.slug}/plans/{plan.pk}/{part}"


def posted(plan: OutsourcingPlan, *rows: dict[str, Any], do: str = "save") -> dict[str, Any]:
    """What the editor of a list sends."""
    body: dict[str, Any] = {"do": do, "version": fresh(plan).version}
    for at, row in enumerate(rows):
        body |= {f"row{at}-{name}": value for name, value in row.items()}
    return body
