"""The checklist of clauses: what was found in the contract, and where."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from contracts.clauses import BY_KEY
from contracts.models import Clause, Contract
from core.versions import Stale, lock

FIELDS = ("state", "place", "note")


class ChangedClauses:
    """What is stored now of clauses that somebody else changed meanwhile; None: removed or never there."""

    version = 0

    def __init__(self, rows: dict[str, Clause | None]) -> None:
        self.rows = rows


@transaction.atomic
def save_clauses(*, contract: Contract, values: Mapping[str, Any], by: Membership) -> int:
    """Note which clauses are there, absent, negotiated or not needed. All or none of them is saved.

    `values["answers"]` is {key: {"state", "place", "note", "version"}}, version 0 where none was stored.
    Returns how many rows changed. Raises core.versions.Stale with ChangedClauses.
    """
    row: Contract = lock(Contract.objects.select_related("organization"), contract.pk)
    answers = {key: answer for key, answer in values["answers"].items() if key in BY_KEY}
    stored = {clause.key: clause for clause in Clause.objects.filter(contract=row, key__in=answers)}
    others = {
        key: stored.get(key)
        for key, answer in answers.items()
        if answer["version"] != (stored[key].version if key in stored else 0)
        and not _is_same(stored.get(key), answer)
    }
    if others:
        raise Stale(ChangedClauses(others))
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key, answer in answers.items():
        clause = stored.get(key) or Clause(
            organization=row.organization, contract=row, key=key, version=0
        )
        old, new = log.apply_changes(clause, {name: answer[name] for name in FIELDS})
        if new:
            clause.version += 1
            clause.save()
            before[key], after[key] = _words(old), _words(new)
    if after:
        log.record(by=by, verb="contract.clauses_changed", target=row, before=before, after=after)
    return len(after)


def _is_same(clause: Clause | None, answer: Mapping[str, Any]) -> bool:
    """Two people who found the same do not disagree."""
    return clause is not None and all(getattr(clause, name) == answer[name] for name in FIELDS)


def _words(values: Mapping[str, Any]) -> str:
    """How the audit trail says it."""
    said = {**values}
    if "state" in said:
        said["state"] = Clause.State(said["state"]).label
    return ", ".join(str(value) for value in said.values() if value) or "–"
