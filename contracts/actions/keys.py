"""The keys register of a contract: what we could be locked out of. Never a secret itself."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions.watching import unwatch, watch
from contracts import leaving_days
from contracts.actions.refusals import NotNow
from contracts.locking import lock_contract
from contracts.models import Contract, Key
from contracts.secrets_check import looks_like_secret, refusal
from core.errors import Refused
from core.versions import lock

TEXTS = ("name", "kept_at", "second_admin", "note")
WORDS = {
    "kind": "kind",
    "name": "key",
    "owned_by": "legal owner",
    "admin_by": "admin rights",
    "kept_at": "kept at",
    "second_admin": "second admin",
    "verified_on": "verified on",
    "verify_months": "verify every months",
    "note": "note",
}
FIELDS = list(WORDS)
MOST_KEYS = 200
STANDARD = [kind for kind in Key.Kind if kind != Key.Kind.OTHER]


@transaction.atomic
def add_key(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Key:
    """Note something that we could be locked out of. Sent twice, it is there once."""
    row = lock_changeable(contract)
    there: Key | None = row.organization.key_set.filter(creation_key=creation_key).first()
    if there:
        return there
    wanted = _checked(values)
    _leave_room(row, 1)
    key: Key = Key.objects.create(
        organization=row.organization, contract=row, creation_key=creation_key, **wanted
    )
    watch(day=leaving_days.key_day(row, key))
    log.record(by=by, verb="contract.key_added", target=row, after=_line(wanted))
    return key


@transaction.atomic
def add_standard_keys(*, contract: Contract, by: Membership) -> list[Key]:
    """Begin with the usual list: one key of each kind that is not there yet, nothing said about it."""
    row = lock_changeable(contract)
    there = set(row.keys.values_list("kind", flat=True))
    kinds = [kind for kind in STANDARD if kind not in there]
    if not kinds:
        return []
    _leave_room(row, len(kinds))
    keys = [
        Key(organization=row.organization, contract=row, kind=kind.value, name=kind.label)
        for kind in kinds
    ]
    Key.objects.bulk_create(keys)
    log.record(
        by=by,
        verb="contract.keys_added",
        target=row,
        after={"keys": [key.name for key in keys]},
    )
    return keys


@transaction.atomic
def edit_key(*, key: Key, values: Mapping[str, Any], version: int, by: Membership) -> Key:
    """Change what is known about a key, unless somebody was quicker."""
    contract = lock_changeable(key.contract)
    row: Key = lock(Key.objects.all(), key.pk, version)
    row.contract = contract
    name = row.name
    before, after = log.apply_changes(row, _checked(values))
    if after:
        row.version += 1
        row.save()
        watch(day=leaving_days.key_day(contract, row))
        log.record(
            by=by,
            verb="contract.key_changed",
            target=contract,
            before=_changed(name, before),
            after=_changed(row.name, after),
        )
    return row


@transaction.atomic
def verify_key(*, key: Key, by: Membership) -> Key:
    """Say that today somebody of ours got in."""
    contract = lock_changeable(key.contract)
    row: Key = lock(Key.objects.all(), key.pk)
    row.contract = contract
    before, after = log.apply_changes(row, {"verified_on": timezone.localdate()})
    if after:
        row.version += 1
        row.save()
        watch(day=leaving_days.key_day(contract, row))
        log.record(
            by=by,
            verb="contract.key_verified",
            target=contract,
            before=_changed(row.name, before),
            after=_changed(row.name, after),
        )
    return row


@transaction.atomic
def remove_key(*, key: Key, by: Membership) -> None:
    """Take a key off the register; its verification is not watched any more."""
    contract = lock_changeable(key.contract)
    row: Key | None = contract.keys.filter(pk=key.pk).first()
    if row is None:
        return
    kept = {name: getattr(row, name) for name in FIELDS}
    unwatch(target=row)
    row.delete()
    log.record(by=by, verb="contract.key_removed", target=contract, before=_line(kept))


def lock_changeable(contract: Contract) -> Contract:
    row = lock_contract(contract)
    if row.stage == Contract.Stage.WITHDRAWN:
        raise NotNow("This contract was withdrawn, so nothing about it can be changed.")
    return row


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, if none of the texts looks like a secret. The refusal does not repeat the text."""
    refuse_secrets(values, TEXTS)
    return {name: values[name] for name in FIELDS}


def refuse_secrets(values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises Refused at the first of these texts that looks like a secret, without repeating it."""
    for name in names:
        kind = looks_like_secret(values.get(name, ""))
        if kind:
            raise Refused(refusal(kind), field=name)


def _leave_room(contract: Contract, more: int) -> None:
    if contract.keys.count() + more > MOST_KEYS:
        raise Refused(f"A contract can have {MOST_KEYS} keys at most.")


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    labels = {"kind": Key.Kind, "owned_by": Key.Holder, "admin_by": Key.Holder}
    return {
        WORDS[name]: labels[name](value).label if name in labels and value else value
        for name, value in values.items()
    }


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    return _worded({name: value for name, value in values.items() if value not in ("", None)})


def _changed(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": name, **_worded(values)}
