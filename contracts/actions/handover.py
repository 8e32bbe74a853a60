"""What is handed over in a transition: training, documentation, access; expected and received."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions import unwatch, watch_days
from contracts.actions.keys import refuse_secrets
from contracts.actions.refusals import NotFit
from contracts.actions.transition import filled, hold, note, worded
from contracts.models import Contract, HandoverItem
from contracts.transition_plan import handover_days
from core.errors import Refused
from core.versions import lock

MOST_ITEMS = 100
TEXTS = ("title", "audience", "kept_at")
ITEM_FIELDS = ["kind", "title", "side", "audience", "due_on", "kept_at"]


@transaction.atomic
def add_handover_item(
    *,
    contract: Contract,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID | None = None,
) -> HandoverItem:
    """Note a training or a document that is to be handed over. Sent twice, it is there once."""
    row = hold(contract)
    key = creation_key or uuid.uuid4()
    there: HandoverItem | None = row.handover_items.filter(creation_key=key).first()
    if there:
        return there
    refuse_secrets(values, TEXTS)
    if row.handover_items.count() >= MOST_ITEMS:
        raise Refused(f"The handover can have {MOST_ITEMS} entries at most.")
    fields = {name: values[name] for name in ITEM_FIELDS if name in values}
    item = HandoverItem.objects.create(
        organization=row.organization, contract=row, creation_key=key, **fields
    )
    watch_days(days=handover_days(row, [item]))
    note(row, "handover_added", by, after=filled(fields))
    return item


@transaction.atomic
def change_handover_item(
    *, item: HandoverItem, values: Mapping[str, Any], version: int, by: Membership
) -> HandoverItem:
    """Change an entry of the handover, unless somebody was quicker."""
    contract, row = _hold_item(item, version)
    refuse_secrets(values, TEXTS)
    title = row.title
    fields = {name: values[name] for name in ITEM_FIELDS if name in values}
    before, after = log.apply_changes(row, fields)
    if after:
        _save_item(contract, row)
        note(
            contract,
            "handover_changed",
            by,
            before={"item": title, **worded(before)},
            after={"item": row.title, **worded(after)},
        )
    return row


@transaction.atomic
def receive_handover_item(
    *, item: HandoverItem, received_on: dt.date | None, by: Membership
) -> HandoverItem:
    """It was held or handed over on that day; None: it was not, after all."""
    contract, row = _hold_item(item)
    if received_on and received_on > timezone.localdate():
        raise NotFit("A day in the future can't be the day of the handover.", field="received_on")
    if row.received_on != received_on:
        was, row.received_on = row.received_on, received_on
        row.received_by = by if received_on else None
        _save_item(contract, row)
        verb = "handover_received" if received_on else "handover_missing_again"
        before = {"item": row.title, "received": was}
        note(contract, verb, by, before=before, after={"received": received_on})
    return row


@transaction.atomic
def remove_handover_item(*, item: HandoverItem, by: Membership) -> None:
    """Take an entry out of the handover."""
    contract = hold(item.contract)
    row = contract.handover_items.filter(pk=item.pk).first()
    if row is None:
        return
    unwatch(target=row)
    row.delete()
    note(contract, "handover_removed", by, before={"item": row.title})


def _hold_item(item: HandoverItem, version: int | None = None) -> tuple[Contract, HandoverItem]:
    contract = hold(item.contract)
    return contract, lock(contract.handover_items.all(), item.pk, version)


def _save_item(contract: Contract, row: HandoverItem) -> None:
    row.version += 1
    row.save()
    watch_days(days=handover_days(contract, [row]))
