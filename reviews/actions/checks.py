"""Security checks that come again and again (product.md M7): planned, made, and what they found."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions.watching import watch
from contracts.actions.refusals import NotComplete, NotFit, NotNow
from contracts.models import Contract
from core.errors import Refused
from core.periods import months_later
from core.versions import lock
from reviews.actions.holding import check_people, hold, note, said
from reviews.improving_days import day_of_check
from reviews.models import SecurityCheck, SecurityCheckResult

FIELDS = ["kind", "title", "every_months", "next_on", "responsible", "note"]
MOST_CHECKS = 50
# The usual ones, and every how many months; when each is made first is said by a person.
USUAL = {
    SecurityCheck.Kind.AUDIT: 12,
    SecurityCheck.Kind.PENETRATION_TEST: 12,
    SecurityCheck.Kind.INCIDENT_EXERCISE: 12,
    SecurityCheck.Kind.ACCESS_REVIEW: 6,
}


@transaction.atomic
def create_check(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> SecurityCheck:
    """Plan a check that comes again and again. Sent twice, it is there once."""
    row = hold(contract)
    there: SecurityCheck | None = row.organization.securitycheck_set.filter(
        creation_key=creation_key
    ).first()
    if there:
        return there
    fields = {name: values[name] for name in FIELDS if name in values}
    check_people(row, fields)
    _leave_room(row, 1)
    check: SecurityCheck = SecurityCheck.objects.create(
        organization=row.organization, contract=row, creation_key=creation_key, **fields
    )
    watch(day=day_of_check(row, check))
    note(row, "check_planned", by, after=said(fields))
    return check


@transaction.atomic
def add_usual_checks(*, contract: Contract, by: Membership) -> list[SecurityCheck]:
    """Begin with the usual list: one check of each kind that is not there yet, the first day not said."""
    row = hold(contract)
    there = set(row.security_checks.filter(ended_at=None).values_list("kind", flat=True))
    kinds = {kind: months for kind, months in USUAL.items() if kind not in there}
    if not kinds:
        return []
    _leave_room(row, len(kinds))
    checks = [
        SecurityCheck(
            organization=row.organization,
            contract=row,
            kind=kind.value,
            title=kind.label,
            every_months=months,
        )
        for kind, months in kinds.items()
    ]
    SecurityCheck.objects.bulk_create(checks)
    note(row, "checks_planned", by, after={"checks": [check.title for check in checks]})
    return checks


@transaction.atomic
def edit_check(
    *, check: SecurityCheck, values: Mapping[str, Any], version: int, by: Membership
) -> SecurityCheck:
    """Change how often it is made, by whom and when next, unless somebody was quicker."""
    contract, row = _hold_check(check, version)
    title = row.title
    fields = {name: values[name] for name in FIELDS if name in values}
    check_people(contract, fields)
    before, after = log.apply_changes(row, fields)
    if after:
        _save(contract, row)
        note(
            contract,
            "check_changed",
            by,
            before={"check": title, **before},
            after={"check": row.title, **after},
        )
    return row


@transaction.atomic
def record_check(
    *, check: SecurityCheck, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> SecurityCheckResult:
    """It was made, and what was found; the next one is planned. Sent twice, it is there once."""
    contract, row = _hold_check(check)
    there: SecurityCheckResult | None = row.results.filter(creation_key=creation_key).first()
    if there:
        return there
    done_on, next_on = values["done_on"], values["next_on"]
    if done_on > timezone.localdate():
        raise NotFit("This day lies ahead.", field="done_on")
    if next_on and next_on <= done_on:
        raise NotFit("The next one comes after this one.", field="next_on")
    found = SecurityCheckResult.Outcome(values["outcome"])
    if found != SecurityCheckResult.Outcome.PASSED and not values["note"].strip():
        raise NotComplete("What was found?", field="note")
    fields = {"done_on": done_on, "outcome": found.value, "note": values["note"]}
    result: SecurityCheckResult = SecurityCheckResult.objects.create(
        organization=contract.organization,
        check_made=row,
        by=by,
        creation_key=creation_key,
        **fields,
    )
    row.next_on = next_on or months_later(done_on, row.every_months)
    _save(contract, row)
    after = {"check": row.title, **said(fields), "next_on": row.next_on}
    note(contract, "check_made", by, after=after)
    return result


@transaction.atomic
def end_check(*, check: SecurityCheck, by: Membership) -> SecurityCheck:
    """It is not made any more; what it found stays readable."""
    contract, row = _hold_check(check, ended=True)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        _save(contract, row)
        note(contract, "check_ended", by, after={"check": row.title})
    return row


def _leave_room(contract: Contract, more: int) -> None:
    if contract.security_checks.count() + more > MOST_CHECKS:
        raise Refused(f"A contract can have {MOST_CHECKS} security checks at most.")


def _hold_check(
    check: SecurityCheck, version: int | None = None, *, ended: bool = False
) -> tuple[Contract, SecurityCheck]:
    contract = hold(check.contract)
    rows = contract.security_checks.select_related("responsible")
    row: SecurityCheck = lock(rows, check.pk, version)
    row.contract = contract
    if row.ended_at and not ended:
        raise NotNow("This check has ended. Plan a new one instead.")
    return contract, row


def _save(contract: Contract, row: SecurityCheck) -> None:
    row.version += 1
    row.save()
    watch(day=day_of_check(contract, row))
