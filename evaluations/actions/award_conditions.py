"""What has to be settled before signing: writing the list, settling one, taking that back."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import lock
from evaluations.models import Award, AwardCondition, Evaluation


class ConditionDraft(NamedTuple):
    """One line as it was entered; `row` is the condition that it continues."""

    row: int | None
    text: str


def replace_conditions(award: Award, drafts: Sequence[ConditionDraft]) -> list[str]:
    """Make the locked award's list what was entered; the texts in order.

    A condition that says something else than the one that was settled is not settled.
    """
    stored = {row.pk: row for row in award.conditions.all()}
    kept, new = [], []
    for position, draft in enumerate(drafts):
        row = stored.pop(draft.row, None) if draft.row else None
        if row is None:
            row = AwardCondition(organization=award.organization, award=award)
            new.append(row)
        else:
            kept.append(row)
        if row.text != draft.text:
            row.settled_at, row.settled_by, row.settled_note = None, None, ""
        row.text, row.position = draft.text, position
    award.conditions.filter(pk__in=list(stored)).delete()
    AwardCondition.objects.bulk_create(new)
    fields = ["text", "position", "settled_at", "settled_by", "settled_note"]
    AwardCondition.objects.bulk_update(kept, fields)
    return [draft.text for draft in drafts]


@transaction.atomic
def settle_condition(*, condition: AwardCondition, note: str, by: Membership) -> AwardCondition:
    """Note that it is settled, and how; also after the approval. Settling twice is settling once."""
    row = _lock(condition)
    if row.settled_at:
        return row
    row.settled_at, row.settled_by, row.settled_note = timezone.now(), by, note
    row.save()
    _record(row, "award.condition_settled", by, {"condition": row.text, "note": note})
    return row


@transaction.atomic
def reopen_condition(*, condition: AwardCondition, by: Membership) -> AwardCondition:
    """It is not settled after all."""
    row = _lock(condition)
    if not row.settled_at:
        return row
    row.settled_at, row.settled_by, row.settled_note = None, None, ""
    row.save()
    _record(row, "award.condition_unsettled", by, {"condition": row.text})
    return row


def _lock(condition: AwardCondition) -> AwardCondition:
    evaluation = lock(Evaluation.objects.all(), condition.award.evaluation_id)
    award = lock(Award.objects.all(), condition.award_id)
    row = AwardCondition.objects.filter(pk=condition.pk, award=award).first()
    if row is None:
        raise Refused("Somebody has taken this condition out meanwhile.")
    if not evaluation.is_closed or award.state == Award.State.WITHDRAWN:
        raise Refused("The award was withdrawn, or scoring is open again.")
    award.evaluation, row.award = evaluation, award
    return row


def _record(row: AwardCondition, verb: str, by: Membership, after: dict[str, str]) -> None:
    log.record(by=by, verb=verb, target=row.award.evaluation, after=after)
