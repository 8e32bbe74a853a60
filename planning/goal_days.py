"""The days of goals, as they are watched from the plan's approval on until a review has seen them through."""

from collections.abc import Iterable

from django.urls import reverse

from activity.watching import Day
from core.templatetags.ui import format_date
from planning.models import Goal, OutsourcingPlan
from planning.plan_words import amount_text

DUE = "goal.due"


def goal_day(goal: Goal, plan: OutsourcingPlan, *, is_done: bool = False) -> Day:
    """The day of one goal, for the plan's manager. None while the plan is not approved, and once it is done.

    `plan` comes with its organization and manager.
    """
    wanted = amount_text(goal.target, goal.unit)
    path = reverse("planning:plan_detail", args=[plan.organization.slug, plan.pk])
    return Day(
        target=goal,
        kind=DUE,
        due_on=goal.due_on if plan.is_approved and not is_done else None,
        title=f"Goal: {goal.text}",
        sentence=f"{goal.measure}: {goal.get_comparator_display()} {wanted} by"
        f" {format_date(goal.due_on, plan.organization)}. Measured in: {goal.source}.",
        path=f"{path}#goals",
        responsible=plan.manager,
    )


def goal_days(plan: OutsourcingPlan, done: Iterable[int] = ()) -> list[Day]:
    """The days of all goals of the plan; `done` are ids of goals that reviews have seen through."""
    seen = set(done)
    rows = plan.goals.order_by("position", "pk")
    return [goal_day(goal, plan, is_done=goal.pk in seen) for goal in rows]
