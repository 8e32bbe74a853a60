"""The mail that asks an evaluator for their scorecard: rendered here, queued by the action."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Membership
from evaluations.models import Scorecard


def reminder(scorecard: Scorecard, evaluator: Membership, by: Membership) -> dict[str, str]:
    """Subject, text and HTML. Says nothing about anybody's marks."""
    evaluation = scorecard.evaluation
    path = reverse(
        "evaluations:score_evaluation", args=[evaluation.organization.slug, evaluation.pk]
    )
    context = {
        "evaluation": evaluation,
        "organization": evaluation.organization,
        "evaluator": evaluator.name,
        "sender": by.name,
        "url": f"{settings.PUBLIC_URL}{path}",
    }
    subject = f"Your scorecard is awaited: {evaluation.title}"
    return {
        "subject": " ".join(subject.split())[:300],
        "text": render_to_string("evaluations/emails/score_reminder.txt", context),
        "html": render_to_string("evaluations/emails/score_reminder.html", context),
    }
