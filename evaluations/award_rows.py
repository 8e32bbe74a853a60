"""What of an award and its evaluation is frozen beside the inputs, read from the rows as they are now."""

from typing import Any

from accounts.models import Membership
from activity.records import moment
from evaluations.inputs import Inputs, exact
from evaluations.models import Award, Candidate, Evaluation
from evaluations.reading import nameless
from evaluations.results import read_inputs

RELATED = (
    "evaluation",
    "organization",
    "record",
    "winner",
    "runner_up",
    "created_by__user",
    "proposed_by__user",
    "decided_by__user",
)


def frozen_inputs(evaluation: Evaluation, *, names_hidden: bool) -> Inputs:
    """What the ranking is computed from. Whoever may verify may read the record: names that the
    evaluation hides are not in it either; the numbers of the scorecards are."""
    inputs = read_inputs(evaluation)
    return nameless(inputs) if names_hidden else inputs


def evaluation_data(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation in words and moments, and what marks look like on each criterion. One query."""
    criteria = evaluation.criteria.order_by("position", "pk").values_list("pk", "anchors")
    return {
        "id": evaluation.pk,
        "title": evaluation.title,
        "service": evaluation.service,
        "reason": evaluation.reason,
        "names_hidden": evaluation.names_hidden,
        "round": evaluation.round,
        "reopened_reason": evaluation.reopened_reason,
        "opened_at": moment(evaluation.opened_at),
        "closed_at": moment(evaluation.closed_at),
        "anchors": [{"criterion": pk, "marks_look_like": texts} for pk, texts in criteria],
    }


def award_fields(award: Award) -> dict[str, Any]:
    """The decision. One query (the conditions) if the award was read with `RELATED`."""
    conditions = award.conditions.order_by("position", "pk").values_list("text", flat=True)
    return {
        "id": award.pk,
        "round": award.round,
        "winner": _choice(award.winner, quote=award.winner_quote),
        "runner_up": _choice(
            award.runner_up,
            quote=award.runner_up_quote,
            quoted_on=award.runner_up_quoted_on,
            expires_on=award.runner_up_expires_on,
        ),
        "currency": award.currency,
        "rationale": award.rationale,
        "had_to_explain": list(award.reasons),
        "conditions": list(conditions),
        "drafted_by": _person(award.created_by),
        "drafted_at": moment(award.created_at),
        "proposed_by": _person(award.proposed_by),
        "proposed_at": moment(award.proposed_at),
        "approved_by": _person(award.decided_by),
        "approved_at": moment(award.decided_at),
        "approval_note": award.decision_note,
    }


def _choice(candidate: Candidate | None, *, quote: Any, **days: Any) -> dict[str, Any] | None:
    if candidate is None:
        return None
    return {
        "candidate": candidate.pk,
        "name": candidate.name,
        "quote": None if quote is None else exact(quote),
        **{name: day and day.isoformat() for name, day in days.items()},
    }


def _person(member: Membership | None) -> dict[str, Any] | None:
    return None if member is None else {"member": member.pk, "name": member.name}
