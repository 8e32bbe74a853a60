"""Tags of the pages about issues, corrective actions, checks, meetings and ideas."""

import datetime as dt
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from core.templatetags.ui import crumbs, status
from reviews.forms.action_log import AgreedActionForm
from reviews.forms.issues import NotedIssueForm
from reviews.models import CorrectiveAction, Idea, Issue, SecurityCheckResult

register = template.Library()

SEVERITIES = {"critical": "bad", "high": "warn", "medium": "info", "low": "neutral"}
OUTCOMES = {"passed": "ok", "findings": "warn", "failed": "bad"}
IDEAS = {"open": "info", "accepted": "info", "done": "ok", "rejected": "neutral"}
State = CorrectiveAction.State


@register.simple_tag
def severity_badge(severity: str) -> SafeString:
    """How bad an issue is."""
    return status(SEVERITIES[severity], Issue.Severity(severity).label)


@register.simple_tag
def action_badge(action: CorrectiveAction) -> SafeString:
    """Where an action stands today."""
    kind, words = action_words(action, timezone.localdate())
    return status(kind, words)


def action_words(action: CorrectiveAction, today: dt.date) -> tuple[str, str]:
    """(badge, words): what people did, and from the dates whether it is late."""
    if action.state == State.OPEN:
        late = action.due_on < today
        return ("bad", "Overdue") if late else ("info", "To be done")
    if action.state == State.DONE:
        late = action.check_on is not None and action.check_on < today
        return ("warn", "Look whether it helped") if late else ("info", "Done, to be checked")
    return {
        State.AGREED: ("info", "Agreed"),
        State.EFFECTIVE: ("ok", "Helped"),
        State.CANCELLED: ("neutral", "Cancelled"),
    }[State(action.state)]


@register.simple_tag
def outcome_badge(outcome: str) -> SafeString:
    """What a security check found."""
    return status(OUTCOMES[outcome], SecurityCheckResult.Outcome(outcome).label)


@register.simple_tag
def idea_badge(outcome: str) -> SafeString:
    """What became of an idea."""
    return status(IDEAS[outcome], Idea.Outcome(outcome).label)


@register.simple_tag(takes_context=True)
def agreed_form(context: template.Context) -> Any:
    """The form for an action agreed in `review`: the one that was refused, or an empty one."""
    review = context["review"]
    return context.get("refused_action") or AgreedActionForm(contract=review.contract)


@register.simple_tag(takes_context=True)
def noted_form(context: template.Context) -> Any:
    """The form for an issue noted in `review`: the one that was refused, or an empty one."""
    return context.get("refused_issue") or NotedIssueForm()


@register.simple_tag(takes_context=True)
def crumb_line(context: template.Context, here: str) -> SafeString:
    """Breadcrumbs of a form about `contract`: the parts in `crumb_list` (words, address), then `here`."""
    contract = context["contract"]
    contracts = reverse("contracts:contract_list", args=[contract.organization.slug])
    parts = [part for pair in context["crumb_list"] for part in pair]
    return crumbs("Contracts", contracts, contract.title, contract.get_absolute_url(), *parts, here)
