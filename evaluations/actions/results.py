"""Closing the scoring: from here on the marks are read by all and changed by nobody."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.models import LogEntry
from core.errors import Refused
from core.versions import lock
from evaluations import engine
from evaluations.actions.analysis import keep_analysis
from evaluations.actions.due_day import watch_due_day
from evaluations.models import Evaluation, Score

MARK_LINES = ("score.saved", "scores.saved")
"""Lines of the trail that say who gave which mark."""


class CannotClose(Refused):
    """Scoring can't be closed now."""


@transaction.atomic
def close_scoring(*, evaluation: Evaluation, by: Membership) -> Evaluation:
    """End the scoring; the ranking and everybody's marks become visible. Closing twice is closing once."""
    evaluation = lock(Evaluation.objects.all(), evaluation.pk)
    if evaluation.is_closed:
        return evaluation
    if not evaluation.is_scoring:
        raise CannotClose("Scoring has not been opened yet.")
    counted = Score.objects.filter(scorecard__evaluation=evaluation, mark__isnull=False)
    if not counted.exclude(scorecard__has_conflict=True).exists():
        raise CannotClose("Nobody has given a mark yet; there is nothing to rank.")
    evaluation.state = Evaluation.State.CLOSED
    evaluation.closed_at = timezone.now()
    evaluation.version += 1
    evaluation.save()
    keep_analysis(evaluation=evaluation)
    _unseal(evaluation)
    if evaluation.due_on:
        watch_due_day(evaluation, by)
    log.record(
        by=by,
        verb="evaluation.scoring_closed",
        target=evaluation,
        before={"state": Evaluation.State.SCORING.label},
        after={"state": Evaluation.State.CLOSED.label, "engine": engine.VERSION},
    )
    return evaluation


def _unseal(evaluation: Evaluation) -> None:
    """Let everybody read the lines of the trail; where names are hidden, not who gave which mark."""
    lines = LogEntry.objects.about(evaluation).filter(sealed=True)
    if evaluation.names_hidden:
        lines = lines.exclude(verb__in=MARK_LINES)
    lines.update(sealed=False)
