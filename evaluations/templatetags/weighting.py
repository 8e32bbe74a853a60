"""How the weights of an evaluation came about, for the pages of its set-up."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template

from accounts.permissions import Perm
from evaluations import criteria, weighting
from evaluations.models import Evaluation, EvaluationCriterion

register = template.Library()


@register.filter
def percent_number(weight: Any) -> str:
    """A weight to one decimal without its sign; a dash for none."""
    return "–" if weight is None else f"{weight:.1f}"


@register.filter
def exactly(weight: Any) -> str:
    """A weight with all its decimals."""
    return criteria.number(weight)


@register.filter
def worst_words(draft: criteria.CriterionDraft) -> str:
    """The bad end of a criterion's range."""
    return weighting.worst_words(draft)


@register.filter
def best_words(draft: criteria.CriterionDraft) -> str:
    """The good end of a criterion's range."""
    return weighting.best_words(draft)


@register.simple_tag
def decided_weights(
    evaluation: Evaluation, rows: Sequence[EvaluationCriterion]
) -> dict[str, Any] | None:
    """Who decided the weights, how and when; None if they were only typed or came from the set."""
    kept = evaluation.weights_from
    if not kept:
        return None
    now = {str(row.pk): row.weight for row in rows if not row.is_gate}
    then = {pk: Decimal(text) for pk, text in kept["weights"].items()}
    return {
        "words": weighting.how_words(kept["way"], kept["people"]),
        "reason": kept["reason"],
        "by": kept["decided_by"],
        "on": dt.date.fromisoformat(kept["on"]),
        "changed_since": now != then,
    }


@register.simple_tag
def may_weigh(evaluation: Evaluation, member: Any, lines: Sequence[Any]) -> bool:
    """May this person say what the criteria weigh now? `lines`: the evaluators of the set-up page."""
    if not evaluation.in_setup or not member.can(Perm.SCORE):
        return False
    asked = any(line.scorecard.evaluator_id == member.pk for line in lines)
    return asked or member.can(Perm.EVALUATION_MANAGE)
