"""The communication plan of a contract (product.md C7)."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts.models import Membership
from activity import log
from contracts.actions.refusals import NotNow
from contracts.locking import lock_contract, save_next_version
from contracts.models import CommunicationLine, Contract
from contracts.words import LINE_FIELDS, in_one_line


@transaction.atomic
def edit_communication(
    *, contract: Contract, lines: Sequence[Mapping[str, str]], version: int, by: Membership
) -> Contract:
    """Say anew who talks to whom about what, how and how often. Raises core.versions.Stale, NotNow.

    It belongs to the record, so it may change after the signature without an amendment.
    """
    row = lock_contract(contract, version)
    if row.stage == Contract.Stage.WITHDRAWN:
        raise NotNow("This contract was withdrawn; it stays as it was.")
    wanted = [{name: line.get(name, "") for name in LINE_FIELDS} for line in lines]
    there = row.communication.order_by("position", "pk").values(*LINE_FIELDS)
    before = [dict(line) for line in there]
    if wanted == before:
        return row
    row.communication.all().delete()
    CommunicationLine.objects.bulk_create(
        [
            CommunicationLine(
                organization=row.organization, contract=row, position=position, **line
            )
            for position, line in enumerate(wanted)
        ]
    )
    save_next_version(row)
    was, now = ([in_one_line(line) for line in rows] for rows in (before, wanted))
    log.record(
        by=by,
        verb="contract.communication_changed",
        target=row,
        before={"communication": was},
        after={"communication": now},
    )
    return row
