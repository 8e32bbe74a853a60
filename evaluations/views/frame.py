"""What stands above every page of one evaluation: its name, state and steps."""

from typing import Any

from django.urls import reverse

from accounts.access import MemberRequest
from evaluations.awards import is_decided
from evaluations.models import Evaluation

SETUP, SCORE, MODERATE, DECIDE = "setup", "score", "moderate", "decide"


def frame(
    request: MemberRequest, evaluation: Evaluation, step: str, *, decided: bool | None = None
) -> dict[str, Any]:
    """Template context for includes/header.html: `evaluation` and its `steps`; `step` is the one looked at.

    Setting up is done once scoring is open, scoring once it is closed. Moderating may go on until the
    award is approved, so it is done only then, as deciding is. Who knows whether it is says so in
    `decided`; else one query asks.
    """
    at = {"org": request.org.slug, "evaluation_id": evaluation.pk}
    opened, closed = not evaluation.in_setup, evaluation.is_closed
    if decided is None:
        decided = closed and is_decided(evaluation)
    rows = [
        (SETUP, "Set up", reverse("evaluations:set_up", kwargs=at), opened),
        (
            SCORE,
            "Score",
            reverse("evaluations:score_evaluation", kwargs=at) if opened else "",
            closed,
        ),
        (
            MODERATE,
            "Moderate",
            reverse("evaluations:moderation", kwargs=at) if closed else "",
            decided,
        ),
        (DECIDE, "Decide", reverse("evaluations:ranking", kwargs=at) if closed else "", decided),
    ]
    steps = [(label, url, _state(url, done, key == step)) for key, label, url, done in rows]
    return {"evaluation": evaluation, "steps": steps}


def _state(url: str, done: bool, here: bool) -> str:
    if done:
        return "done-here" if here else "done"
    if here:
        return "current"
    return "todo" if url else "locked"
