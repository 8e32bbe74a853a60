"""Amendments: the next version of the terms, drafted, sent, signed; counting from a day on.

Nothing that was agreed is changed by one: it brings a copy of the latest terms, which is changed.
Every step locks the contract first, so that two can't be begun or signed at the same moment.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from contracts import amendment_mail, dates
from contracts.actions.refusals import NotComplete, NotNow
from contracts.locking import lock_contract
from contracts.models import Amendment, Contract, ContractTerms
from contracts.models.record import Status
from contracts.seen import fingerprint
from contracts.signing import unsaid
from contracts.terms import BY_AGREEMENT, NONE, term_on
from contracts.versions import agreed_versions, copy_terms, rule_of
from core.templatetags.ui import format_date
from core.versions import Stale, lock

Stage = Amendment.Stage
OPEN = (Stage.DRAFT, Stage.IN_APPROVAL)
FIELDS = ["title", "reason", "from_on"]


@transaction.atomic
def create_amendment(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Amendment:
    """Begin an amendment: a copy of the latest terms with their prices and service levels, to be changed.

    Sent twice, it is there once. Raises NotNow on a contract that is not signed, is over by notice or
    termination, or has an open amendment; NotComplete if `from_on` lies before the last version's day.
    """
    row = lock_contract(contract)
    there: Amendment | None = row.amendments.filter(creation_key=creation_key).first()
    if there:
        return there
    _refuse_unless_amendable(row)
    latest = _latest(row)
    _refuse_earlier(latest, values["from_on"], row)
    number = row.amendments.count() + 1
    amendment: Amendment = Amendment.objects.create(
        organization=row.organization,
        contract=row,
        number=number,
        title=values["title"],
        reason=values["reason"],
        creation_key=creation_key,
        created_by=by,
    )
    copy_terms(latest, amendment=amendment, number=number + 1, from_on=values["from_on"])
    _record(row, "amendment.drafted", by, after={"amendment": amendment, **_worded(values, row)})
    return amendment


@transaction.atomic
def edit_amendment(
    *, amendment: Amendment, values: Mapping[str, Any], version: int, by: Membership
) -> Amendment:
    """Change what it is called, why, and from when it counts. Raises Stale, NotNow, NotComplete."""
    contract = lock_contract(amendment.contract)
    row, terms = _lock(amendment, contract, version)
    _refuse_stage(row, Stage.DRAFT)
    _refuse_earlier(_latest(contract), values["from_on"], contract)
    was = {"title": row.title, "reason": row.reason, "from_on": terms.from_on}
    if all(was[name] == values[name] for name in FIELDS):
        return row
    row.title, row.reason = values["title"], values["reason"]
    terms.from_on = values["from_on"]
    terms.version += 1
    terms.save()
    _save(row)
    changed = [name for name in FIELDS if was[name] != values[name]]
    before = _worded({name: was[name] for name in changed}, contract)
    after = _worded({name: values[name] for name in changed}, contract)
    _record(contract, "amendment.changed", by, before, {"amendment": row, **after})
    return row


@transaction.atomic
def send_amendment(*, amendment: Amendment, version: int, by: Membership) -> Amendment:
    """Ask those who may sign. Sent twice, it is sent once. Raises Stale, NotNow, NotComplete."""
    contract = lock_contract(amendment.contract)
    row, terms = _lock(amendment, contract)
    if row.stage == Stage.IN_APPROVAL and row.sent_by_id == by.pk:
        return row
    _refuse_stage(row, Stage.DRAFT)
    _refuse_stale(row, version)
    _refuse_incomplete(terms, contract)
    row.stage, row.sent_by, row.sent_at = Stage.IN_APPROVAL, by, timezone.now()
    row.returned_note = ""
    _save(row)
    _record(contract, "amendment.sent", by, after={"amendment": row})
    signers = contract.organization.memberships.able_to(Perm.CONTRACT_SIGN).by_name()
    amendment_mail.sent(row, by, signers.exclude(pk=by.pk))
    return row


@transaction.atomic
def return_amendment(*, amendment: Amendment, version: int, note: str, by: Membership) -> Amendment:
    """Send it back to be changed, with a note that says what. Twice is once. Raises Stale, NotNow."""
    contract = lock_contract(amendment.contract)
    row, _ = _lock(amendment, contract)
    if row.stage == Stage.DRAFT and row.returned_note == note.strip() != "":
        return row
    _refuse_stage(row, Stage.IN_APPROVAL)
    _refuse_stale(row, version)
    if not note.strip():
        raise NotComplete("Say in the note what should change.", field="note")
    row.stage, row.returned_note = Stage.DRAFT, note.strip()
    _save(row)
    _record(contract, "amendment.returned", by, after={"amendment": row, "note": note.strip()})
    amendment_mail.returned(row, by, _concerned(row, by))
    return row


@transaction.atomic
def sign_amendment(
    *, amendment: Amendment, version: int, signed_on: dt.date, by: Membership, seen: str = ""
) -> Amendment:
    """Record the signature: its terms count from their day on and are never changed again.

    The contract's days and sums follow. `seen` is what the terms said on the page (contracts/seen.py).
    Twice is once. Raises Stale if either was changed since, NotNow, NotComplete.
    """
    contract = lock_contract(amendment.contract)
    row, terms = _lock(amendment, contract)
    if row.stage == Stage.SIGNED and row.signed_by_id == by.pk:
        return row
    _refuse_stage(row, *OPEN)
    _refuse_stale(row, version)
    if seen and seen != fingerprint(terms):
        raise Stale(row)
    _refuse_over(contract)
    _refuse_incomplete(terms, contract)
    today = timezone.localdate()
    if signed_on > today:
        raise NotComplete(
            "A signature can’t lie ahead. Choose today or earlier.", field="signed_on"
        )
    row.stage, row.signed_on, row.signed_by = Stage.SIGNED, signed_on, by
    row.returned_note = ""
    _save(row)
    terms.agreed_at = timezone.now()
    terms.version += 1
    terms.save()
    said = {
        "amendment": row,
        **_worded({"signed_on": signed_on, "from_on": terms.from_on}, contract),
    }
    _record(contract, "amendment.signed", by, after=said)
    dates.refresh(contract, today)
    amendment_mail.signed(row, by, _concerned(row, by))
    return row


@transaction.atomic
def withdraw_amendment(
    *, amendment: Amendment, version: int, reason: str, by: Membership
) -> Amendment:
    """Give up an amendment that was not signed; it is kept with the reason. Twice is once."""
    contract = lock_contract(amendment.contract)
    row, _ = _lock(amendment, contract)
    if row.stage == Stage.WITHDRAWN:
        return row
    _refuse_stage(row, *OPEN)
    _refuse_stale(row, version)
    if not reason.strip():
        raise NotComplete("Say why it is withdrawn.", field="reason")
    row.stage, row.withdrawn_reason = Stage.WITHDRAWN, reason.strip()
    _save(row)
    _record(contract, "amendment.withdrawn", by, after={"amendment": row, "reason": reason.strip()})
    return row


# Checks and small steps ------------------------------------------------------------------------------


def _lock(
    amendment: Amendment, contract: Contract, version: int | None = None
) -> tuple[Amendment, ContractTerms]:
    people = Amendment.objects.select_related("sent_by__user", "signed_by__user")
    row: Amendment = lock(people, amendment.pk, version)
    row.contract, row.organization = contract, contract.organization
    terms: ContractTerms = contract.terms_versions.select_for_update(no_key=True).get(amendment=row)
    terms.contract, terms.organization, terms.amendment = contract, contract.organization, row
    return row, terms


def _latest(contract: Contract) -> ContractTerms:
    """The agreed version that counts last, whether it has begun or not."""
    return agreed_versions(contract)[-1]


def _refuse_unless_amendable(contract: Contract) -> None:
    if not contract.is_signed:
        raise NotNow("Only a signed contract is amended; change the terms of a draft instead.")
    _refuse_over(contract)
    if contract.amendments.filter(stage__in=OPEN).exists():
        raise NotNow("There is an open amendment already. Sign or withdraw that one first.")


def _refuse_over(contract: Contract) -> None:
    status = contract.status(timezone.localdate())
    if status == Status.TERMINATED:
        raise NotNow("It was terminated: there is nothing left to amend.")
    if status == Status.ENDED and contract.notice_given_on:
        raise NotNow("It has ended by notice: there is nothing left to amend.")


def _refuse_stage(row: Amendment, *stages: Stage) -> None:
    if row.stage not in stages:
        raise NotNow(f"{row} is not in the state for this: {row.get_stage_display().lower()}.")


def _refuse_stale(row: Amendment, version: int) -> None:
    if row.version != version:
        raise Stale(row)


def _refuse_earlier(latest: ContractTerms, from_on: dt.date, contract: Contract) -> None:
    if latest.from_on and from_on < latest.from_on:
        day = format_date(latest.from_on, contract.organization)
        raise NotComplete(
            f"The last agreed terms count from {day}; what was agreed before stays as it was."
            f" Choose {day} or later.",
            field="from_on",
        )


def _refuse_incomplete(terms: ContractTerms, contract: Contract) -> None:
    """Terms without which its days can't be reckoned, or under which it would be over already."""
    if missing := unsaid(terms):
        raise NotComplete(" ".join(missing))
    _refuse_earlier(_latest(contract), terms.from_on or dt.date.min, contract)
    rule = rule_of(terms)
    if rule is None or terms.from_on is None or rule.renewal_mode not in (NONE, BY_AGREEMENT):
        return
    ends_on = term_on(rule, terms.from_on).term_ends_on
    if ends_on <= terms.from_on:
        day, ended = (format_date(one, contract.organization) for one in (terms.from_on, ends_on))
        raise NotComplete(
            f"Under these terms the contract would be over on {ended}, before they count on {day}."
            " Move the start of the term or lengthen it."
        )


def _save(row: Amendment) -> None:
    row.version += 1
    row.save()


def _concerned(row: Amendment, by: Membership) -> list[Membership]:
    """Whoever sent it and whoever manages the contract, if they still belong here; without `by`."""
    people = (row.sent_by_id, row.contract.manager_id)
    pks = [pk for pk in people if pk is not None and pk != by.pk]
    return list(row.organization.memberships.current().by_name().filter(pk__in=pks))


def _worded(values: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """Days in the organization's format, under the names that a person knows."""
    names = {"from_on": "counts from", "signed_on": "signed on"}
    return {
        names.get(name, name): format_date(value, contract.organization)
        if isinstance(value, dt.date)
        else value
        for name, value in values.items()
    }


def _record(
    contract: Contract,
    verb: str,
    by: Membership,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    log.record(
        by=by, verb=verb, target=contract, before=dict(before or {}), after=dict(after or {})
    )
