"""The record of a contract: drafted, and changed. What was agreed stands in its terms."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.actions import watch_days
from contracts import dates, watchers
from contracts.actions.refusals import NotFit, NotNow
from contracts.locking import lock_contract, save_next_version
from contracts.models import Contract, ContractTerms
from contracts.words import all_worded
from core.versions import lock
from vendors.models import Vendor

Kind = Contract.Kind
# What a person writes in the record; the vendor, kind and parent are settled by the signature.
RECORD_FIELDS = [
    "title",
    "kind",
    "parent",
    "reference",
    "services",
    "manager",
    "counterpart",
    "notes",
]
SETTLED_FIELDS = {"vendor", "kind", "parent"}


@transaction.atomic
def create_contract(
    *,
    vendor: Vendor,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID | None = None,
) -> Contract:
    """Draft a contract with a vendor, with its first terms still empty. Sent twice, it is there once.

    Raises NotFit, at its field, for what can't belong to this contract.
    """
    key = creation_key or uuid.uuid4()
    # Held, so that the vendor is not merged away meanwhile and of two sendings the second one finds it.
    vendor = lock(Vendor.objects.select_related("organization"), vendor.pk)
    again: Contract | None = by.organization.contract_set.filter(creation_key=key).first()
    if again and again.vendor_id == vendor.pk:
        return again
    if again:  # the form was filled in for another vendor
        key = uuid.uuid4()
    fields = {name: values[name] for name in RECORD_FIELDS if name in values}
    contract = Contract(organization=by.organization, vendor=vendor, created_by=by, **fields)
    contract.creation_key = key
    _check_vendor(vendor)
    _check_record(contract)
    contract.save()
    ContractTerms.objects.create(
        organization=by.organization, contract=contract, currency=by.organization.currency
    )
    said = {name: value for name, value in fields.items() if value not in ("", None, [])}
    after = all_worded({"vendor": vendor, **said})
    log.record(by=by, verb="contract.drafted", target=contract, after=after)
    return contract


@transaction.atomic
def edit_contract(
    *, contract: Contract, values: Mapping[str, Any], version: int, by: Membership
) -> Contract:
    """Change the record, unless somebody was quicker (core.versions.Stale).

    Once signed, vendor, kind and master agreement stay, and there is always a delegated manager.
    """
    if "vendor" in values:
        # The vendor first, as a merge does, so that the two can't wait for each other.
        lock(Vendor.objects.all(), values["vendor"].pk)
    row = lock_contract(contract, version)
    wanted = {name: values[name] for name in ["vendor", *RECORD_FIELDS] if name in values}
    _refuse_unless_editable(row)
    new_vendor = wanted.get("vendor", row.vendor) != row.vendor
    before, after = log.apply_changes(row, wanted)
    if not after:
        return row
    if row.is_signed and SETTLED_FIELDS & set(after):
        raise NotNow("Vendor, kind and master agreement can't be changed once it is signed.")
    if new_vendor:
        _check_new_vendor(row)
    _check_record(row, changed=after)
    save_next_version(row)
    if {"manager", "title"} & set(after):
        watch_again(row)
    _record(row, "contract.changed", by, before, after)
    return row


@transaction.atomic
def hand_over_contracts(
    *, contracts: Sequence[Contract], to: Membership, by: Membership
) -> list[Contract]:
    """Somebody else becomes the delegated manager of these contracts; those of `to` already stay."""
    changed = []
    for contract in sorted(contracts, key=lambda one: one.pk):
        row = lock_contract(contract)
        if row.manager_id == to.pk:
            continue
        was, row.manager = row.manager, to
        _check_manager(row)
        save_next_version(row)
        watch_again(row)
        _record(row, "contract.handed_over", by, {"manager": was}, {"manager": to})
        changed.append(row)
    return changed


def watch_again(row: Contract) -> None:
    """Its days name its title and remind its manager: after a change of those they are told anew."""
    if row.is_signed:
        today = timezone.localdate()
        dates.refresh(row, today)
        watch_days(days=watchers.days_now(row, today))


# Checks ---------------------------------------------------------------------------------------------


def _refuse_unless_editable(row: Contract) -> None:
    if row.stage == Contract.Stage.IN_APPROVAL:
        raise NotNow(
            "This contract waits for signature. Somebody who may sign can return it first."
        )
    if row.stage == Contract.Stage.WITHDRAWN:
        raise NotNow("This contract was withdrawn; it stays as it was.")


def _check_vendor(vendor: Vendor) -> None:
    if vendor.merged_into_id:
        raise NotFit(f"{vendor} was merged into another entry. Choose that one.")
    if vendor.archived_at:
        raise NotFit(f"{vendor} is archived. Restore it first, or choose another vendor.")


def _check_new_vendor(row: Contract) -> None:
    _check_vendor(lock(Vendor.objects.all(), row.vendor_id))
    if row.award_id:
        raise NotFit("This contract follows an award, which names the vendor.")
    if row.children.exists():
        raise NotFit("Statements of work hang on this master agreement, so its vendor stays.")


def _check_record(row: Contract, changed: Mapping[str, Any] | None = None) -> None:
    """Everything of a new record; of an old one only what was `changed`: people may have left since."""
    if changed is None or {"kind", "parent", "vendor"} & set(changed):
        _check_kind(row)
    if changed is None or {"counterpart", "vendor"} & set(changed):
        _check_counterpart(row)
    if changed is None or "manager" in changed:
        _check_manager(row)


def _check_kind(row: Contract) -> None:
    if row.kind != Kind.MASTER and row.pk and row.children.exists():
        raise NotFit(
            "Statements of work hang on this master agreement, so it has to stay one.", field="kind"
        )
    if row.parent is None:
        return
    if row.kind != Kind.STATEMENT_OF_WORK:
        raise NotFit("Only a statement of work belongs to a master agreement.", field="parent")
    if row.parent.kind != Kind.MASTER or row.parent.vendor_id != row.vendor_id:
        raise NotFit(f"Choose a master agreement with {row.vendor}.", field="parent")
    if row.parent.stage == Contract.Stage.WITHDRAWN:
        raise NotFit("This master agreement was withdrawn.", field="parent")


def _check_counterpart(row: Contract) -> None:
    if row.counterpart and row.counterpart.vendor_id != row.vendor_id:
        raise NotFit(f"Choose a contact of {row.vendor}.", field="counterpart")


def _check_manager(row: Contract) -> None:
    if row.manager_id is None:
        if row.is_signed:
            raise NotFit(
                "A signed contract always has a delegated manager. Choose who takes over.",
                field="manager",
            )
        return
    # Held, so that nobody removes this member at the same moment.
    manager = Membership.objects.select_for_update(no_key=True).get(pk=row.manager_id)
    if not manager.can(Perm.CONTRACT_EDIT):
        raise NotFit(
            "Choose somebody who belongs here and may run contracts: a Manager, Owner or Admin.",
            field="manager",
        )


def _record(
    row: Contract, verb: str, by: Membership, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    log.record(by=by, verb=verb, target=row, before=all_worded(before), after=all_worded(after))
