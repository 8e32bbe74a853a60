"""What is known of a contract before it is drafted: from the outsourcing plan and the winner's quote.

Plain values for the actions that keep them; what nobody said is not there. Everything is a beginning: the draft
is changed as it is negotiated.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from contracts.models.transition import HandoverItem, Side
from contracts.words import LINE_FIELDS
from evaluations.costing_queries import contract_terms
from evaluations.models import Candidate
from planning.models import OutsourcingPlan, Requirement, Risk, TrainingStep

LONGEST_NOTE, LONGEST_TITLE = 2000, 200


def terms_values(
    candidate: Candidate, plan: OutsourcingPlan | None, today: dt.date
) -> dict[str, Any]:
    """Fields of the terms: start, term, currency, yearly rise, what the quote says of leaving. A wished start
    that is past by now is no start."""
    values: dict[str, Any] = {}
    if plan and plan.term_months:
        values["initial_months"] = plan.term_months
    if plan and plan.starts_on and plan.starts_on >= today:
        values["start_on"] = plan.starts_on
    return {**values, **contract_terms(candidate)}


def communication(plan: OutsourcingPlan) -> list[dict[str, str]]:
    """The plan's lines about who hears what, as the contract keeps them."""
    rows = plan.communication.order_by("position", "pk").values(*LINE_FIELDS)
    return [dict(row) for row in rows]


def training(plan: OutsourcingPlan, start_on: dt.date | None) -> list[dict[str, Any]]:
    """What the vendor is to be taught, as entries of the handover, given by us. The day is reckoned from the
    start, once that is known."""
    return [
        {
            "kind": HandoverItem.Kind.TRAINING.value,
            "title": _topic(step),
            "side": Side.US.value,
            "audience": step.audience,
            "due_on": _due_on(step, start_on),
        }
        for step in plan.training.order_by("position", "pk")
    ]


def _topic(step: TrainingStep) -> str:
    """ "Our tills (side by side, by Sam, 4 hours)"."""
    hours = "" if step.hours is None else f"{plain(step.hours)} hours"
    more = [step.how, f"by {step.by_whom}" if step.by_whom else "", hours]
    words = ", ".join(part for part in more if part)
    return (f"{step.topic} ({words})" if words else step.topic)[:LONGEST_TITLE]


def plain(number: Decimal) -> str:
    """As a person writes it: 4, not 4.0."""
    return f"{number.normalize():f}"


def _due_on(step: TrainingStep, start_on: dt.date | None) -> dt.date | None:
    if start_on is None or step.week is None:
        return None
    try:
        return start_on + dt.timedelta(weeks=step.week)
    except OverflowError:  # beyond the calendar
        return None


def clause_notes(plan: OutsourcingPlan) -> dict[str, str]:
    """By the clause's key what the plan wants to stand there: a note for whoever looks for it."""
    quality = [_asked(row) for row in quality_of(plan)]
    risks = plan.risks.filter(kind=Risk.Kind.CONFIDENTIALITY).order_by("position", "pk")
    secrets = [
        f"{risk.text}: {risk.mitigation}" if risk.mitigation else risk.text for risk in risks
    ]
    scope = []
    if plan.scope_in:
        scope.append(f"In: {plan.scope_in}")
    if plan.scope_out:
        scope.append(f"Not in: {plan.scope_out}")
    found = {"scope": scope, "service_levels": quality, "confidentiality": secrets}
    return {
        key: "\n".join(["From the plan.", *lines])[:LONGEST_NOTE]
        for key, lines in found.items()
        if lines
    }


def quality_of(plan: OutsourcingPlan) -> list[Requirement]:
    """The least that the work must reach."""
    rows = plan.requirements.filter(part=Requirement.Part.QUALITY)
    return list(rows.order_by("position", "pk"))


def _asked(row: Requirement) -> str:
    return f"{row.text} (shown by: {row.proof})" if row.proof else row.text
