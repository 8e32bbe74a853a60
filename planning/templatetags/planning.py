"""How plans and services are shown: badges and the words of the needs assessment."""

from fractions import Fraction
from typing import Any

from django import template
from django.utils.safestring import SafeString

from core.templatetags.ui import NOTHING, status
from planning.models import OutsourcingPlan

register = template.Library()
STATE_KINDS = {
    OutsourcingPlan.State.DRAFT: "neutral",
    OutsourcingPlan.State.APPROVED: "ok",
    OutsourcingPlan.State.REPLACED: "neutral",
    OutsourcingPlan.State.DROPPED: "neutral",
}


@register.simple_tag
def plan_badge(plan: OutsourcingPlan) -> SafeString:
    """Where the plan stands."""
    return status(STATE_KINDS[OutsourcingPlan.State(plan.state)], plan.get_state_display())


@register.filter
def whole(value: Fraction | None) -> str:
    """A value from 0 to 100, rounded half up to a whole number; missing is –."""
    return NOTHING if value is None else str(int(value + Fraction(1, 2)))


@register.filter
def joined(reasons: Any) -> str:
    """Reasons as a sentence's end: "goes badly today, is written down and has a clear border"."""
    words = list(reasons)
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
