"""How the lines of a plan are written on pages and papers."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template

from core.templatetags.ui import format_date
from planning import plan_words

register = template.Library()


@register.filter
def number(value: Decimal | None) -> str:
    """`{{ goal.target|number }}`: 95, not 95.0000."""
    return plan_words.number_text(value)


@register.filter
def amount(value: Decimal | None, unit: str) -> str:
    """`{{ goal.target|amount:goal.unit }}`: 95 %."""
    return plan_words.amount_text(value, unit)


@register.filter
def level(value: int | None) -> str:
    """1 to 3 as low, medium, high."""
    return plan_words.LEVELS.get(value or 0, "not said yet")


@register.filter
def severity(risk: Any) -> plan_words.Severity:
    """`{% with risk|severity as serious %}{% status serious.tone serious.label %}`."""
    return plan_words.severity(risk.likelihood, risk.impact)


@register.filter
def growth_rows(plan: Any) -> list[plan_words.Growth]:
    """Every count of the plan with today's number of its service, those that nobody knows left out."""
    rows = plan_words.growth_rows(plan.growth, plan_words.service_counts(plan.service))
    return [row for row in rows if any(value is not None for value in row[2:])]


@register.filter
def week(value: int | None) -> str:
    """When a training step is."""
    return plan_words.week_text(value)


@register.filter
def day_for(value: dt.date | None, organization: Any) -> str:
    """A day in the organization's format, also where no page is asked for (a PDF)."""
    return format_date(value, organization)


@register.filter
def stance(person: Any) -> plan_words.Severity:
    """What a stakeholder thinks of it; a draft that was not handed in yet is nobody's business."""
    if not (person.answered_at or person.noted_by_id):
        asked = person.asked_at and not person.revoked_at
        return plan_words.Severity("neutral", "Asked, no answer yet" if asked else "Not asked yet")
    return plan_words.STANCES.get(
        person.stance, plan_words.Severity("neutral", "Said, without a stance")
    )


@register.filter
def plain_input(value: Any) -> str:
    """A number as a field shows it, 1200.5; what was typed as it was typed."""
    if isinstance(value, Decimal):
        return plan_words.number_text(value).replace(",", "")
    return "" if value is None else str(value)
