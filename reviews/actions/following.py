"""How far a goal of the outsourcing plan was reached: said in an open review, goal by goal (product.md P2)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from activity.actions.watching import watch
from core.errors import Refused
from core.versions import Stale
from planning.goal_days import goal_day
from planning.models import Goal, OutsourcingPlan
from reviews.goals import of_review, seen_through
from reviews.locking import lock_open_review
from reviews.models import GoalCheck, Review

FIELDS = ("value", "note")


@transaction.atomic
def save_goal_check(
    *, review: Review, goal: Goal, values: Mapping[str, Any], version: int, by: Membership
) -> GoalCheck:
    """Keep `value` (None: not said) and `note`; `version` is that of what was shown, 0 for nothing. Sent
    twice, nothing more changes. Raises core.versions.Stale, Refused for a goal that is not asked about here.
    """
    _, row = lock_open_review(review)
    asked = next((one for one in of_review(row) if one.pk == goal.pk), None)
    if asked is None:
        raise Refused("This goal is not asked about in this review.")
    own = {"organization": row.organization, "review": row, "goal": asked.goal}
    stored = asked.check or GoalCheck(**own, version=0)
    if all(getattr(stored, name) == values[name] for name in FIELDS):
        return stored
    if stored.version != version:
        raise Stale(stored)
    before, after = log.apply_changes(stored, {name: values[name] for name in FIELDS})
    stored.version += 1
    stored.save()
    about = {"review": row.period_label, "goal": asked.goal.text}
    log.record(
        by=by,
        verb="review.goal_checked",
        target=row.contract,
        before={**about, **before},
        after={**about, **after},
    )
    _watch(asked.goal)
    return stored


def _watch(goal: Goal) -> None:
    """Nobody is reminded any more of what a review has seen through."""
    plans = OutsourcingPlan.objects.select_related("organization", "manager__user")
    plan: OutsourcingPlan = plans.get(pk=goal.plan_id)
    watch(day=goal_day(goal, plan, is_done=goal.pk in seen_through(plan.pk)))
