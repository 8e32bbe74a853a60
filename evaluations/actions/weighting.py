"""Saying what the criteria weigh, and deciding it, until scoring opens."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from evaluations import criteria, weight_answers, weighting
from evaluations.actions.candidates import Frozen
from evaluations.criteria import CriterionDraft
from evaluations.models import Evaluation, EvaluationCriterion, WeightAnswer
from evaluations.weight_answers import Decision
from evaluations.weighting import Weights


class NotAsked(Refused):
    """Only evaluators of this evaluation and managers say what the criteria weigh."""


# Answering ----------------------------------------------------------------------------------------


@transaction.atomic
def answer_weights(
    *,
    evaluation: Evaluation,
    way: str,
    given: Mapping[str, Any],
    asked: str,
    version: int,
    by: Membership,
) -> WeightAnswer:
    """Keep what somebody answered in one way; redoing it replaces it. Sent twice, it is kept once.

    `asked` is the digest of the criteria as the form showed them, `version` that of the answer it
    began with (0: none). An incomplete answer is kept without weights.
    """
    row = _in_set_up(evaluation)
    if not weight_answers.may_answer(row, by):
        raise NotAsked("Only evaluators of this evaluation and managers weigh its criteria.")
    drafts = weight_answers.asked_criteria(row)
    found = weighting.outcome(way, given, drafts)
    kept = {**given, "basis": weighting.basis(drafts)}
    own = row.weight_answers.select_for_update().filter(member=by).order_by("-answered_at", "-pk")
    answers = list(own)
    old = next((answer for answer in answers if answer.way == way), None)
    same = old is not None and old.given == kept
    if old and same and old == answers[0]:
        return old
    if weighting.digest(drafts) != asked:
        raise weight_answers.OtherCriteria
    if not same and (old.version if old else 0) != version:
        raise Stale(old)
    answer = old or WeightAnswer(
        organization=row.organization, evaluation=row, member=by, way=way, version=0
    )
    answer.given = kept
    answer.weights = {str(pk): str(weight) for pk, weight in found.weights.items()}
    doubt = found.consistency
    answer.consistency_ratio = Decimal(f"{doubt.ratio:.4f}") if doubt else None
    answer.answered_at = timezone.now()  # said again, it is the newest again
    answer.version += 1
    answer.save()
    # Not what was answered: the trail is read by everybody, the answer only by those who manage.
    log.record(
        by=by,
        verb="evaluation.weights_answered",
        target=row,
        after={"way": answer.get_way_display(), "missing answers": found.missing},
    )
    return answer


def _in_set_up(evaluation: Evaluation) -> Evaluation:
    row = lock(Evaluation.objects.select_related("organization"), evaluation.pk)
    if not row.in_setup:
        raise Frozen("criteria and weights")
    return row


# Deciding -----------------------------------------------------------------------------------------


@transaction.atomic
def decide_weights(
    *, evaluation: Evaluation, decision: Decision, version: int, by: Membership
) -> Evaluation:
    """Write the evaluation's weights, and how they came about. Sent twice, it is decided once.

    Raises Stale if the evaluation changed since `version`, OtherAnswers if somebody answered anew.
    """
    row = _in_set_up(evaluation)
    drafts = weight_answers.asked_criteria(row)
    how, people, weights = weight_answers.settled(row, drafts, decision)
    kept: dict[str, Any] = {
        "way": how,
        "people": people,
        "reason": decision.reason,
        "decided_by": by.name,
        "on": timezone.localdate().isoformat(),
        "weights": {str(pk): str(weight) for pk, weight in weights.items()},
    }
    if row.weights_from == kept and _are(drafts, weights):
        return row
    if row.version != version:
        raise Stale(row)
    before = {draft.name: criteria.number(draft.weight) for draft in drafts}
    after = {draft.name: criteria.number(weights[pk]) for pk, draft in _by_id(drafts)}
    _write(row, weights)
    row.weights_from = kept
    row.version += 1
    row.save()
    words = weighting.how_words(how, people)
    log.record(
        by=by,
        verb="evaluation.weights_decided",
        target=row,
        before=before,
        after={**after, "how": words, "reason": decision.reason},
    )
    return row


def _by_id(drafts: Sequence[CriterionDraft]) -> list[tuple[int, CriterionDraft]]:
    return [(draft.row, draft) for draft in drafts if draft.row is not None]


def _are(drafts: Sequence[CriterionDraft], weights: Weights) -> bool:
    return all(weights.get(pk) == draft.weight for pk, draft in _by_id(drafts))


def _write(evaluation: Evaluation, weights: Weights) -> None:
    rows = list(evaluation.criteria.filter(pk__in=list(weights)))
    for row in rows:
        row.weight = weights[row.pk]
    EvaluationCriterion.objects.bulk_update(rows, ["weight"])
