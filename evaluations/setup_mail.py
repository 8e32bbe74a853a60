"""The mail that tells an evaluator that scoring is open: rendered here, queued by the action."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Membership
from core.templatetags.ui import format_date
from evaluations.models import Evaluation


def scoring_opened(evaluation: Evaluation, evaluator: Membership, by: Membership) -> dict[str, str]:
    """Subject, text and HTML, with the link to the scorecard and the day it is due."""
    organization = evaluation.organization
    path = reverse("evaluations:score_evaluation", args=[organization.slug, evaluation.pk])
    due = format_date(evaluation.due_on, organization) if evaluation.due_on else ""
    context = {
        "evaluation": evaluation,
        "organization": organization,
        "evaluator": evaluator.name,
        "sender": by.name,
        "due": due,
        "url": f"{settings.PUBLIC_URL}{path}",
    }
    subject = f"Please score: {evaluation.title}" + (f" (until {due})" if due else "")
    return {
        "subject": " ".join(subject.split())[:300],
        "text": render_to_string("evaluations/emails/scoring_opened.txt", context),
        "html": render_to_string("evaluations/emails/scoring_opened.html", context),
    }
