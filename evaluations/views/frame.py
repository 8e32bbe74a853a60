"""What stands above every page of one evaluation: its name, state and steps."""

from typing import Any

from django.urls import reverse

from accounts.access import MemberRequest
from evaluations.models import Evaluation

SETUP, SCORE, MODERATE, DECIDE = "setup", "score", "moderate", "decide"


def frame(request: MemberRequest, evaluation: Evaluation, step: str) -> dict[str, Any]:
    """Template context for includes/header.html: `evaluation` and `steps` with `step` as the current one."""
    at = {"org": request.org.slug, "evaluation_id": evaluation.pk}
    opened, closed = not evaluation.in_setup, evaluation.is_closed
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
            closed and step == DECIDE,
        ),
        (DECIDE, "Decide", reverse("evaluations:ranking", kwargs=at) if closed else "", False),
    ]
    steps = [
        (label, url, "current" if key == step else "done" if done else "todo" if url else "locked")
        for key, label, url, done in rows
    ]
    return {"evaluation": evaluation, "steps": steps}
