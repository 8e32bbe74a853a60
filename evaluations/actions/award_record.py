"""Freezing an approved award with everything that it rests on."""

from django.db import transaction

from accounts.models import Membership
from activity import log
from activity.models import FrozenRecord
from activity.records import freeze
from core.errors import Refused
from evaluations import award_rows, record
from evaluations.models import Award


@transaction.atomic
def freeze_award(*, award: Award, by: Membership) -> FrozenRecord:
    """Write the award's record and set `award.record`, in the transaction that approved it.

    Call it after the approval was saved: what is frozen is what the database holds, not what is in
    memory. Frozen once, it stays the same record.
    """
    row = Award.objects.select_related(*award_rows.RELATED).get(pk=award.pk)
    if row.record is not None:
        award.record = row.record
        return award.record
    if not row.is_decided:
        raise Refused("Only an approved award is frozen.")
    content = record.award_data(
        organization={"id": row.organization.pk, "name": row.organization.name},
        evaluation=award_rows.evaluation_data(row.evaluation),
        award=award_rows.award_fields(row),
        weights_from=row.evaluation.weights_from,
        inputs=award_rows.frozen_inputs(row.evaluation, names_hidden=row.evaluation.names_hidden),
    )
    award.record = freeze(by=by, kind=record.KIND, subject=row, content=content)
    Award.objects.filter(pk=award.pk).update(record=award.record)
    log.record(
        by=by,
        verb="award.frozen",
        target=row.evaluation,
        after={"record": award.record.number, "SHA-256": award.record.sha256},
    )
    return award.record
