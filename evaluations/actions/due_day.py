"""The day by which everybody should have scored is watched until scoring is closed."""

from django.urls import reverse

from accounts.models import Membership
from activity import actions as activity
from activity.watching import Day
from evaluations.models import Evaluation


def watch_due_day(evaluation: Evaluation, by: Membership) -> None:
    """Say what the evaluation's due day is now: none without one, and none once scoring is closed."""
    activity.watch(
        day=Day(
            target=evaluation,
            kind="evaluation.due",
            due_on=None if evaluation.is_closed else evaluation.due_on,
            title=f"Scores due: {evaluation.title}",
            sentence="Until every scorecard is in, scoring can’t be closed and nothing decided."
            if evaluation.is_scoring
            else "Scoring has not been opened yet.",
            path=reverse(
                "evaluations:evaluation_detail", args=[by.organization.slug, evaluation.pk]
            ),
            responsible=evaluation.created_by,
        )
    )
