"""The mail that asks an evaluator for their scorecard."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Membership
from activity import actions as activity
from evaluations.models import Scorecard


def queue_reminder(scorecard: Scorecard, evaluator: Membership, by: Membership, key: str) -> None:
    """Promise the mail once for each `key`. It says nothing about anybody's marks."""
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
    activity.queue_mail(
        to=evaluator.user.email,
        key=key,
        subject=" ".join(subject.split())[:300],
        text=render_to_string("evaluations/emails/score_reminder.txt", context),
        html=render_to_string("evaluations/emails/score_reminder.html", context),
    )
