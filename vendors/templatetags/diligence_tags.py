"""Badges of the pages about security due diligence."""

import datetime as dt
from typing import Any

from django import template
from django.utils.safestring import SafeString

from core.templatetags.ui import status
from vendors.models import DiligenceAnswer, DiligenceCheck, DiligenceGap

register = template.Library()

ROUNDS = {
    "draft": "neutral",
    "asked": "info",
    "answered": "warn",
    "judged": "ok",
    "withdrawn": "neutral",
}
ANSWERS = {"yes": "ok", "partly": "warn", "no": "bad", "na": "neutral"}
VERDICTS = {"proven": "ok", "believed": "info", "doubted": "bad"}
SEVERITIES = {"low": "neutral", "medium": "info", "high": "warn", "critical": "bad"}
GAPS = {"closed": "ok", "accepted": "neutral"}


@register.simple_tag
def round_badge(check: DiligenceCheck) -> SafeString:
    """Where a round stands."""
    return status(ROUNDS[check.state], check.get_state_display())


@register.simple_tag
def answer_badge(said: DiligenceAnswer | None) -> SafeString:
    """What the vendor answered; that nothing was, too."""
    if said is None or not said.answer:
        return status("neutral", "Not answered")
    return status(ANSWERS[said.answer], said.get_answer_display())


@register.simple_tag
def verdict_badge(said: DiligenceAnswer | None) -> SafeString | str:
    """What we make of it; nothing where nothing was answered."""
    if said is None or not said.answer:
        return ""
    if not said.verdict:
        return status("neutral", "Not judged yet")
    return status(VERDICTS[said.verdict], said.get_verdict_display())


@register.simple_tag
def gap_badge(severity: str) -> SafeString:
    """How bad a gap is."""
    return status(SEVERITIES[severity], DiligenceGap.Severity(severity).label)


@register.simple_tag
def gap_state(gap: DiligenceGap, today: dt.date) -> SafeString:
    """Open, late, mended or accepted."""
    if gap.state != gap.State.OPEN:
        return status(GAPS[gap.state], gap.get_state_display())
    is_late = gap.due_on is not None and gap.due_on < today
    return status("bad", "Overdue") if is_late else status("warn", "Open")


@register.filter
def controls(question: Any) -> str:
    """ "A.5.17, A.8.5 · PR.AA-01": the numbers that a question is tied to."""
    iso = ", ".join(f"A.{number}" for number in question.iso)
    return f"{iso} · {', '.join(question.csf)}"
