"""From the draft to the signature, or to nothing. Each step locks the contract.

What else has to be watched once a contract is signed (keys, tasks, quotes) stands in
contracts/watchers.py::WATCHERS.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.actions import watch_days
from contracts import dates, signing_mail, watchers
from contracts.actions.refusals import NotComplete, NotNow
from contracts.completeness import MISSING
from contracts.locking import lock_contract, save_next_version
from contracts.models import Contract, ContractTerms
from contracts.readings import completeness_of
from contracts.seen import fingerprint
from contracts.signing import needs, where
from contracts.words import all_worded
from core.versions import Stale, lock
from vendors.actions import begin_with_vendor
from vendors.models import Vendor

Stage = Contract.Stage


@transaction.atomic
def send_for_signature(*, contract: Contract, version: int, by: Membership) -> Contract:
    """Ask those who may sign. Sent twice, it is sent once. Raises Stale, NotNow, NotComplete."""
    row = lock_contract(contract)
    if row.stage == Stage.IN_APPROVAL and row.sent_by_id == by.pk:
        return row
    _refuse_unless(row, {Stage.DRAFT}, version)
    _refuse_needs(row, _first_terms(row))
    row.stage, row.sent_by, row.sent_at = Stage.IN_APPROVAL, by, timezone.now()
    row.returned_note = ""
    _save_step(row, "contract.sent", by, Stage.DRAFT)
    people = row.organization.memberships.able_to(Perm.CONTRACT_SIGN).by_name()
    signing_mail.queue(signing_mail.sent(row, by), people.exclude(pk=by.pk), row, "sent")
    return row


@transaction.atomic
def return_contract(*, contract: Contract, version: int, note: str, by: Membership) -> Contract:
    """Send it back to be changed, with a note that says what. Twice is once. Raises Stale, NotNow."""
    row = lock_contract(contract)
    if row.is_draft and row.returned_note == note.strip() != "":
        return row
    _refuse_unless(row, {Stage.IN_APPROVAL}, version)
    if not note.strip():
        raise NotComplete("Say in the note what should change.", field="note")
    row.stage, row.returned_note = Stage.DRAFT, note.strip()
    _save_step(row, "contract.returned", by, Stage.IN_APPROVAL, {"note": row.returned_note})
    signing_mail.queue(signing_mail.returned(row, by), _concerned(row, by), row, "returned")
    return row


@transaction.atomic
def sign_contract(
    *, contract: Contract, values: Mapping[str, Any], version: int, by: Membership
) -> Contract:
    """Record the signature: from now on its terms count and its days are watched. Twice is once.

    `values`: signed_on (not later than today), signed_for_us, signed_for_vendor, gaps_seen if something
    is missing, and `seen`, what the terms said on the page (contracts/seen.py). Raises Stale if either
    the record or the terms were changed since, NotNow, NotComplete.
    """
    # The vendor first, as a merge does, so that the two can't wait for each other.
    lock(Vendor.objects.all(), contract.vendor_id)
    row = lock_contract(contract)
    if row.vendor_id != contract.vendor_id:  # merged away a moment ago
        raise Stale(row)
    if row.is_signed and row.signed_by_id == by.pk:
        return row
    _refuse_unless(row, {Stage.DRAFT, Stage.IN_APPROVAL}, version)
    # Held, so that the manager is not removed at the same moment; and asked again.
    if row.manager_id:
        row.manager = Membership.objects.select_for_update(of=("self",), no_key=True).get(
            pk=row.manager_id
        )
    terms, today = _first_terms(row), timezone.localdate()
    if values.get("seen") and values["seen"] != fingerprint(terms):
        raise Stale(row)
    _refuse_needs(row, terms)
    if values["signed_on"] > today:
        raise NotComplete(
            "A signature can't lie ahead. Choose today or earlier.", field="signed_on"
        )
    missing = [found.title for found in completeness_of(row, today) if found.state == MISSING]
    if missing and not values.get("gaps_seen"):
        raise NotComplete("Say that you know what is missing.", field="gaps_seen")
    was, row.stage, row.signed_by = Stage(row.stage), Stage.SIGNED, by
    names = ("signed_on", "signed_for_us", "signed_for_vendor")
    for name in names:
        setattr(row, name, values[name])
    row.returned_note = ""
    _agree(row, terms)
    said = {name: values[name] for name in names} | ({"still missing": missing} if missing else {})
    _save_step(row, "contract.signed", by, was, said)
    dates.refresh(row, today)
    watch_days(days=watchers.days_now(row, today))
    begin_with_vendor(vendor=row.vendor, by=by)
    signing_mail.queue(signing_mail.signed(row, by), _concerned(row, by), row, "signed")
    return row


@transaction.atomic
def withdraw_contract(*, contract: Contract, reason: str, by: Membership) -> Contract:
    """Give up a contract that was never signed; its award can be drafted anew. Twice is once."""
    row = lock_contract(contract)
    if row.stage == Stage.WITHDRAWN:
        return row
    _refuse_unless(row, {Stage.DRAFT, Stage.IN_APPROVAL})
    if row.children.exclude(stage=Stage.WITHDRAWN).exists():
        raise NotNow("Statements of work hang on this master agreement. Withdraw those first.")
    if not reason.strip():
        raise NotComplete("Say why it is withdrawn.", field="reason")
    was, row.stage, row.withdrawn_reason = Stage(row.stage), Stage.WITHDRAWN, reason.strip()
    said: dict[str, Any] = {"reason": row.withdrawn_reason}
    if row.award_id:
        said["award"], row.award = "free for another contract", None
    _save_step(row, "contract.withdrawn", by, was, said)
    return row


# Checks and small steps ------------------------------------------------------------------------------


def _refuse_unless(row: Contract, stages: set[Stage], version: int | None = None) -> None:
    if row.stage not in stages:
        raise NotNow(where(row))
    if version is not None and row.version != version:
        raise Stale(row)


def _first_terms(row: Contract) -> ContractTerms:
    terms: ContractTerms = row.terms_versions.select_for_update(no_key=True).get(number=1)
    return terms


def _refuse_needs(row: Contract, terms: ContractTerms) -> None:
    if found := needs(row, terms):
        raise NotComplete(" ".join(need.words for need in found))


def _agree(row: Contract, terms: ContractTerms) -> None:
    terms.agreed_at, terms.from_on = timezone.now(), terms.start_on
    terms.version += 1
    terms.save()
    row.starts_on = terms.start_on


def _save_step(
    row: Contract, verb: str, by: Membership, was: Stage, said: Mapping[str, Any] | None = None
) -> None:
    save_next_version(row)
    after = all_worded({"stage": row.stage, **(said or {})})
    log.record(by=by, verb=verb, target=row, before={"stage": was.label}, after=after)


def _concerned(row: Contract, by: Membership) -> list[Membership]:
    """Whoever sent it and whoever manages it, if they still belong here; without `by`."""
    pks = [pk for pk in (row.sent_by_id, row.manager_id) if pk and pk != by.pk]
    return list(row.organization.memberships.current().by_name().filter(pk__in=pks))
