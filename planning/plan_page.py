"""Reading one plan with every part of it, for its page, its paper and its approval."""

from typing import Any

from django.db.models import Prefetch

from planning.completeness import Completeness, check_plan
from planning.models import OutsourcingPlan, Risk, Stakeholder

LISTS = (
    "goals",
    "requirements",
    "training",
    "surveys",
    "communication",
    "risks",
    "baseline",
    "stakeholders",
)


def with_parts(rows: Any) -> Any:
    """A queryset of plans with the people they name and all their lists."""
    return rows.select_related(
        "service", "manager__user", "approved_by__user", "created_by__user", "record", "revises"
    ).prefetch_related(
        "goals",
        "requirements",
        "training",
        "surveys",
        "communication",
        Prefetch("risks", Risk.objects.select_related("owner__user")),
        "baseline",
        Prefetch("stakeholders", Stakeholder.objects.select_related("mail", "noted_by__user")),
    )


def completeness_of(plan: OutsourcingPlan) -> Completeness:
    """What is missing; costs no query if the plan was read `with_parts`."""
    return check_plan(plan, {name: list(getattr(plan, name).all()) for name in LISTS})
